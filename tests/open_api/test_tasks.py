"""What TM Forum has no resource for, over HTTP: each is done for who may, within the scopes of the token, and told."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from tests.core.jobs.inline import work_through
from tests.open_api.client import INDIVIDUAL, Client, Json, Served

from sidra.access.entrance import Entrance

TASK = "ext/v1/{}".format
WHY = "request 2026-118"
NUMBERS = itertools.count(1)
AUDITED = "SELECT actor_name, reason FROM audit_entry WHERE action = '{}' ORDER BY sequence"


def client(served: Served, role: str, *scopes: str) -> Client:
    """A client of a role, or of an account with it and a token of some scopes."""
    runtime = served.affiliates.get("pl")
    assert runtime is not None
    entrance = Entrance.of("pl", runtime.store)
    if not scopes:
        return Client(served.app, "pl", entrance.tokens.issue(role))
    login = f"{role}-of-tasks"
    account = entrance.accounts.find(login) or entrance.accounts.create(login, role.title(), "correct horse 1", [role])
    return Client(served.app, "pl", entrance.tokens.issue_for(account, scopes, name="test"))


def told(served: Served, action: str) -> list[tuple[str, str]]:
    runtime = served.affiliates.get("pl")
    assert runtime is not None
    with runtime.store.reading() as connection:
        return [(name, reason) for name, reason in connection.execute(AUDITED.format(action)).fetchall()]


def pesel() -> str:
    """A number that nobody else has, with its check digit."""
    digits = f"440514{next(NUMBERS):04}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), strict=True))
    return f"{digits}{-total % 10}"


@pytest.fixture
def zofia(poland: Client) -> Json:
    """A person whose number agents see masked."""
    return poland.made(INDIVIDUAL, nationalNumber=pesel(), familyName="Lis")


def bodies(zofia: Json) -> dict[str, Json]:
    """A body of each task, by the function that it needs."""
    record = {"id": zofia["id"], "@referredType": "Individual"}
    return {
        "reveal": {"record": record, "attribute": "nationalNumber", "reason": WHY},
        "export": {"resource": "Individual", "query": f"id={zofia['id']}&fields=familyName"},
        "privacy": {"party": {"id": zofia["id"]}, "reason": WHY},
    }


PLACES = {
    "revealValue": "reveal",
    "exportList": "export",
    "personalDataPackage": "privacy",
    "personalDataErasure": "privacy",
}


@pytest.mark.parametrize("task", PLACES)
@pytest.mark.parametrize("scopes", [("*:read", "*:write"), ("search:use", "*:read"), ("party:read",)])
def test_a_token_without_the_function_does_nothing(
    served: Served, zofia: Json, task: str, scopes: tuple[str, ...]
) -> None:
    before = told(served, "reveal"), told(served, "export"), told(served, "package"), told(served, "erase_ask")
    answer = client(served, "administrator", *scopes).ask("POST", TASK(task), bodies(zofia)[PLACES[task]])
    assert (answer.status_code, answer.json["code"]) == (403, "R403")
    after = told(served, "reveal"), told(served, "export"), told(served, "package"), told(served, "erase_ask")
    assert after == before


@pytest.mark.parametrize(("task", "role"), [(task, "configurator") for task in PLACES] + [("exportList", "agent")])
def test_a_role_without_the_function_does_nothing(served: Served, zofia: Json, task: str, role: str) -> None:
    answer = client(served, role).ask("POST", TASK(task), bodies(zofia)[PLACES[task]])
    assert answer.status_code == 403


def test_a_masked_value_is_revealed_for_a_reason(served: Served, zofia: Json) -> None:
    agent, body = client(served, "agent", "party:read", "reveal:use"), bodies(zofia)["reveal"]
    assert zofia["nationalNumber"] not in agent.ask("GET", zofia["href"]).text
    answer = agent.ask("POST", TASK("revealValue"), body)
    assert (answer.status_code, answer.json["value"], answer.headers["Cache-Control"]) == (
        201,
        zofia["nationalNumber"],
        "no-store",
    )
    assert told(served, "reveal")[-1] == ("Agent (token:test)", WHY)
    for wrong in ({"reason": ""}, {"attribute": 7}, {"record": {"id": zofia["id"], "@referredType": "Nonsense"}}):
        assert agent.ask("POST", TASK("revealValue"), body | wrong).status_code == 400
    for wrong in ({"attribute": "familyName"}, {"attribute": "nonsense"}):
        assert agent.ask("POST", TASK("revealValue"), body | wrong).status_code == 404


def test_a_list_is_exported_as_its_reader_sees_it(served: Served, zofia: Json) -> None:
    body = {"resource": "Individual", "query": "familyName=Lis&fields=givenName,nationalNumber"}
    whole = client(served, "back_office", "party:read", "export:use").ask("POST", TASK("exportList"), body)
    assert whole.headers["Content-Type"] == "text/csv; charset=utf-8"
    head, *rows = whole.text.splitlines()
    assert head == "givenName,nationalNumber"
    assert f"{zofia['givenName']},{zofia['nationalNumber']}" in rows
    hidden = client(served, "administrator", "customer:read", "export:use").ask("POST", TASK("exportList"), body)
    assert hidden.status_code == 403
    unknown = client(served, "administrator").ask("POST", TASK("exportList"), body | {"query": "nonsense=1"})
    assert unknown.status_code == 400


def test_everything_that_is_held_is_handed_out(served: Served, zofia: Json) -> None:
    guardian = client(served, "administrator", "party:read", "privacy:use")
    answer = guardian.ask("POST", TASK("personalDataPackage"), bodies(zofia)["privacy"])
    assert answer.status_code == 201
    assert zofia["nationalNumber"] in answer.text
    assert told(served, "package")[-1] == ("Administrator (token:test)", WHY)
    assert guardian.ask("POST", TASK("personalDataPackage"), {"party": {"id": zofia["id"]}}).status_code == 400
    assert guardian.ask("GET", TASK("personalDataPackage")).status_code == 405


def test_an_erasure_is_previewed_asked_for_and_followed(served: Served, zofia: Json, tmp_path: Path) -> None:
    guardian, body = client(served, "administrator", "party:read", "privacy:use"), bodies(zofia)["privacy"]
    before = told(served, "erase_ask")
    preview = guardian.ask("POST", TASK("personalDataErasure"), body | {"preview": True})
    assert (preview.status_code, preview.json["state"]) == (200, "preview")
    assert preview.json["takenOut"]["PlIndividual.nationalNumber"] == 1
    assert told(served, "erase_ask") == before
    asked = guardian.ask("POST", TASK("personalDataErasure"), body)
    assert (asked.status_code, asked.json["state"]) == (201, "inProgress")
    assert guardian.ask("POST", TASK("personalDataErasure"), body).status_code == 409
    runtime = served.affiliates.get("pl")
    assert runtime is not None
    assert work_through(runtime, tmp_path) == []
    done = guardian.ask("GET", asked.headers["Location"])
    assert (done.json["state"], done.json["recordsDone"]) == ("done", done.json["recordsTotal"])
    assert zofia["nationalNumber"] not in guardian.ask("GET", zofia["href"]).text
    assert client(served, "agent").ask("GET", asked.headers["Location"]).status_code == 403
    for wrong in ("00000000-0000-7000-8000-0000000000ff", "nonsense"):
        assert guardian.ask("GET", TASK(f"personalDataErasure/{wrong}")).status_code == 404


def test_an_erasure_of_somebody_who_is_not_to_be_seen_is_as_one_that_is_not_there(
    served: Served, zofia: Json, tmp_path: Path
) -> None:
    guardian = client(served, "administrator", "party:read", "party:write", "privacy:use")
    asked = guardian.ask("POST", TASK("personalDataErasure"), bodies(zofia)["privacy"])
    runtime = served.affiliates.get("pl")
    assert runtime is not None
    assert work_through(runtime, tmp_path) == []
    assert guardian.ask("DELETE", zofia["href"]).status_code == 204
    there = guardian.ask("GET", asked.headers["Location"])
    nowhere = guardian.ask("GET", TASK("personalDataErasure/00000000-0000-7000-8000-0000000000ff"))
    assert (there.status_code, there.json) == (404, nowhere.json)


@pytest.mark.parametrize("body", [[], "x", {"party": "x"}, {"party": {"id": 7}}])
def test_a_body_that_cannot_be_meant_is_refused(poland: Client, body: object) -> None:
    assert poland.ask("POST", TASK("personalDataErasure"), body).status_code == 400


def test_nobody_is_found_by_an_id_that_is_no_persons(poland: Client) -> None:
    for id in ("nonsense", "00000000-0000-7000-8000-0000000000ff"):
        body = {"party": {"id": id}, "reason": WHY}
        assert poland.ask("POST", TASK("personalDataPackage"), body).status_code == 404
