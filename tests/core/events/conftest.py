"""A service desk behind HTTP on either database, and a subscriber that listens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.core.events.desk import DOCUMENTS, ROLES, Json, Later, Subscriber, deliver, listening
from tests.core.models import model_of
from tests.core.web.conftest import Client, Registry, State, settings_for
from tests.prepared import Prepared

from sidra.access.entrance import Entrance
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.web.app import create_app
from sidra_metamodel.model import Model

TICKETS = "/sn/tmf-api/troubleTicket/v4/troubleTicket"
HUB = "/sn/tmf-api/troubleTicket/v4/hub"


@dataclass
class Desk:
    """The desk, with a client of each role."""

    runtime: Runtime
    settings: Settings
    clients: dict[str, Client]
    app: Any

    def client(self, role: str = "agent") -> Client:
        """The client of a role."""
        return self.clients[role]

    @property
    def entrance(self) -> Entrance:
        """How its clients get in."""
        return Entrance.of("sn", self.runtime.store)

    def ticket(self, **values: object) -> Json:
        """A new ticket."""
        answer = self.client().post(TICKETS, {"description": "No signal", "severity": "low", **values})
        assert answer.status_code == 201, answer.text
        found: Json = answer.json
        return found

    def patch(self, ticket: Json, **values: object) -> Json:
        """The ticket after a change."""
        answer = self.client().patch(f"{TICKETS}/{ticket['id']}", values)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json
        return found

    def subscribe(self, callback: str, query: str = "", role: str = "agent") -> Json:
        """A new subscription."""
        answer = self.client(role).post(HUB, {"callback": callback, "query": query})
        assert answer.status_code == 201, answer.text
        found: Json = answer.json
        return found

    def deliver(self, *ids: str) -> Later:
        """Tell whoever waits."""
        return deliver(self.runtime, self.settings, *ids)


@pytest.fixture(scope="session")
def desk_model() -> Model:
    """What the desk is made of."""
    return model_of(*DOCUMENTS)


@pytest.fixture
def desk(prepared: Prepared, desk_model: Model, tmp_path: Path) -> Iterator[Desk]:
    """The desk, empty."""
    with prepared.store_of(desk_model) as store:
        runtime, settings = prepared.runtime(desk_model, store), settings_for(tmp_path, callbacks="loopback")
        app = create_app(settings, Registry({"sn": State(runtime)}))
        tokens = Entrance.of("sn", store).tokens
        yield Desk(runtime, settings, {role: Client(app, tokens.issue(role)) for role in ROLES}, app)


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with listening() as found:
        yield found
