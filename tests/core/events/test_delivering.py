"""What a subscriber is told, in which order, with whose rights, and what becomes of it where it cannot be told."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import orjson
import pytest
from tests.core.events.conftest import TICKETS, Desk
from tests.core.events.desk import Json, Subscriber, listening, told_at

from sidra.access.actor import OPERATOR
from sidra.errors import NotFound
from sidra.events.deliveries import FIRST_WAIT, MOST_TRIES
from sidra.events.posting import Poster
from sidra.store.codecs import decode_datetime, encode_datetime


def shown(event: Json) -> Json:
    found: Json = event["event"]["troubleTicket"]
    return found


def advance(desk: Desk, microseconds: int) -> None:
    """Let time go on for the desk."""
    moment = decode_datetime(encode_datetime(desk.runtime.now()) + microseconds)
    desk.runtime.clock = lambda: moment


def test_each_change_tells_the_events_that_tm_forum_names(desk: Desk, subscriber: Subscriber) -> None:
    desk.subscribe(subscriber.url)
    ticket = desk.ticket()
    desk.patch(ticket, name="Antenna")
    desk.patch(ticket, status="inProgress", name="Antenna of Dakar")
    desk.patch(ticket, status="resolved")
    desk.client().delete(f"{TICKETS}/{ticket['id']}")
    assert subscriber.types == []
    desk.deliver()
    # The record is gone: what it was is told to nobody any more, that it is gone to who sees all of them.
    assert subscriber.types == ["TroubleTicketDeleteEvent"]
    assert shown(subscriber.events[0]) == {"id": ticket["id"], "href": ticket["href"], "@type": "TroubleTicket"}


def test_each_state_is_told_even_when_the_record_has_moved_on(desk: Desk, subscriber: Subscriber) -> None:
    desk.subscribe(subscriber.url)
    ticket = desk.ticket()
    desk.patch(ticket, status="inProgress", name="Antenna")
    desk.patch(ticket, status="resolved")
    desk.patch(ticket, status="closed")
    desk.deliver()
    found = [(event["eventType"].removeprefix("TroubleTicket"), shown(event)["status"]) for event in subscriber.events]
    assert found == [
        ("CreateEvent", "closed"),
        ("StatusChangeEvent", "inProgress"),
        ("AttributeValueChangeEvent", "closed"),
        ("StatusChangeEvent", "resolved"),
        ("ResolvedEvent", "resolved"),
        ("StatusChangeEvent", "closed"),
    ]
    ids = [event["eventId"] for event in subscriber.events]
    assert len(set(ids)) == len(ids)
    changes = [event["correlationId"] for event in subscriber.events]
    assert (changes[1] == changes[2], changes[3] == changes[4], len(set(changes))) == (True, True, 4)


def test_only_what_is_asked_for_is_told(desk: Desk, subscriber: Subscriber) -> None:
    desk.subscribe(subscriber.url, "event.troubleTicket.severity=veryHigh&event.troubleTicket.status=inProgress")
    for severity in ("low", "veryHigh"):
        desk.patch(desk.ticket(severity=severity), status="inProgress")
    desk.deliver()
    found = {(shown(event)["severity"], shown(event)["status"]) for event in subscriber.events}
    assert found == {("veryHigh", "inProgress")}


def test_a_condition_on_the_state_is_asked_of_the_state_that_was_reached(desk: Desk, subscriber: Subscriber) -> None:
    query = "eventType=TroubleTicketStatusChangeEvent&event.troubleTicket.status=inProgress"
    desk.subscribe(subscriber.url, query)
    ticket = desk.ticket()
    desk.patch(ticket, status="inProgress")
    desk.patch(ticket, status="resolved")
    desk.deliver()
    assert [shown(event)["status"] for event in subscriber.events] == ["inProgress"]


def test_what_a_client_may_not_see_is_not_told(desk: Desk, subscriber: Subscriber) -> None:
    desk.subscribe(subscriber.url, role="dealer")
    seen, hidden = desk.ticket(remark="x"), desk.ticket(severity="veryHigh")
    desk.deliver()
    assert [shown(event)["id"] for event in subscriber.events] == [seen["id"]]
    assert "remark" not in shown(subscriber.events[0])
    for ticket in (seen, hidden):
        desk.client().delete(f"{TICKETS}/{ticket['id']}")
    desk.deliver()
    assert subscriber.types == ["TroubleTicketCreateEvent"]


def test_a_hidden_state_is_not_told_by_its_event(desk: Desk, subscriber: Subscriber) -> None:
    desk.subscribe(subscriber.url, role="guard")
    desk.patch(desk.ticket(), status="inProgress")
    desk.deliver()
    assert subscriber.types == ["TroubleTicketCreateEvent", "TroubleTicketStatusChangeEvent"]
    assert all("status" not in shown(event) for event in subscriber.events)


def test_a_revoked_token_ends_its_subscription(desk: Desk, subscriber: Subscriber) -> None:
    made = desk.subscribe(subscriber.url)
    kept = desk.subscribe(subscriber.url, role="guard")
    desk.ticket()
    (token,) = [one for one in desk.entrance.tokens.list() if one.role == "agent"]
    desk.entrance.tokens.revoke(token.id, by=OPERATOR)
    desk.deliver()
    assert [one.id for one in desk.runtime.events.subscriptions.list()] == [kept["id"]]
    assert desk.runtime.events.subscription(made["id"]) is None
    assert len(subscriber.events) == 1


def test_an_event_is_signed_with_the_secret_that_was_told_once(desk: Desk, subscriber: Subscriber) -> None:
    secret = desk.subscribe(subscriber.url)["secret"]
    desk.ticket()
    desk.deliver()
    path, headers, body, _ = subscriber.told[0]
    moment, _, digest = headers["Sidra-Signature"].removeprefix("t=").partition(",v1=")
    assert digest == hmac.digest(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hex()
    assert (path, headers["Host"]) == ("/listener", f"127.0.0.1:{subscriber.port}")
    with desk.runtime.store.reading() as connection:
        rows = connection.execute("SELECT secret FROM event_subscription").fetchall()
    assert secret not in str(rows)


def test_many_events_go_by_one_connection(desk: Desk, subscriber: Subscriber) -> None:
    desk.subscribe(subscriber.url)
    for _ in range(60):
        desk.ticket()
    desk.deliver()
    assert (len(subscriber.events), subscriber.connections) == (60, 1)


def test_a_subscriber_that_fails_is_left_alone_and_then_told_in_order(desk: Desk, subscriber: Subscriber) -> None:
    desk.subscribe(subscriber.url)
    ids = [desk.ticket()["id"] for _ in range(3)]
    subscriber.answers += [201, 503]
    later = desk.deliver()
    assert [status for *_, status in subscriber.told] == [201, 503]
    assert len(later.wishes) == 1
    assert later.wishes[0].not_before is not None
    desk.deliver(later.wishes[0].payload["subscription"])
    assert len(subscriber.told) == 2
    advance(desk, FIRST_WAIT + 1)
    desk.deliver(later.wishes[0].payload["subscription"])
    assert sorted(shown(event)["id"] for event in subscriber.events) == sorted(ids)
    assert len({event["eventId"] for event in subscriber.events}) == 3


def test_what_is_refused_holds_up_its_own_record_only(desk: Desk, subscriber: Subscriber) -> None:
    made = desk.subscribe(subscriber.url)
    first, second = desk.ticket(), desk.ticket()
    desk.patch(first, name="Antenna")
    subscriber.answers.append(400)
    desk.deliver()
    assert [shown(event)["id"] for event in subscriber.events] == [second["id"]]
    advance(desk, FIRST_WAIT + 1)
    desk.deliver(made["id"])
    kinds = [(event["eventType"].removeprefix("TroubleTicket"), shown(event)["id"]) for event in subscriber.events]
    assert kinds[1:] == [("CreateEvent", first["id"]), ("AttributeValueChangeEvent", first["id"])]


def test_after_the_last_try_an_event_waits_for_a_person_and_is_told_again(desk: Desk, subscriber: Subscriber) -> None:
    made = desk.subscribe(subscriber.url)
    desk.ticket()
    subscriber.answers += [500] * MOST_TRIES
    desk.deliver()
    while not desk.runtime.events.deliveries.dead():
        advance(desk, 2 * 3_600_000_000)
        desk.deliver(made["id"])
    (dead,) = desk.runtime.events.deliveries.dead()
    assert (dead.tries, dead.code, dead.reason) == (MOST_TRIES, "R123", "the subscriber answered with status 500")
    assert (len(subscriber.told), subscriber.events) == (MOST_TRIES, [])
    assert desk.runtime.events.replay(made["id"]) == (1, [made["id"]])
    with pytest.raises(NotFound):
        desk.runtime.events.replay(made["id"])
    advance(desk, 2 * 3_600_000_000)
    desk.deliver(made["id"])
    assert subscriber.types == ["TroubleTicketCreateEvent"]
    assert {orjson.loads(body)["eventId"] for _, _, body, _ in subscriber.told} == {subscriber.events[0]["eventId"]}


def test_a_redirect_is_not_followed(desk: Desk, subscriber: Subscriber) -> None:
    with listening() as other:
        subscriber.answers.append(307)
        subscriber.headers["Location"] = other.url
        made = desk.subscribe(subscriber.url)
        desk.ticket()
        desk.deliver()
        assert (len(subscriber.told), other.told) == (1, [])
        assert waiting(desk, made) == [("R123", "the subscriber answered with status 307")]


def test_a_subscriber_that_never_answers_is_left_after_a_moment(desk: Desk, subscriber: Subscriber) -> None:
    subscriber.silent.set()
    desk.runtime.events.__dict__["poster"] = Poster(0.2)
    made = desk.subscribe(subscriber.url)
    desk.ticket()
    later = desk.deliver()
    assert len(later.wishes) == 1
    assert waiting(desk, made) == [("R121", "the subscriber did not answer in time")]


def test_this_machine_is_told_only_where_the_operator_says_so(desk: Desk, subscriber: Subscriber) -> None:
    made = desk.subscribe(subscriber.url)
    desk.ticket()
    desk.settings = told_at(desk.settings, "global")
    desk.deliver()
    assert subscriber.told == []
    assert [code for code, _ in waiting(desk, made)] == ["R170"]


def waiting(desk: Desk, made: Json) -> list[tuple[str, str]]:
    """Why the last try of what waits for a subscription failed."""
    del made
    with desk.runtime.store.reading() as connection:
        rows = connection.execute("SELECT code, reason FROM event_delivery ORDER BY sequence").fetchall()
    return [(row[0], row[1]) for row in rows]


def test_one_piece_of_work_tells_a_subscriber_and_others_wait_for_it(desk: Desk, subscriber: Subscriber) -> None:
    made = desk.subscribe(subscriber.url)
    desk.ticket()
    subscription = desk.runtime.events.subscription(made["id"])
    assert subscription is not None
    assert desk.runtime.events.subscriptions.hold(subscription, "job:other", desk.runtime.now())
    desk.deliver()
    assert subscriber.told == []
    # Whoever held it is not heard of any more.
    advance(desk, 121_000_000)
    desk.deliver(made["id"])
    assert len(subscriber.events) == 1


def test_rows_that_are_told_twice_are_kept_once(desk: Desk, subscriber: Subscriber) -> None:
    made = desk.subscribe(subscriber.url)
    desk.ticket()
    rows = desk.runtime.outbox.oldest(10)
    assert desk.runtime.events.keep(rows) == [made["id"]]
    # The relay died before it asked for the work, or before it forgot the rows.
    assert desk.runtime.events.keep(rows) == [made["id"]]
    desk.deliver(made["id"])
    assert desk.runtime.events.keep(rows) == []
    desk.deliver(made["id"])
    assert subscriber.types == ["TroubleTicketCreateEvent"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_changes_of_one_record_are_told_by_their_versions(
    desk: Desk, subscriber: Subscriber, order: tuple[int, ...]
) -> None:
    desk.subscribe(subscriber.url)
    ticket = desk.ticket()
    desk.patch(ticket, status="inProgress")
    desk.patch(ticket, status="resolved")
    rows = desk.runtime.outbox.oldest(10)
    # As where the clocks of two processes differ: what came later has the lower id.
    desk.runtime.events.keep([replace(rows[place]) for place in order])
    desk.runtime.outbox.done(row.id for row in rows)
    desk.deliver(desk.runtime.events.subscriptions.list()[0].id)
    assert subscriber.types == [
        "TroubleTicketCreateEvent",
        "TroubleTicketStatusChangeEvent",
        "TroubleTicketStatusChangeEvent",
        "TroubleTicketResolvedEvent",
    ]
    assert [shown(event)["status"] for event in subscriber.events[1:]] == ["inProgress", "resolved", "resolved"]
