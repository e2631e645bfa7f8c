"""Two affiliates served in process, with people and clients of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import webtest
from argon2 import PasswordHasher
from tests.core.api.telecom import telecom
from tests.prepared import Forms

from sidra.access.accounts import Accounts
from sidra.access.entrance import Entrance
from sidra.access.passwords import Passwords
from sidra.access.tables import access_tables
from sidra.affiliates.states import Trial
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.database import Store
from sidra.web.app import create_app
from sidra_metamodel.diagnostics import Diagnostic

# WebTest, WSGI and Pyramid ship no types.
Untyped = Any

API = "/sn/tmf-api"
CUSTOMERS = f"{API}/customerManagement/v4/customer"
INDIVIDUALS = f"{API}/party/v4/individual"
TICKETS = f"{API}/troubleTicket/v4/troubleTicket"
PASSWORD = "correct horse battery"


@dataclass
class State:
    """What the registry would tell of an affiliate."""

    runtime: Runtime | None
    diagnostics: tuple[Diagnostic, ...] = ()
    trial: Trial | None = None


@dataclass
class Registry:
    """A registry of affiliates whose states a test sets."""

    states: dict[str, State] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return list(self.states)

    def state(self, name: str) -> State | None:
        return self.states.get(name)

    def overtaken(self, name: str, runtime: Runtime) -> bool:
        return self.states[name].runtime is not runtime


@dataclass
class World:
    """A served installation and what clients need to get in."""

    affiliates: Registry
    app: Untyped
    tokens: dict[tuple[str, str], str]

    def client(self, affiliate: str = "sn", role: str = "agent") -> Client:
        """A client of the API with a token."""
        return Client(self.app, self.tokens[affiliate, role])

    def stranger(self) -> Client:
        """A client without any token."""
        return Client(self.app, "")

    def entrance(self, affiliate: str = "sn") -> Entrance:
        runtime = self.affiliates.states[affiliate].runtime
        assert runtime is not None
        return Entrance.of(affiliate, runtime.store)


class Client:
    """Asks the application as an ordinary client does, and gives answers of any status."""

    def __init__(self, app: Untyped, token: str) -> None:
        self._app = webtest.TestApp(app)
        self._token = token

    def ask(self, method: str, url: str, body: Untyped = None, **headers: str) -> Untyped:
        """The answer to a request; `headers` are named with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._token:
            sent.setdefault("Authorization", f"Bearer {self._token}")
        given = {} if body is None else {"params": body}
        if isinstance(body, dict | list):
            return getattr(self._app, f"{method.lower()}_json")(url, body, headers=sent, expect_errors=True)
        return self._app.request(url, method=method, headers=sent, expect_errors=True, **_raw(given))

    def get(self, url: str, **headers: str) -> Untyped:
        return self.ask("GET", url, **headers)

    def post(self, url: str, body: Untyped, **headers: str) -> Untyped:
        return self.ask("POST", url, body, **headers)

    def patch(self, url: str, body: Untyped, **headers: str) -> Untyped:
        return self.ask("PATCH", url, body, **headers)

    def delete(self, url: str, **headers: str) -> Untyped:
        return self.ask("DELETE", url, **headers)


def _raw(given: dict[str, Any]) -> dict[str, Any]:
    return {"body": given["params"]} if given else {}


def store_at(path: Path) -> Store:
    """A store that has the tables of accounts, sessions and tokens."""
    store = Store.open(path, durability="normal")
    metadata = sa.MetaData()
    access_tables(metadata)
    with store.writing() as connection:
        for table in metadata.sorted_tables:
            connection.execute(str(sa.schema.CreateTable(table, if_not_exists=True).compile(dialect=store.dialect)))
    return store


def quick(store: Store) -> Accounts:
    """Accounts whose passwords cost nothing to make."""
    hasher = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Accounts(store, access_tables(sa.MetaData()), passwords=hasher)


def settings_for(folder: Path, **changes: Untyped) -> Settings:
    """Settings of an installation in a folder."""
    given: dict[str, Any] = {"home": folder, "affiliates": (), "baseline": folder, "log_level": "error", **changes}
    return Settings(**given)


@dataclass(frozen=True)
class Settled:
    """An affiliate that has people already."""

    runtime: Runtime
    tokens: dict[str, str]
    """By role."""


def settle(name: str, store: Store) -> Settled:
    """Give an affiliate an agent, and a token to each role."""
    runtime = Runtime(telecom(), store)
    quick(store).create(f"awa@{name}", "Awa Ndiaye", PASSWORD, ["agent"], locale="fr")
    tokens = Entrance.of(name, store).tokens
    return Settled(runtime, {role: tokens.issue(role) for role in ("agent", "reader", "clerk", "outsider")})


@pytest.fixture
def world(tmp_path: Path, forms: Forms) -> Iterator[World]:
    """Senegal and Poland, each with an agent, a reader and an outsider."""
    affiliates, tokens = Registry(), {}
    with ExitStack() as stores:
        for name in ("sn", "pl"):
            form = forms.of(("web", name), partial(settle, name))
            store = stores.enter_context(form.lent())
            settled: Settled = form.made
            affiliates.states[name] = State(Runtime(telecom(), store, earlier=settled.runtime, bring="nothing"))
            tokens.update({(name, role): token for role, token in settled.tokens.items()})
        yield World(affiliates, create_app(settings_for(tmp_path), affiliates), tokens)


@pytest.fixture
def agent(world: World) -> Client:
    """An agent of Senegal."""
    return world.client()


@pytest.fixture
def awa(agent: Client) -> dict[str, Any]:
    """An individual."""
    body = {
        "givenName": "Awa",
        "familyName": "Ndiaye",
        "birthDate": "1990-05-17",
        "secret": "1234567",
        "contactMedium": [{"mediumType": "phone", "characteristic": {"phoneNumber": "+221771234567"}}],
    }
    created: dict[str, Any] = agent.post(INDIVIDUALS, body).json
    return created
