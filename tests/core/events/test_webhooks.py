"""Webhooks that the configuration declares: told by the same machinery, with the rights of their role."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from tests.core.events.desk import DOCUMENTS, Later, Subscriber, deliver
from tests.core.models import model_of
from tests.core.web.conftest import settings_for
from tests.prepared import Prepared

from sidra.access.actor import system_actor
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra_metamodel.model import Model

WEBHOOK = """
interface: billing
kind: webhook
events: [TroubleTicketCreateEvent]
query: "event.troubleTicket.score>=5"
url: {environment: BILLING_URL}
secret: {environment: BILLING_KEY}
links: {environment: PUBLIC_URL}
role: dealer
"""
ACTOR = system_actor("test")


@pytest.fixture(scope="module")
def model() -> Model:
    return model_of(*DOCUMENTS, WEBHOOK)


@pytest.fixture
def settings(tmp_path: object) -> Settings:
    return settings_for(tmp_path)  # type: ignore[arg-type]  # a path


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, subscriber: Subscriber) -> pytest.MonkeyPatch:
    """What the operator sets."""
    monkeypatch.setenv("BILLING_URL", f"http://127.0.0.1:{subscriber.port}/{{affiliate}}/events")
    monkeypatch.setenv("BILLING_KEY", "hunter2")
    monkeypatch.setenv("PUBLIC_URL", "https://crm.example/")
    return monkeypatch


def ticket(runtime: Runtime, **values: object) -> str:
    with runtime.unit_of_work(ACTOR) as unit:
        given = {"description": "x", "severity": "low", "score": 7, **values}
        return unit.system.create("trouble_ticket", given, work=unit).id


@pytest.mark.usefixtures("environment")
def test_a_webhook_is_told_what_its_query_and_its_role_let_through(
    prepared: Prepared, model: Model, settings: Settings, subscriber: Subscriber
) -> None:
    with prepared.store_of(model) as store:
        runtime = prepared.runtime(model, store)
        seen = ticket(runtime, remark="x")
        ticket(runtime, score=4)
        ticket(runtime, severity="very_high")
        deliver(runtime, settings)
        (event,) = subscriber.events
        document = event["event"]["troubleTicket"]
        assert document["id"] == seen
        assert document["href"] == f"https://crm.example/sn/tmf-api/troubleTicket/v4/troubleTicket/{seen}"
        assert "remark" not in document
        path, headers, body, _ = subscriber.told[0]
        moment, _, digest = headers["Sidra-Signature"].removeprefix("t=").partition(",v1=")
        assert digest == hmac.digest(b"hunter2", f"{moment}.".encode() + body, hashlib.sha256).hex()
        assert path == "/sn/events"


def test_a_webhook_without_its_variable_waits(
    prepared: Prepared, model: Model, settings: Settings, environment: pytest.MonkeyPatch, subscriber: Subscriber
) -> None:
    environment.delenv("BILLING_KEY")
    with prepared.store_of(model) as store:
        runtime = prepared.runtime(model, store)
        ticket(runtime)
        later: Later = deliver(runtime, settings)
        assert (subscriber.told, len(later.wishes)) == ([], 1)
        with store.reading() as connection:
            assert connection.execute("SELECT code, reason FROM event_delivery").fetchall()[0][0] == "R120"


@pytest.mark.usefixtures("environment")
def test_a_webhook_that_is_no_longer_declared_is_told_nothing(
    prepared: Prepared, model: Model, settings: Settings, subscriber: Subscriber
) -> None:
    with prepared.store_of(model) as store:
        runtime = prepared.runtime(model, store)
        ticket(runtime)
        waiting = runtime.events.keep(runtime.outbox.oldest(10))
        without = Runtime(model_of(*DOCUMENTS), store, keys=runtime.keys, bring="nothing")
        deliver(without, settings, *waiting)
        assert (subscriber.told, without.events.subscriptions.list()) == ([], [])
