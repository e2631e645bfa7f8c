from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.core.models import LAYER, model_of
from tests.prepared import Prepared

from sidra.access.actor import Actor, system_actor
from sidra.errors import BadQuery, Forbidden
from sidra.records import counting
from sidra.records.counting import count_of, countable, recounted
from sidra.records.query import Query
from sidra.records.record import Count
from sidra.records.recounting import Recount, Recounts
from sidra.records.service import Records
from sidra.store.database import Store
from sidra_metamodel.expressions import BOOLEAN, Scope, check
from sidra_metamodel.model import Model

NOTE = "entity: note\ntitle: text\nattributes:\n  text: {type: string}\n"
CLERK = 'role: clerk\nmay:\n  note: {do: [read], rows: "unit in user.units"}\n'
BLIND = "role: blind\nmay:\n  note: {do: [read], columns: {text: none}}\n"
NOBODY = "role: nobody\nmay: {}\n"


@pytest.fixture
def model() -> Model:
    """Notes of shops."""
    return model_of(NOTE, CLERK, BLIND, NOBODY, layer=LAYER)


@pytest.fixture
def store(prepared: Prepared, model: Model) -> Iterator[Store]:
    """A store of each database."""
    with prepared.store_of(model) as store:
        yield store


@pytest.fixture
def records(prepared: Prepared, model: Model, store: Store) -> Records:
    """Those of the system: three of one shop, one of another."""
    records = prepared.runtime(model, store).records(system_actor("test"))
    for unit in ("dakar", "dakar", "dakar", "thies"):
        records.create("note", {"text": "x", "unit": unit})
    return records


def reader(records: Records, role: str, *units: str) -> Records:
    return records.runtime.records(Actor("00000000-0000-7000-8000-0000000000aa", "A", frozenset({role}), units))


def test_a_count_of_moments_ago_serves_only_readers_with_the_same_rights(records: Records) -> None:
    recounts = Recounts()
    dakar = Count(3, is_exact=True)
    assert count_of(reader(records, "clerk", "dakar"), "note", Query(), Recount(60, recounts)) == dakar
    records.create("note", {"text": "y", "unit": "dakar"})
    assert count_of(reader(records, "clerk", "dakar"), "note", Query(), Recount(60, recounts)) == dakar
    assert count_of(reader(records, "clerk", "thies"), "note", Query(), Recount(60, recounts)).value == 1
    assert count_of(reader(records, "clerk", "dakar"), "note", Query(), Recount(0, recounts)).value == 4


def test_a_count_goes_no_further_than_its_bound(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "COUNT_CAP", 2)
    assert count_of(records, "note", Query(), Recount(0)) == Count(2, is_exact=False)


def test_what_may_not_be_read_is_not_counted_even_where_others_counted_it(records: Records) -> None:
    recounts = Recounts()
    count_of(records, "note", Query(), Recount(60, recounts))
    with pytest.raises(Forbidden):
        count_of(reader(records, "nobody"), "note", Query(), Recount(60, recounts))


def test_a_query_checked_for_some_rights_counts_for_each_reader_what_that_one_sees(records: Records) -> None:
    recounts = Recounts()
    checked = countable(reader(records, "clerk", "dakar"), "note", Query())
    for unit, number in (("dakar", 3), ("thies", 1), ("dakar", 3)):
        assert recounted(reader(records, "clerk", unit), checked, Recount(60, recounts)).value == number
    with pytest.raises(Forbidden):
        countable(reader(records, "nobody"), "note", Query())


def test_a_query_that_the_reader_may_not_ask_is_refused_before_it_is_counted(records: Records) -> None:
    model = records.runtime.model
    where = check("text == 'x'", Scope("note"), model.schema, model.functions, BOOLEAN)
    with pytest.raises(BadQuery):
        countable(reader(records, "blind", "dakar"), "note", Query(where=where))
