"""What answers of the API cost and promise: statements, counts, parts of periods, schemas."""

from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from tests.core.web.conftest import API, CUSTOMERS, INDIVIDUALS, TICKETS, Client

from sidra.api import service
from sidra.store import sqlite
from sidra.store.database import Connection, Cursor, Statement

Json = dict[str, Any]
MEDIUM = {"mediumType": "phone", "characteristic": {"phoneNumber": "+221771234567"}}


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SQL that has run."""
    seen: list[str] = []
    run = Statement.run

    def counted(self: Statement, connection: Connection, given: Mapping[str, object]) -> Cursor:
        seen.append(self.sql)
        return run(self, connection, given)

    monkeypatch.setattr(Statement, "run", counted)
    return seen


def test_owned_lists_of_a_page_are_read_by_one_statement(agent: Client, statements: list[str]) -> None:
    def cost(people: int) -> int:
        for number in range(people):
            body = {"givenName": f"Awa {number}", "familyName": "Ndiaye", "contactMedium": [MEDIUM, MEDIUM]}
            assert agent.post(INDIVIDUALS, body).status_code == 201
        statements.clear()
        listed = agent.get(f"{INDIVIDUALS}?limit=100").json
        assert all(len(one["contactMedium"]) == 2 for one in listed)
        return len([sql for sql in statements if "contact_medium" in sql])

    assert (cost(2), cost(5)) == (1, 1)


def test_linked_lists_of_a_page_are_read_by_one_statement(agent: Client, awa: Json, statements: list[str]) -> None:
    buyers = [agent.post(CUSTOMERS, {"name": name, "engagedParty": awa["id"]}).json for name in "ABC"]
    for number in range(4):
        affected = [{"id": buyer["id"]} for buyer in buyers[:number]]
        agent.post(TICKETS, {"description": f"No signal {number}", "affected": affected})
    statements.clear()
    listed = agent.get(f"{TICKETS}?sort=createdAt&fields=affected").json
    found = [[one["name"] for one in ticket.get("affected", [])] for ticket in listed]
    assert found == [[], ["A"], ["A", "B"], ["A", "B", "C"]]
    assert len([sql for sql in statements if "source_id" in sql]) == 1


def test_many_matches_are_told_as_a_lower_bound_unless_asked_exactly(
    agent: Client, awa: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_EXACT", 2)
    for name in "ABC":
        agent.post(CUSTOMERS, {"name": name, "engagedParty": awa["id"]})
    told = agent.get(CUSTOMERS)
    assert (told.headers["X-Total-Count"], told.headers["Preference-Applied"]) == ("2", "count=estimated")
    assert told.headers["X-Result-Count"] == "3"
    exact = agent.get(CUSTOMERS, Prefer="count=exact")
    assert (exact.headers["X-Total-Count"], exact.headers["Preference-Applied"]) == ("3", "count=exact")


def test_an_exact_count_that_takes_too_long_becomes_a_lower_bound(
    agent: Client, awa: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_EXACT", 2)
    monkeypatch.setattr(sqlite, "LOOK_STEPS", 1)
    monkeypatch.setattr(service, "EXACT_SECONDS", -1.0)
    for name in "ABC":
        agent.post(CUSTOMERS, {"name": name, "engagedParty": awa["id"]})
    told = agent.get(CUSTOMERS, Prefer="count=exact")
    assert (told.status_code, told.headers["X-Total-Count"]) == (200, "2")
    assert told.headers["Preference-Applied"] == "count=estimated"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("validFor.startDateTime.gt=2026-02-01", ["late"]),
        ("validFor.startDateTime.lte=2026-01-01T00:00:00Z", ["early"]),
        ("validFor.endDateTime.lt=2027-01-01", ["early"]),
        ("validFor.startDateTime=2026-03-01T00:00:00Z", ["late"]),
        ("validFor.startDateTime=2026-03-01T00:00:00Z,2026-01-01T00:00:00Z&sort=name", ["early", "late"]),
    ],
)
def test_a_list_is_narrowed_by_either_end_of_a_period(agent: Client, awa: Json, query: str, names: list[str]) -> None:
    periods = {
        "early": {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2026-12-31T00:00:00Z"},
        "late": {"startDateTime": "2026-03-01T00:00:00Z"},
    }
    for name, period in periods.items():
        agent.post(CUSTOMERS, {"name": name, "engagedParty": awa["id"], "validFor": period})
    found = agent.get(f"{CUSTOMERS}?{query}")
    assert found.status_code == 200, found.text
    assert [one["name"] for one in found.json] == names


@pytest.mark.parametrize("query", ["validFor.start=2026", "validFor.startDateTime=soon", "validFor.startDateTime.x=1"])
def test_a_part_of_a_period_that_is_none_is_refused(agent: Client, query: str) -> None:
    assert agent.get(f"{CUSTOMERS}?{query}").status_code == 400


def test_an_extended_type_says_where_its_schema_is(agent: Client, awa: Json) -> None:
    made = agent.post(f"{API}/party/v4/organization", {"tradingName": "Teranga", "xSnNinea": "12"}).json
    assert "@schemaLocation" not in awa
    assert made["@schemaLocation"] == f"http://localhost{API}/schema/SnOrganization.schema.json"
    assert agent.get(f"{made['href']}?fields=none").json["@schemaLocation"] == made["@schemaLocation"]
    told = agent.get(made["@schemaLocation"])
    assert (told.status_code, told.content_type) == (200, "application/schema+json")
    schema = told.json
    assert schema["$id"] == made["@schemaLocation"]
    assert schema["properties"]["xSnNinea"] == {"type": "string"}
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(made, schema)


def test_records_are_as_their_schemas_say(agent: Client, awa: Json) -> None:
    buyer = agent.post(
        CUSTOMERS,
        {
            "name": "Awa",
            "engagedParty": {"id": awa["id"]},
            "score": 7,
            "credit": {"value": 12.5, "unit": "XOF"},
            "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
        },
    ).json
    party = [{"id": buyer["id"], "role": "customer"}]
    ticket = agent.post(TICKETS, {"description": "x", "severity": "low", "relatedParty": party}).json
    for record in (awa, buyer, ticket):
        schema = agent.get(f"{API}/schema/{record['@type']}.schema.json").json
        jsonschema.Draft202012Validator(schema).validate(record)
    assert schema["properties"]["severity"]["enum"] == ["low", "veryHigh"]
    assert schema["properties"]["age"]["readOnly"]


def test_there_is_no_schema_of_what_is_no_type_and_none_is_written(agent: Client) -> None:
    assert agent.get(f"{API}/schema/Nonsense.schema.json").status_code == 404
    refused = agent.post(f"{API}/schema/Customer.schema.json", {})
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
