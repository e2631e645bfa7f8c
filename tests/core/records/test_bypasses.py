"""Ways around a grant that were open once: each stays shut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from tests.prepared import Prepared

from sidra.access.actor import Actor, system_actor
from sidra.errors import BadQuery, Forbidden, Invalid
from sidra.records.query import Cursor, Filter, Query
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

ME = "00000000-0000-7000-8000-0000000000aa"
OTHER = "00000000-0000-7000-8000-0000000000ff"
NARROWED = """
  individual: {do: [read, update]}
  contact_medium: {do: [create, read, update, delete], rows: "preferred == true"}
"""

MakeRuntime = Callable[..., Runtime]


@pytest.fixture
def store(prepared: Prepared, model: Model) -> Iterator[Store]:
    """A database with the tables of the Model, to which no role adds any."""
    with prepared.store_of(model) as store:
        yield store


@pytest.fixture
def make_runtime(make_model: Callable[..., Model], store: Store) -> MakeRuntime:
    """A Runtime with roles of these names and grants."""

    def make(**roles: str) -> Runtime:
        return Runtime(make_model(**{name: f"role: {name}\nmay:\n{may}\n" for name, may in roles.items()}), store)

    return make


def everything(runtime: Runtime) -> Records:
    return runtime.records(system_actor("test"))


def person(runtime: Runtime, *roles: str) -> Records:
    return runtime.records(Actor(ME, "x", frozenset(roles)))


def diop(runtime: Runtime) -> Record:
    media = [{"phone_number": "+221771234567"}, {"phone_number": "+221771234568", "preferred": True}]
    return everything(runtime).create("individual", {"family_name": "Diop", "contact_media": media})


def numbers(runtime: Runtime, party: Record) -> set[str]:
    media = everything(runtime).get("individual", party.id)["contact_media"]
    return {medium["phone_number"] for medium in media}


@pytest.mark.parametrize("media", [[], [{}], [{"phone_number": "+221770000000"}]])
def test_who_only_reads_what_is_owned_neither_removes_it_nor_adds_to_it(
    make_runtime: MakeRuntime, media: list[dict[str, str]]
) -> None:
    runtime = make_runtime(tester="  individual: {do: [read, update]}\n  contact_medium: {do: [read]}")
    party = diop(runtime)
    with pytest.raises(Invalid) as refused:
        person(runtime, "tester").update("individual", party.id, {"contact_media": media})
    assert {problem.code for problem in refused.value.problems} == {"R612"}
    assert len(numbers(runtime, party)) == 2


def test_what_is_owned_and_out_of_sight_stays_when_the_rest_is_written(make_runtime: MakeRuntime) -> None:
    runtime = make_runtime(tester=NARROWED)
    party, records = diop(runtime), person(runtime, "tester")
    records.update("individual", party.id, {"contact_media": []})
    assert numbers(runtime, party) == {"+221771234567"}


def test_what_is_owned_and_out_of_sight_is_not_changed_by_guessing_its_id(make_runtime: MakeRuntime) -> None:
    runtime = make_runtime(tester=NARROWED)
    party = diop(runtime)
    hidden = next(medium for medium in party["contact_media"] if not medium["preferred"])
    with pytest.raises(Invalid) as refused:
        person(runtime, "tester").update("individual", party.id, {"contact_media": [{"id": hidden.id}]})
    assert [problem.code for problem in refused.value.problems] == ["R619"]


@pytest.mark.parametrize("medium", [{"phone_number": "+221770000000"}, {"preferred": False}])
def test_nothing_is_made_within_its_owner_that_would_be_out_of_reach(
    make_runtime: MakeRuntime, medium: dict[str, object]
) -> None:
    runtime = make_runtime(tester=NARROWED)
    party = diop(runtime)
    seen = next(one for one in party["contact_media"] if one["preferred"])
    given = [{"id": seen.id}, medium] if "phone_number" in medium else [{"id": seen.id, **medium}]
    with pytest.raises(Forbidden):
        person(runtime, "tester").update("individual", party.id, {"contact_media": given})
    assert len(numbers(runtime, party)) == 2


def test_limits_on_what_is_owned_count_what_is_out_of_sight(make_runtime: MakeRuntime) -> None:
    runtime = make_runtime(tester=NARROWED)
    party = diop(runtime)
    given = [{"phone_number": f"+22177000000{number}", "preferred": True} for number in range(5)]
    with pytest.raises(Invalid) as refused:
        person(runtime, "tester").update("individual", party.id, {"contact_media": given})
    assert [problem.code for problem in refused.value.problems] == ["R618"]


def test_a_step_takes_no_other_change_along_that_its_own_rows_do_not_allow(make_runtime: MakeRuntime) -> None:
    runtime = make_runtime(
        editor="  individual: {do: [read, update], rows: \"family_name == 'Sow'\"}",
        checker="  individual: {do: [read, validate]}",
    )
    system, records = everything(runtime), person(runtime, "editor", "checker")
    fall = system.create("individual", {"family_name": "Fall", "birth_date": "1990-05-17"})
    sow = system.create("individual", {"family_name": "Sow", "birth_date": "1990-05-17"})
    with pytest.raises(Forbidden):
        records.update("individual", fall.id, {"status": "validated", "given_name": "X"})
    assert records.update("individual", fall.id, {"status": "validated"})["status"] == "validated"
    assert records.update("individual", sow.id, {"status": "validated", "given_name": "X"})["given_name"] == "X"


@pytest.mark.parametrize("kind", ["nonsense", "customer", 5, {"a": 1}, ["x"], None])
def test_the_entity_of_a_reference_is_not_changed_without_the_reference(
    make_runtime: MakeRuntime, kind: object
) -> None:
    runtime = make_runtime(tester="  party: {do: [read]}\n  ticket: {do: [create, read, update]}")
    party, records = diop(runtime), person(runtime, "tester")
    ticket = records.create("ticket", {"subject": "x", "about_id": party.id, "about_kind": "individual"})
    assert ticket["about"].id == party.id
    with pytest.raises(Invalid):
        records.update("ticket", ticket.id, {"about_kind": kind})
    assert records.get("ticket", ticket.id)["about_kind"] == "individual"


def test_links_to_what_is_out_of_sight_stay(make_runtime: MakeRuntime) -> None:
    runtime = make_runtime(
        tester="  individual: {do: [read]}\n  customer: {do: [read, update], rows: \"segment == 'gold'\"}"
    )
    system, records, party = everything(runtime), person(runtime, "tester"), diop(runtime)
    one, other, hidden = (
        system.create("customer", {"engaged_party": party.id, "segment": segment})
        for segment in ("gold", "gold", "mass")
    )
    system.update("customer", one.id, {"favourites": [other.id, hidden.id]})
    assert [found.id for found in records.get("customer", one.id)["favourites"]] == [other.id]
    records.update("customer", one.id, {"favourites": [], "note": "x"})
    assert [found.id for found in system.get("customer", one.id)["favourites"]] == [hidden.id]


def test_history_leaves_out_what_is_owned_and_out_of_sight(make_runtime: MakeRuntime) -> None:
    runtime = make_runtime(tester=NARROWED)
    party, system = diop(runtime), everything(runtime)

    def told() -> set[object]:
        changes = person(runtime, "tester").history("individual", party.id).changes
        return {change.new for change in changes if change.attribute == "phone_number"}

    assert told() == {"+221771234568"}
    system.update("individual", party.id, {"contact_media": []})
    assert told() == set()


def test_history_leaves_out_what_is_owned_by_a_relation_that_is_hidden(make_runtime: MakeRuntime) -> None:
    runtime = make_runtime(
        tester="  individual: {do: [read], columns: {contact_media: none}}\n  organization: {do: [read]}",
        reader="  individual: {do: [read]}",
    )
    party = diop(runtime)
    entities = {
        role: {change.entity for change in person(runtime, role).history("individual", party.id).changes}
        for role in ("tester", "reader")
    }
    assert entities == {"tester": {"individual"}, "reader": {"individual", "contact_medium"}}


def test_a_relation_that_is_masked_leads_nowhere(make_runtime: MakeRuntime) -> None:
    runtime = make_runtime(
        tester="  individual: {do: [read]}\n  customer: {do: [read], columns: {engaged_party: mask, favourites: mask}}"
    )
    party = diop(runtime)
    made = everything(runtime).create("customer", {"engaged_party": party.id})
    shown = person(runtime, "tester").get("customer", made.id)
    assert "engaged_party_id" not in shown
    assert (shown.get("engaged_party"), shown.get("favourites")) == (None, None)


@pytest.mark.parametrize("value", [2**63, 2**64 - 1])
def test_a_forged_cursor_with_a_number_that_no_column_holds_is_refused(make_runtime: MakeRuntime, value: int) -> None:
    forged = Cursor("-created_at,-id", backwards=False, values=(value, OTHER)).encode()
    with pytest.raises(BadQuery):
        everything(make_runtime()).list("individual", Query(after=forged))


@pytest.mark.parametrize(
    "text",
    ["a\0bc", "\0", "\ud800abc", "abc " * 300, "ab " * 1200, '"', 'a"b*', "abc*", "NEAR(abc def)", "-abc", "{abc}: x"],
)
def test_no_text_breaks_the_search(make_runtime: MakeRuntime, text: str) -> None:
    system = everything(make_runtime())
    system.create("individual", {"family_name": "abc def"})
    for filters in ((), (Filter("family_name", "contains", text),), (Filter("family_name", "starts", text),)):
        with suppress(BadQuery):
            system.list("individual", Query(text=text, filters=filters))
    assert isinstance(system.search(text), list)


FAVOURED = """
entity: club
attributes: {name: {type: string}}
relations:
  members: {to: individual, many: true, min: 1, max: 2}
"""


def test_limits_on_links_count_those_that_are_written(make_model: Callable[..., Model], store: Store) -> None:
    system = everything(Runtime(make_model(club=FAVOURED), store))
    people = [system.create("individual", {"family_name": f"Fall {number}"}).id for number in range(3)]
    club = system.create("club", {"members": people[:2]})
    assert {member.id for member in club["members"]} == set(people[:2])
    for members, code in (([], "R617"), (people, "R618")):
        with pytest.raises(Invalid) as refused:
            system.update("club", club.id, {"members": members})
        assert [problem.code for problem in refused.value.problems] == [code]
    with pytest.raises(Invalid):
        system.create("club", {"name": "x"})
