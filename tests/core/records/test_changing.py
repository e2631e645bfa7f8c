from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable

import pytest

from sidra.access.actor import system_actor
from sidra.errors import Conflict, Duplicate, Invalid
from sidra.records.changing import write
from sidra.records.planning import plan_update
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

PERSON = """
entity: member
attributes:
  name: {type: string}
  card: {type: string}
  fee: {type: money, unique: true}
  home: {type: string, unique: true}
identity: {strong: [card, fee], refuse: true}
"""


@pytest.fixture
def members(make_model: Callable[..., Model], store: Store) -> Records:
    return Runtime(make_model(member=PERSON), store).records(system_actor("test"))


def test_a_strong_duplicate_is_refused_and_never_named(members: Records) -> None:
    one = members.create("member", {"name": "Awa", "card": "A1"})
    with pytest.raises(Duplicate) as error:
        members.create("member", {"name": "Fatou", "card": "A1"})
    assert error.value.fields == ("card",)
    assert "Awa" not in str(error.value)
    two = members.create("member", {"card": "B2"})
    with pytest.raises(Duplicate):
        members.update("member", two.id, {"card": "A1"})
    assert members.update("member", one.id, {"card": "A1", "name": "Awa Diop"}).version == 2
    members.create("member", {})
    members.create("member", {})


def test_a_value_of_two_columns_can_be_unique(members: Records) -> None:
    members.create("member", {"fee": "5", "home": "a"})
    with pytest.raises(Duplicate):
        members.create("member", {"fee": "5"})
    with pytest.raises(Invalid) as error:
        members.create("member", {"home": "a"})
    assert [problem.path for problem in error.value.problems] == ["home"]


def test_the_database_itself_refuses_a_reference_that_leads_nowhere(members: Records) -> None:
    with pytest.raises(sqlite3.IntegrityError), members.runtime.store.writing() as connection:
        connection.execute("INSERT INTO ticket (id, version, customer_id) VALUES (x'00', 1, x'01')")


def test_only_the_attributes_of_the_value_that_is_taken_are_named(
    make_model: Callable[..., Model], store: Store
) -> None:
    person = """
entity: member
attributes:
  number: {type: string, unique: true}
  number_plate: {type: string, unique: true}
  plate: {type: string}
"""
    members = Runtime(make_model(member=person), store).records(system_actor("test"))
    made = members.create("member", {"number_plate": "A", "plate": "A"})
    with pytest.raises(Invalid) as error:
        members.create("member", {"number_plate": "A", "number": "1"})
    assert [(problem.code, problem.path) for problem in error.value.problems] == [("R616", "number_plate")]
    with pytest.raises(Invalid) as error:
        members.create("member", {"id": made.id})
    assert [(problem.code, problem.path) for problem in error.value.problems] == [("R616", "id")]


def test_a_value_that_was_unique_may_be_shared_once_the_model_says_so(
    make_model: Callable[..., Model], store: Store
) -> None:
    before = Runtime(make_model(member=PERSON), store)
    before.records(system_actor("test")).create("member", {"home": "a"})
    free = make_model(member=PERSON.replace("home: {type: string, unique: true}", "home: {type: string}"))
    members = Runtime(free, store, earlier=before).records(system_actor("test"))
    assert members.create("member", {"home": "a"})["home"] == "a"


def test_a_row_that_changed_under_a_plan_is_a_conflict(members: Records) -> None:
    made = members.create("member", {"name": "Awa"})
    with members.runtime.unit_of_work(members.actor) as unit:
        plan = plan_update(unit, members.view("member"), made.row, {"name": "Fatou"})
        unit.connection.execute("UPDATE member SET version = 7")
        with pytest.raises(Conflict):
            write(unit, plan)


def test_writers_of_several_threads_lose_nothing(members: Records) -> None:
    made = members.create("member", {"name": "0"})
    conflicts: list[int] = []

    def count() -> None:
        for _ in range(10):
            while True:
                found = members.get("member", made.id)
                try:
                    members.update("member", made.id, {"name": str(int(found["name"]) + 1)}, version=found.version)
                except Conflict:
                    conflicts.append(1)
                else:
                    break

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert members.get("member", made.id)["name"] == "40"
    assert members.get("member", made.id).version == 41


def test_entities_compile_once_when_many_threads_ask_first(make_model: Callable[..., Model], store: Store) -> None:
    runtime = Runtime(make_model(), store)
    found: list[object] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        found.append(runtime.entity("customer"))
        runtime.records(system_actor("test")).list("customer")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


@pytest.mark.parametrize(
    ("entity", "values", "told"),
    [
        ("party", {}, ("R601", "kind", "Choisissez parmi : Individual, Organization.")),
        ("party", {"kind": "ticket"}, ("R608", "kind", "Choisissez parmi : Individual, Organization.")),
        ("member", {"home": "a"}, ("R616", "home", "Une autre fiche a déjà cette valeur.")),
    ],
)
def test_people_are_told_in_their_language_what_cannot_be_kept(
    members: Records, entity: str, values: dict[str, object], told: tuple[str, str, str]
) -> None:
    members.create("member", {"home": "a"})
    french = members.runtime.records(system_actor("test", locale="fr"))
    with pytest.raises(Invalid) as refusal:
        french.create(entity, values)
    assert [(problem.code, problem.path, problem.message) for problem in refusal.value.problems] == [told]
