"""Over HTTP: a client subscribes, is told what it may see in TM Forum's words, and ends it again."""

from __future__ import annotations

import re

import pytest
from tests.core.events.conftest import HUB, TICKETS, Desk
from tests.core.events.desk import Json, Subscriber

GLOBAL = "https://93.184.216.34/listener"


def code_of(answer: Json) -> tuple[int, str]:
    found = answer.json  # type: ignore[attr-defined]  # an answer of WebTest
    assert found["reason"]
    assert found["@type"] == "Error"
    return answer.status_code, found["code"]  # type: ignore[attr-defined]  # as above


def test_a_subscriber_is_told_of_a_new_state_after_a_patch(desk: Desk, subscriber: Subscriber) -> None:
    ticket = desk.ticket()
    desk.subscribe(subscriber.url, "eventType=TroubleTicketStatusChangeEvent")
    desk.patch(ticket, status="inProgress")
    desk.deliver()
    (event,) = subscriber.events
    document = desk.client().get(f"{TICKETS}/{ticket['id']}").json
    assert event == {
        "eventId": event["eventId"],
        "eventTime": event["timeOcurred"],
        "eventType": "TroubleTicketStatusChangeEvent",
        "correlationId": event["correlationId"],
        "domain": "service",
        "title": "TroubleTicketStatusChangeEvent",
        "description": f"Ticket {ticket['id']}",
        "priority": "normal",
        "timeOcurred": event["timeOcurred"],
        "event": {"troubleTicket": document},
    }
    assert document["status"] == "inProgress"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["timeOcurred"])


def test_a_subscription_is_made_read_and_ended(desk: Desk) -> None:
    made = desk.client().post(HUB, {"callback": GLOBAL, "query": "eventType=TroubleTicketCreateEvent"})
    assert made.status_code == 201
    assert made.headers["Location"] == f"http://localhost{HUB}/{made.json['id']}"
    told = made.json
    assert len(told.pop("secret")) > 40
    again = desk.client().get(made.headers["Location"])
    assert (again.status_code, again.json) == (200, told)
    assert desk.client().delete(made.headers["Location"]).status_code == 204
    assert code_of(desk.client().get(made.headers["Location"])) == (404, "R404")


def test_the_same_subscription_twice_is_a_conflict_and_another_query_is_none(desk: Desk) -> None:
    body = {"callback": GLOBAL, "query": ""}
    assert desk.client().post(HUB, body).status_code == 201
    assert code_of(desk.client().post(HUB, body)) == (409, "R409")
    assert desk.client().post(HUB, {**body, "query": "eventType=TroubleTicketCreateEvent"}).status_code == 201
    assert desk.client("dealer").post(HUB, body).status_code == 201


def test_a_subscription_of_another_client_is_not_there(desk: Desk) -> None:
    mine = desk.subscribe(GLOBAL)
    for method in ("GET", "DELETE"):
        assert code_of(desk.client("dealer").ask(method, f"{HUB}/{mine['id']}")) == (404, "R404")
    assert desk.client().get(f"{HUB}/{mine['id']}").status_code == 200


def test_who_may_read_nothing_of_an_api_cannot_subscribe_to_it(desk: Desk) -> None:
    assert code_of(desk.client("outsider").post(HUB, {"callback": GLOBAL})) == (403, "R403")
    hub = HUB.replace("troubleTicket", "customerManagement")
    assert desk.client("outsider").post(hub, {"callback": GLOBAL}).status_code == 201


