"""Over HTTP: a client subscribes, is told what it may see, in TM Forum's words, and ends it again."""

from __future__ import annotations

from tests.core.events.conftest import HUB, TICKETS, Desk
from tests.core.events.desk import Subscriber


def test_a_subscriber_is_told_of_a_new_state_after_a_patch(desk: Desk, subscriber: Subscriber) -> None:
    ticket = desk.ticket()
    desk.subscribe(subscriber.url, "eventType=TroubleTicketStatusChangeEvent")
    desk.patch(ticket, status="inProgress")
    desk.deliver()
    (event,) = subscriber.events
    assert event["eventType"] == "TroubleTicketStatusChangeEvent"
    assert event["event"]["troubleTicket"]["status"] == "inProgress"
    assert event["event"]["troubleTicket"] == desk.client().get(f"{TICKETS}/{ticket['id']}").json
    assert HUB
