"""What a feed has made is compared by durable work: also the records that it makes beside its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.interfaces.conftest import FILES, GOOD, NOW, MakeModel, WriteRows
from tests.core.jobs.inline import work_through
from tests.prepared import Prepared

from sidra.access.actor import system_actor
from sidra.identity.pairs import Pair, Place
from sidra.interfaces.loading import FeedLoader
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

ALIKE = """
identity:
  weak: {similar: {block: birth_date, when: "similarity(family_name, other.family_name) > 0.8"}}
"""


@pytest.fixture
def model(make_model: MakeModel) -> Model:
    return make_model(person=FILES["core/person.yaml"] + ALIKE)


@pytest.fixture
def runtime(prepared: Prepared, model: Model, store: Store) -> Runtime:
    """The feed's Runtime, where persons are compared; one is there already."""
    made = prepared.runtime(model, store, clock=lambda: NOW)
    records = made.records(system_actor("test"))
    records.create("plan", {"code": "max"})
    records.create("person", {"family_name": "Diopp", "birth_date": "1990-05-17"})
    return made


def pairs(runtime: Runtime) -> list[Pair]:
    with runtime.store.reading() as connection:
        return runtime.pairs.page(connection, Place(), 10)


def load(runtime: Runtime, write_rows: WriteRows, *rows: dict[str, str]) -> None:
    actor = system_actor("feed:load")
    FeedLoader(runtime, "load").run(write_rows(*rows), actor)


def test_persons_that_a_feed_of_customers_made_are_compared(
    runtime: Runtime, write_rows: WriteRows, tmp_path: Path
) -> None:
    load(runtime, write_rows, GOOD, {**GOOD, "id": "A2", "name": "Fall", "phone": "770001123"})
    assert pairs(runtime) == []
    assert work_through(runtime, tmp_path) == []
    [pair] = pairs(runtime)
    assert pair.entity == "person"
    names = {runtime.records(system_actor("test")).get("person", id)["family_name"] for id in (pair.left, pair.right)}
    assert names == {"Diop", "Diopp"}


def test_a_feed_that_made_nothing_begins_no_search(runtime: Runtime, write_rows: WriteRows, tmp_path: Path) -> None:
    load(runtime, write_rows, {**GOOD, "born": "never"})
    names = [row.event for row in runtime.outbox.oldest(100)]
    assert "feed.loaded" not in names
    assert work_through(runtime, tmp_path) == []
    assert pairs(runtime) == []