@pytest.mark.parametrize(
    "query",
    [
        "eventType=TroubleTicketResolvedEvent",
        "eventType=TroubleTicketCreateEvent,TroubleTicketDeleteEvent",
        "event.troubleTicket.severity=veryHigh",
        "event.troubleTicket.severity=low,veryHigh&event.troubleTicket.score>=3",
        "event.troubleTicket.reportedAt.gt=2026-01-01T00:00:00Z",
        "event.troubleTicket.wantedBy<2027-01-01",
        "event.troubleTicket.cost.value>12.5",
        "event.troubleTicket.customer.id=018f0000-0000-7000-8000-000000000001",
        "event.troubleTicket.customer.name=Awa",
    ],
)
def test_a_query_of_lists_is_taken(desk: Desk, query: str) -> None:
    assert desk.client().post(HUB, {"callback": GLOBAL, "query": query}).status_code == 201


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("eventType=TroubleTicketOpenedEvent", "no event `TroubleTicketOpenedEvent`"),
        ("eventType=CustomerCreateEvent", "no event `CustomerCreateEvent`"),
        ("eventType>TroubleTicketCreateEvent", "`eventType` is compared by ="),
        ("severity=low", "no attribute `severity`"),
        ("event.customer.name=Awa", "no attribute `event.customer.name`"),
        ("event.troubleTicket.colour=red", "no attribute `colour`"),
        ("event.troubleTicket.severity=purple", "`severity` is never `purple`"),
        ("event.troubleTicket.description=x", "no filter `description`"),
        ("event.troubleTicket.severity*=lo", "`severity` is not compared with patterns"),
        ("event.troubleTicket.score=many", "`score`"),
        ("event.troubleTicket.wantedBy=soon", "`wanted_by`: "),
        ("event.troubleTicket.customer.id=7", "the value for `customer` cannot be read"),
        ("event.troubleTicket", "`event.troubleTicket` has no value"),
        ("x" * 2001, "a query has 2000 characters at most"),
    ],
)
def test_a_query_that_means_nothing_is_refused(desk: Desk, query: str, reason: str) -> None:
    answer = desk.client().post(HUB, {"callback": GLOBAL, "query": query})
    assert code_of(answer) == (400, "R400")
    assert answer.json["reason"].startswith(reason)


@pytest.mark.parametrize("role", ["dealer", "guard"])
def test_a_query_on_what_is_hidden_or_masked_is_refused_as_on_what_is_not_there(desk: Desk, role: str) -> None:
    query = "event.troubleTicket.remark=x"
    assert desk.client().post(HUB, {"callback": GLOBAL, "query": query}).status_code == 201
    answer = desk.client(role).post(HUB, {"callback": GLOBAL, "query": query})
    assert (code_of(answer), answer.json["reason"]) == ((400, "R400"), "no filter `remark`")


@pytest.mark.parametrize(
    "callback",
    [
        "https://127.1/x",
        "https://0x7f000001/x",
        "https://2130706433/x",
        "https://017700000001/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00:ec2::254]/x",
        "https://10.0.0.1/x",
        "https://192.168.1.1/x",
        "https://100.64.0.1/x",
        "https://[64:ff9b::7f00:1]/x",
        "https://0.0.0.0/x",
        "https://224.0.0.1/x",
        "http://93.184.216.34/x",
        "https://user:pass@93.184.216.34/x",
        "ftp://93.184.216.34/x",
        "https:///x",
        "https://93.184.216.34:port/x",
        "https://93.184.216.34/\nHost: a",
        "listener",
        "https://nowhere.invalid/x",
    ],
)
def test_a_callback_that_events_are_not_sent_to_is_refused(desk: Desk, callback: str) -> None:
    desk.app.registry.sites.has_loopback = False
    answer = desk.client().post(HUB, {"callback": callback})
    assert code_of(answer) == (400, "R170")
    assert not desk.runtime.events.subscriptions.list()


@pytest.mark.parametrize("body", [{}, {"callback": ""}, {"callback": 1}, {"callback": GLOBAL, "id": "1"}, [], "x"])
def test_a_body_that_is_no_subscription_is_refused(desk: Desk, body: object) -> None:
    given = body if isinstance(body, dict | list) else b'"x"'
    answer = desk.client().ask("POST", HUB, given, Content_Type="application/json")
    assert code_of(answer) == (400, "R422")


def test_no_other_method_and_no_other_api_has_a_hub(desk: Desk) -> None:
    assert code_of(desk.client().get(HUB)) == (405, "R405")
    assert code_of(desk.client().patch(f"{HUB}/x", {})) == (405, "R405")
    assert code_of(desk.client().post(HUB.replace("v4", "v9"), {"callback": GLOBAL})) == (404, "R404")
