"""Hints at records that may be there already: who sees the sign and the record is told, and nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.prepared import Prepared

from sidra.access.actor import Actor, system_actor
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

MEMBER = """
entity: member
title: name
attributes:
  name: {type: string}
  card: {type: string}
  born: {type: date}
  badge: {type: string, unique: true}
identity:
  strong: [card]
  weak: {similar: {block: born, when: "similarity(name, other.name) > 0.8"}}
"""
ROLES = {
    "reader": "role: reader\nmay: {member: {do: [create, read, update]}}\n",
    "entering": "role: entering\nmay: {member: {do: [create, read, update], columns: {card: enter, born: enter}}}\n",
    "nameless": "role: nameless\nmay: {member: {do: [create, read, update], columns: {card: none, name: none}}}\n",
    "local": "role: local\nmay: {member: {do: [create, read, update], rows: unit in user.units}}\n",
}


@pytest.fixture
def model(make_model: Callable[..., Model]) -> Model:
    return make_model(member=MEMBER, **ROLES)


@pytest.fixture
def runtime(prepared: Prepared, model: Model, store: Store) -> Runtime:
    made = prepared.runtime(model, store)
    records = made.records(system_actor("test"))
    records.create("member", {"name": "Awa Diop", "card": "A1", "born": "1990-01-02", "badge": "1"})
    return made


def person(runtime: Runtime, *roles: str) -> Records:
    return runtime.records(Actor("00000000-0000-7000-8000-0000000000aa", "Moussa", frozenset(roles), ("here",)))


def hints(records: Records, id: str | None = None, /, **values: object) -> list[tuple[str, str, str]]:
    problems = records.draft("member", values, id=id).problems
    assert {problem.severity for problem in problems} <= {"warning"}
    return [(problem.code, problem.path, problem.message) for problem in problems]


TOLD = "There may be such a record already: Awa Diop."


@pytest.mark.parametrize(
    ("values", "path"),
    [({"name": "Fatou", "card": "A1"}, "card"), ({"name": "Awa Diopp", "born": "1990-01-02"}, "")],
)
def test_a_record_that_may_be_there_already_is_named_to_who_sees_it(
    runtime: Runtime, values: dict[str, object], path: str
) -> None:
    assert hints(person(runtime, "reader"), **values) == [("R616", path, TOLD)]
    for role in ("entering", "local"):
        assert hints(person(runtime, role), **values) == []


def test_a_value_that_is_hidden_is_no_sign(runtime: Runtime) -> None:
    assert hints(person(runtime, "nameless"), born="1990-01-02") == []


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Awa Diop", "born": "1990-01-03"},
        {"name": "Moussa Fall", "born": "1990-01-02"},
        {"name": "Awa Diop"},
        {"card": "A2"},
        {"card": None},
    ],
)
def test_a_record_that_differs_is_no_duplicate(runtime: Runtime, values: dict[str, object]) -> None:
    assert hints(person(runtime, "reader"), **values) == []


def test_a_record_does_not_resemble_itself_and_a_value_that_stays_is_no_sign(runtime: Runtime) -> None:
    records = person(runtime, "reader")
    (first,) = records.list("member").records
    assert hints(records, first.id, name="Awa") == []
    other = records.create("member", {"name": "Awa Diop", "card": "A1"})
    assert hints(records, other.id, name="Awa") == []
    assert hints(records, other.id, born="1990-01-02") == [("R616", "", TOLD)]


def test_a_hint_holds_nobody_up(runtime: Runtime) -> None:
    assert person(runtime, "reader").create("member", {"name": "Awa Diop", "card": "A1"})["card"] == "A1"
