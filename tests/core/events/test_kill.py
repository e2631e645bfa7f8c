"""A worker that is killed while it tells subscribers loses no event: each gets every one, under one id."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.core.events.desk import Subscriber, listening
from tests.core.events.works import make_desk, start
from tests.core.jobs.conftest import until
from tests.proofs.counting import Counts

from sidra.access.actor import Actor, system_actor
from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.events.subscribers import client_of
from sidra.runtime import Runtime

PATIENCE = 300.0


def subscribed(runtime: Runtime, subscriber: Subscriber) -> None:
    """Let a subscriber be told of all tickets."""
    token = Entrance.of("sn", runtime.store).tokens.issue("agent")
    actor = Entrance.of("sn", runtime.store).client(token)
    assert actor is not None
    client = client_of(actor, token)
    api, base = "troubleTicket/v4", "http://localhost/sn/tmf-api/"
    runtime.events.subscribe(runtime.records(actor), client, api, subscriber.url, "", base, has_loopback=True)


def write(runtime: Runtime, actor: Actor, count: int) -> list[str]:
    """Make tickets and change each once; returns their ids."""
    ids = []
    for number in range(count):
        with runtime.unit_of_work(actor) as unit:
            ticket = unit.system.create("trouble_ticket", {"description": f"{number}"}, work=unit)
        with runtime.unit_of_work(actor) as unit:
            unit.system.update("trouble_ticket", ticket.id, {"name": "Antenna"}, work=unit)
        ids.append(ticket.id)
    return ids


def kill_while_telling(folder: Path, events: int, kills: int, counts: Counts) -> None:
    """Tell two subscribers of changes while workers are killed, and compare what they got with what happened."""
    affiliates = Affiliates(make_desk(folder))
    runtime = affiliates.get("sn")
    assert runtime is not None, affiliates.state("sn")
    with ExitStack() as stack:
        subscribers = [stack.enter_context(listening()) for _ in range(2)]
        for one in subscribers:
            subscribed(runtime, one)
        ids = write(runtime, system_actor("test"), events // 2)
        for number in range(kills):
            worker, reached = start(folder), events * (number + 1) // (kills + 1)
            stack.callback(worker.kill)
            until(lambda reached=reached: min(len(one.told) for one in subscribers) > reached)  # type: ignore[misc]
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            assert min(len(one.told) for one in subscribers) < events
        last = start(folder)
        stack.callback(last.kill)
        until(lambda: not runtime.events.deliveries.waiting() and not runtime.outbox.oldest(1), seconds=PATIENCE)
        last.kill()
        last.wait()
    affiliates.close()
    for one in subscribers:
        told = dict.fromkeys(event["eventId"] for event in one.events)
        first = {event["eventId"]: event for event in reversed(one.events)}
        happened = [(first[id]["event"]["troubleTicket"]["id"], first[id]["eventType"][13:]) for id in told]
        counts["events"] += len(told)
        counts["of them told twice under one id"] += len(one.events) - len(told)
        assert sorted(happened) == sorted((id, kind) for id in ids for kind in KINDS)
        # Of each record in order, whatever was repeated.
        assert all([kind for id, kind in happened if id == one_id] == list(KINDS) for one_id in ids[:50])
    counts["kills"] += kills


KINDS = ("CreateEvent", "AttributeValueChangeEvent")


def test_each_subscriber_sees_every_event_once_by_its_id(tmp_path: Path, counts: Counts) -> None:
    kill_while_telling(tmp_path / "desk", 200, 1, counts)


@pytest.mark.prove
def test_a_thousand_events_survive_three_kills(tmp_path: Path, counts: Counts) -> None:
    kill_while_telling(tmp_path / "desk", 1000, 3, counts)
