from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from sidra.access.actor import Actor, system_actor
from sidra.errors import Invalid
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

DAKAR = "00000000-0000-7000-8000-000000000001"
CUSTOM = "00000000-0000-7000-8000-00000000cccc"

TEAM = """
entity: team
attributes:
  name: {type: string, localised: true, search: true}
  locked: {type: boolean, read_only: true, default: false}
relations:
  members: {to: [individual, organization], many: true, roles: team_role}
  things: {to: any, many: true}
  lead: {to: any}
title: name
"""
ROLES = "enum: team_role\nvalues: [lead, member]\n"


@pytest.fixture
def teams(make_model: Callable[..., Model], store: Store) -> Records:
    return Runtime(make_model(team=TEAM, team_role=ROLES), store).records(system_actor("test"))


def person(records: Records, name: str = "Diop") -> Record:
    return records.create("individual", {"family_name": name})


def problems(records: Records, entity: str, values: dict[str, object]) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        records.create(entity, values)
    return {problem.path: problem.code for problem in error.value.problems}


def test_links_keep_role_and_time(teams: Records) -> None:
    one, two = person(teams), person(teams, "Fall")
    given = [{"id": one.id, "kind": "individual", "role": "lead", "valid_from": "2026-01-01T00:00:00Z"}]
    made = teams.create("team", {"members": given, "things": [{"id": two.id, "kind": "individual"}], "lead": None})
    assert [found.id for found in made["members"]] == [one.id]
    assert [found.id for found in made["things"]] == [two.id]
    with teams.runtime.store.reading() as connection:
        row = connection.execute("SELECT target_kind, role, valid_from, valid_to FROM team_members").fetchone()
    assert row == (
        "individual",
        "lead",
        int(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC).timestamp()) * 10**6,
        None,
    )


def test_what_cannot_be_a_link_is_a_problem_at_its_place(teams: Records) -> None:
    one = person(teams)
    links = [
        {"id": one.id, "kind": "individual", "role": "boss"},
        {"id": one.id, "kind": "individual", "valid_from": "soon"},
        {"id": one.id, "kind": "team"},
        {"id": one.id, "kind": ["individual"]},
        {"id": one.id},
        one.id,
        None,
    ]
    assert problems(teams, "team", {"members": links}) == {
        "members[0].role": "R608",
        "members[1].valid_from": "R602",
        "members[2]": "R619",
        "members[3]": "R619",
        "members[4]": "R619",
        "members[5]": "R619",
        "members[6]": "R619",
    }


@pytest.mark.parametrize(
    ("values", "path", "code"),
    [
        ({"members": "x"}, "members", "R602"),
        ({"members": {"id": "x"}}, "members", "R602"),
        ({"lead": ["x"]}, "lead", "R619"),
        ({"lead": {"id": CUSTOM, "kind": 7}}, "lead", "R619"),
        ({"lead": CUSTOM}, "lead", "R619"),
        ({"id": "x"}, "id", "R602"),
        ({"created_at": "yesterday"}, "created_at", "R602"),
        ({"x" * 500: 1}, "x" * 100, "R611"),
        ({"updated_at": "2026-01-01T00:00:00Z"}, "updated_at", "R611"),
        ({"members_id": CUSTOM}, "members_id", "R611"),
    ],
)
def test_what_cannot_be_is_a_problem(teams: Records, values: dict[str, object], path: str, code: str) -> None:
    assert problems(teams, "team", values) == {path: code}


def test_owned_records_are_a_list_of_maps(system: Records) -> None:
    for wrong in ("x", ["x"], {"phone_number": "x"}):
        assert problems(system, "individual", {"family_name": "x", "contact_media": wrong}) == {"contact_media": "R602"}
    assert problems(system, "customer", {"engaged_party": person(system).id, "tickets": []}) == {"tickets": "R612"}


def test_the_program_may_say_who_made_a_record_and_when(system: Records, agent: Records) -> None:
    values = {"family_name": "x", "id": CUSTOM, "created_at": "2020-01-01T00:00:00Z", "created_by": "feed"}
    made = system.create("individual", values)
    assert (made.id, made.created_at.year, made.updated_at.year, made["created_by"]) == (CUSTOM, 2020, 2020, "feed")
    with pytest.raises(Invalid):
        agent.create("individual", values)


def test_a_reference_is_given_by_its_parts_too(teams: Records) -> None:
    one = person(teams)
    for values in (
        {"lead_kind": "individual", "lead_id": one.id},
        {"lead": {"id": one.id, "kind": "individual"}},
    ):
        made = teams.create("team", values)
        assert (made["lead_id"], made["lead_kind"], made["lead"].id) == (one.id, "individual", one.id)
    assert teams.update("team", made.id, {"lead_id": None})["lead_kind"] is None


def test_a_localised_value_names_its_record_in_the_language_of_the_reader(teams: Records) -> None:
    made = teams.create("team", {"name": {"fr": "Équipe", "en": "Crew"}})
    assert made.title == "Crew"
    assert teams.create("team", {}).title
    assert [hit.id for hit in teams.search("equip", entities=["team"])] == [made.id]


def test_what_is_read_only_is_entered_by_the_program_alone(make_model: Callable[..., Model], store: Store) -> None:
    role = "role: lead\nmay:\n  team: {do: [create, read, update]}\n"
    runtime = Runtime(make_model(team=TEAM, team_role=ROLES, lead=role), store)
    lead = runtime.records(Actor("x", "x", frozenset({"lead"})))
    assert problems(lead, "team", {"locked": True}) == {"locked": "R612"}
    assert runtime.records(system_actor("test")).create("team", {"locked": True})["locked"] is True


def test_who_may_create_but_not_change_fills_a_new_record(make_model: Callable[..., Model], store: Store) -> None:
    role = "role: desk\nmay:\n  individual: {do: [create, read]}\n"
    runtime = Runtime(make_model(desk=role), store)
    desk = runtime.records(Actor("x", "x", frozenset({"desk"})))
    assert person(desk)["family_name"] == "Diop"
    assert problems(desk, "individual", {"family_name": "x", "national_number": "1"}) == {"national_number": "R612"}
