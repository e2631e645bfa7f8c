"""In which state a new record may begin: each state that a role may enter beside one that it may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sidra.access.actor import Actor, system_actor
from sidra.errors import Forbidden, Invalid
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

CASE = """
entity: case
attributes:
  status: {type: enum, enum: case_status}
  size: {type: integer}
lifecycle:
  attribute: status
  initial: new
  entry: [open, shut, old]
  transitions:
    open: {from: [new], to: open, when: "size != null"}
    shut: {from: [new, open], to: shut}
    wake: {from: [old], to: open}
"""
FOLDER = """
entity: folder
relations: {cases: {to: sub_case, many: true, owned: true, inverse: folder}}
"""
SUB_CASE = """
entity: sub_case
attributes: {status: {type: enum, enum: case_status}}
relations: {folder: {to: folder}}
lifecycle:
  attribute: status
  initial: new
  entry: [open]
  transitions: {open: {from: [new], to: open}, shut: {from: [open], to: shut}, age: {from: [shut], to: old}}
"""
DOCUMENTS = {
    "case": CASE,
    "folder": FOLDER,
    "sub_case": SUB_CASE,
    "case_status": "enum: case_status\nvalues: [new, open, shut, old]\n",
    "maker": "role: maker\nmay: {case: {do: [create, read, update]}}\n",
    "opener": "role: opener\nmay: {case: {do: [create, read, open]}}\n",
    "waker": "role: waker\nmay: {case: {do: [create, read, wake]}}\n",
    "small": "role: small\nmay: {case: {do: [create, read]}}\n",
    "small_shutter": "role: small_shutter\nmay: {case: {do: [read, shut], rows: 'size < 5'}}\n",
    "filer": "role: filer\nmay: {folder: {do: [create, read, update]}, sub_case: {do: [create, read, open]}}\n",
    "clumsy": "role: clumsy\nmay: {folder: {do: [create, read, update]}, sub_case: {do: [create, read]}}\n",
}


@pytest.fixture
def model(make_model: Callable[..., Model]) -> Model:
    return make_model(**DOCUMENTS)


def person(runtime: Runtime, *roles: str) -> Records:
    return runtime.records(Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset(roles)))


@pytest.mark.parametrize(
    ("role", "status"),
    [("maker", "new"), ("maker", None), ("opener", "open"), ("waker", "open"), ("maker", "old")],
)
def test_a_new_record_begins_where_a_step_of_the_role_leads(runtime: Runtime, role: str, status: str | None) -> None:
    values = {"status": status} if status else {}
    assert person(runtime, role).create("case", values)["status"] == (status or "new")


@pytest.mark.parametrize(
    ("role", "status"), [("maker", "open"), ("maker", "shut"), ("opener", "shut"), ("waker", "shut")]
)
def test_a_new_record_does_not_begin_where_the_role_could_not_bring_it(
    runtime: Runtime, role: str, status: str
) -> None:
    records = person(runtime, role)
    with pytest.raises(Invalid) as refusal:
        records.create("case", {"status": status})
    assert [(problem.code, problem.path) for problem in refusal.value.problems] == [("R613", "status")]
    assert [problem.code for problem in records.draft("case", {"status": status}).problems] == ["R613"]
    assert records.list("case").records == []


def test_a_step_that_reaches_some_rows_enters_its_state_on_these_rows_alone(runtime: Runtime) -> None:
    records = person(runtime, "small", "small_shutter")
    assert records.create("case", {"status": "shut", "size": 4})["status"] == "shut"
    with pytest.raises(Forbidden):
        records.create("case", {"status": "shut", "size": 5})
    assert len(records.list("case").records) == 1


def test_the_program_itself_begins_where_it_is_declared(runtime: Runtime) -> None:
    system = runtime.records(system_actor("load"))
    assert system.create("case", {"status": "shut"})["status"] == "shut"


def test_an_owned_record_begins_no_further_than_one_of_its_own(runtime: Runtime) -> None:
    made = person(runtime, "filer").create("folder", {"cases": [{"status": "open"}]})
    assert made["cases"][0]["status"] == "open"
    with pytest.raises(Invalid):
        person(runtime, "clumsy").create("folder", {"cases": [{"status": "open"}]})


def test_of_two_steps_to_one_state_a_person_takes_the_one_that_is_open_to_them(
    make_model: Callable[..., Model], store: Store
) -> None:
    forced = CASE.replace("    wake:", "    force: {from: [new], to: open}\n    wake:")
    role = "role: forcer\nmay: {case: {do: [create, read, update, force]}}\n"
    runtime = Runtime(make_model(**{**DOCUMENTS, "case": forced, "forcer": role}), store)
    forcer = person(runtime, "forcer")
    case = forcer.create("case", {})
    assert forcer.update("case", case.id, {"status": "open"})["status"] == "open"
    with pytest.raises(Forbidden):
        person(runtime, "maker").update("case", forcer.create("case", {}).id, {"status": "open"})
