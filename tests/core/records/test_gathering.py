from collections.abc import Sequence
from typing import Any

import pytest
from tests.core.records.conftest import DAKAR, THIES

from sidra.records import gathering
from sidra.records.gathering import gather, is_gathered
from sidra.records.query import Query
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.records.together import computed_of


@pytest.fixture
def customers(system: Records) -> list[Record]:
    """Two of Dakar and one of Thiès; each likes those before it and has as many tickets."""
    made: list[Record] = []
    for number, unit in enumerate((DAKAR, THIES, DAKAR)):
        party = system.create("individual", {"family_name": f"Diop {number}"})
        likes = [{"id": one.id} for one in made]
        customer = system.create("customer", {"engaged_party": party.id, "unit": unit, "favourites": likes})
        for place in range(number):
            system.create("ticket", {"subject": f"{number}.{place}", "customer": customer.id, "unit": unit})
        made.append(customer)
    return made


def related(reader: Records, customers: Sequence[Record], relation: str) -> list[list[str]]:
    view = reader.view("customer")
    declared = view.compiled.entity.relations[relation]
    found = gather(reader, view, [customer.row for customer in customers], declared)
    target = reader.view(declared.to[0])
    return [[reader.record(target, row).id for row in rows] for rows in found]


@pytest.mark.parametrize("relation", ["favourites", "tickets"])
@pytest.mark.parametrize("most", [1, 2, 256])
def test_what_is_read_at_once_is_what_each_record_has(
    system: Records, customers: list[Record], relation: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MAX_SOURCES", most)
    one_by_one = [[other.id for other in system.get("customer", one.id)[relation]] for one in customers]
    assert related(system, customers, relation) == one_by_one
    assert [len(found) for found in one_by_one] == [0, 1, 2]


def test_rows_that_the_reader_may_not_see_are_left_out(agent: Records, customers: list[Record]) -> None:
    dakar, thies, _ = customers
    assert related(agent, customers, "favourites") == [[], [dakar.id], [dakar.id]]
    assert thies.id not in {one.id for one in agent.list("customer", Query()).records}
    assert [len(found) for found in related(agent, customers, "tickets")] == [0, 0, 2]


def test_an_entity_that_the_reader_may_not_see_gives_nothing(clerk: Records, customers: list[Record]) -> None:
    assert related(clerk, customers, "tickets") == [[], [], []]
    assert [len(found) for found in related(clerk, customers, "favourites")] == [0, 1, 2]


def test_only_relations_to_many_of_one_entity_are_read_at_once(system: Records) -> None:
    relations = system.view("customer").compiled.entity.relations
    assert [name for name, relation in relations.items() if is_gathered(system, relation)] == ["tickets", "favourites"]
    assert not is_gathered(system, system.view("ticket").compiled.entity.relations["about"])


def test_nothing_is_asked_for_no_rows(system: Records) -> None:
    assert related(system, [], "favourites") == []


def test_computed_values_of_many_records_are_those_of_each_and_ask_no_more(
    system: Records, agent: Records, customers: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["ticket_count"]
    seen = [one for one in customers if agent.find("customer", one.id) is not None]
    one_by_one = [[agent.get("customer", one.id)[name] for name in names] for one in seen]
    asked: list[object] = []
    run = Records.run

    def listening(records: Records, *given: Any) -> object:  # noqa: ANN401 - whatever it is given
        asked.append(given[1])
        return run(records, *given)

    monkeypatch.setattr(Records, "run", listening)
    view = agent.view("customer")
    assert list(computed_of(agent, view, [one.row for one in seen], names)) == one_by_one
    assert len(asked) == 1
    every = computed_of(system, system.view("customer"), [one.row for one in customers], names)
    assert list(every) == [[0], [1], [2]]
