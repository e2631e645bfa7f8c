"""The read side: topics of the resources that a client may read, and what happened there, as far as it may see it."""

from __future__ import annotations

import datetime

import pytest
from tests.core.events.conftest import Desk
from tests.core.events.desk import Subscriber

from sidra.events.log import KEPT

TOPICS = "/sn/tmf-api/event/v4/topic"
TOPIC = f"{TOPICS}/troubleTicket.v4.troubleTicket"


def test_topics_are_of_what_a_client_may_read(desk: Desk) -> None:
    ids = {role: [one["id"] for one in desk.client(role).get(TOPICS).json] for role in ("agent", "guard")}
    customers = "customerManagement.v4.customer"
    tickets = "troubleTicket.v4.troubleTicket"
    assert ids == {"agent": [customers, tickets], "guard": [tickets]}
    assert desk.client("guard").get(TOPIC).json["href"] == f"http://localhost{TOPIC}"
    assert desk.client("outsider").get(TOPIC).status_code == 404


def test_events_are_read_page_by_page_in_order(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.patch(ticket, status="inProgress")
    desk.patch(ticket, status="resolved")
    desk.deliver()
    address, found = f"{TOPIC}/event?limit=3", []
    while address:
        answer = desk.client().get(address)
        found += [one["eventType"].removeprefix("TroubleTicket") for one in answer.json]
        link = answer.headers.get("Link", "")
        address = link.partition(">")[0].lstrip("<").removeprefix("http://localhost")
    assert found == ["CreateEvent", "StatusChangeEvent", "StatusChangeEvent", "ResolvedEvent"]


def test_an_event_reads_as_it_is_told(desk: Desk, subscriber: Subscriber) -> None:
    desk.subscribe(subscriber.url)
    desk.ticket()
    desk.deliver()
    (told,) = subscriber.events
    assert desk.client().get(f"{TOPIC}/event/{told['eventId']}").json == told
    assert desk.client().get(f"{TOPIC}/event/{told['correlationId']}").status_code == 404


def test_events_of_what_a_client_may_not_see_are_not_there(desk: Desk) -> None:
    desk.ticket(severity="veryHigh")
    seen = desk.ticket()
    desk.deliver()
    for role, count in (("agent", 2), ("dealer", 1)):
        events = desk.client(role).get(f"{TOPIC}/event").json
        assert len(events) == count
    (event,) = desk.client("dealer").get(f"{TOPIC}/event").json
    assert event["event"]["troubleTicket"]["id"] == seen["id"]
    (hidden,) = [one["eventId"] for one in desk.client().get(f"{TOPIC}/event").json if one != event][:1]
    assert desk.client("dealer").get(f"{TOPIC}/event/{hidden}").status_code == 404


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "colour=red", "limit=9" + "9" * 40])
def test_a_page_that_there_is_not_is_refused(desk: Desk, query: str) -> None:
    answer = desk.client().get(f"{TOPIC}/event?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, "R400")


@pytest.mark.parametrize("path", ["/x", "/x/event", f"/{TOPIC.rpartition('/')[2]}/hub", "/a/event/b/c"])
def test_what_is_no_topic_is_not_there(desk: Desk, path: str) -> None:
    assert desk.client().get(f"{TOPICS}{path}").status_code == 404
    assert desk.client().post(f"{TOPICS}{path}", {}).status_code == 405


def test_what_could_not_be_told_is_swept_with_its_event(desk: Desk, subscriber: Subscriber) -> None:
    desk.subscribe(subscriber.url)
    subscriber.answers.append(500)
    for _ in range(2):
        desk.ticket()
    desk.deliver()
    desk.runtime.events.sweep(desk.runtime.now() + KEPT - datetime.timedelta(minutes=1))
    assert len(desk.client().get(f"{TOPIC}/event").json) == 2
    desk.runtime.events.sweep(desk.runtime.now() + KEPT + datetime.timedelta(minutes=1))
    with desk.runtime.store.reading() as connection:
        assert len(connection.execute("SELECT sequence FROM event_delivery").fetchall()) == 1
    # The last one stays, from whose number the next goes on.
    assert len(desk.client().get(f"{TOPIC}/event").json) == 1


def test_a_subscription_of_a_token_that_ended_is_swept(desk: Desk, subscriber: Subscriber) -> None:
    kept = desk.subscribe(subscriber.url)
    desk.subscribe(subscriber.url, role="guard")
    (token,) = [one for one in desk.entrance.tokens.list() if one.role == "guard"]
    desk.entrance.tokens.revoke(token.id)
    desk.runtime.events.sweep(desk.runtime.now())
    assert [one.id for one in desk.runtime.events.subscriptions.list()] == [kept["id"]]
