"""Rejected rows: whoever may run feeds reads of them what the records would show, and nothing else."""

from __future__ import annotations

import pytest
from tests.core.interfaces.conftest import MakeModel, WriteRows

from sidra.access.actor import Actor, system_actor
from sidra.errors import Forbidden, NotFound
from sidra.interfaces.loading import FeedLoader
from sidra.interfaces.quarantine import Reject
from sidra.runtime import Runtime
from sidra.store.database import Store

CLERK = """
role: clerk
may:
  customer: {do: [create, read, update], columns: {total: none}}
  person: {do: [create, read, update], columns: {birth_date: mask}}
  plan: {do: [read]}
functions: [feeds]
"""
BLIND = """
role: blind
may:
  customer: {do: [read], columns: {legacy_id: mask}}
  line: {do: [read]}
functions: [feeds]
"""
ROW = {
    "id": "B1",
    "name": "A name that is too long",
    "born": "yesterday",
    "total": "secret",
    "phone": "770009999",
    "level": "Z",
}


def somebody(role: str) -> Actor:
    return Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({role}))


@pytest.fixture
def runtime(make_model: MakeModel, store: Store) -> Runtime:
    """The feed, with roles that see little of what it fills."""
    made = Runtime(make_model(clerk=CLERK, blind=BLIND), store)
    made.records(system_actor("test")).create("plan", {"code": "max"})
    return made


@pytest.fixture
def kept(loader: FeedLoader, program: Actor, write_rows: WriteRows) -> Reject:
    """A rejected row, as it is."""
    loader.run(write_rows(ROW), program)
    (found,) = loader.rejects(program)
    return found


def test_who_reads_all_that_a_feed_fills_sees_all_of_its_rows(loader: FeedLoader, kept: Reject) -> None:
    assert loader.rejects(somebody("steward")) == [kept]
    assert loader.reject(kept.id, somebody("steward")) == kept


def test_columns_of_attributes_that_somebody_does_not_read_are_not_shown(loader: FeedLoader, kept: Reject) -> None:
    (seen,) = loader.rejects(somebody("clerk"))
    assert loader.reject(kept.id, somebody("clerk")) == seen
    # Lines are not theirs to see, but the number of the customer is, whose text both come from.
    assert dict(seen.texts) == {name: kept.texts[name] for name in ("id", "name", "plan", "level")}
    assert seen.key == "B1"
    said = {one.path: one.message for one in seen.problems}
    assert said["segment"] == next(one.message for one in kept.problems if one.path == "segment")
    assert said["total"] == said["person.birth_date"] == "a value that you may not read cannot be taken as it is"


def test_a_key_that_somebody_does_not_read_is_not_shown(loader: FeedLoader, kept: Reject) -> None:
    (seen,) = loader.rejects(somebody("blind"))
    assert seen.key == "2"
    assert not {"B1", "yesterday", ROW["name"]} & {seen.key, *seen.texts.values()}
    assert seen.texts["phone"] == ROW["phone"]


def test_a_correction_keeps_what_its_writer_does_not_see(loader: FeedLoader, kept: Reject, program: Actor) -> None:
    still = loader.replay(kept.id, {"name": "Diop"}, somebody("clerk"))
    assert still is not None
    assert "total" not in still.texts
    assert loader.reject(kept.id, program).texts["total"] == "secret"


def test_a_row_is_shown_to_nobody_who_may_not_run_feeds(loader: FeedLoader, kept: Reject) -> None:
    with pytest.raises(Forbidden):
        loader.reject(kept.id, somebody("agent"))
    with pytest.raises(NotFound):
        loader.reject("00000000-0000-7000-8000-000000000000", somebody("clerk"))
