"""Affiliates as they are shipped, with records of every entity, their application, and tokens for every role."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import webtest
from _pytest.mark import ParameterSet
from tests.affiliates.grants_as_written import Oracle, sample
from tests.baseline.configurations import AFFILIATES, PLUGINS, ROOT, loaded, model_of, shipped

from sidra.access.actor import Actor, system_actor
from sidra.access.entrance import Entrance
from sidra.clock import Clock, utc_now
from sidra.errors import Invalid
from sidra.ops.demo.generate import generate
from sidra.privacy.keys import KeyRing
from sidra.records.query import Query
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.database import Store
from sidra.web.app import create_app, installed_topics
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.model import Model

PASSWORD = "correct horse battery"
ME = "00000000-0000-7000-8000-0000000000aa"
CUSTOMERS = 12
ROLES = ("agent", "team_lead", "back_office", "configurator", "administrator")
CASES = [(affiliate, role) for affiliate in AFFILIATES for role in ROLES]


def proved(cases: Iterable[tuple[str, str]], often: Collection[str]) -> list[ParameterSet]:
    """Cases of which those with other roles than these are left to `make prove`."""
    return [pytest.param(*case, marks=() if case[1] in often else pytest.mark.prove) for case in cases]


PARTICULAR: dict[str, dict[str, Any]] = {
    "agreement": {"items": [{"term": "7"}]},
    "identification": {"identification_id": "A1234567"},
    "sales_opportunity": {"close_date": "2099-01-07"},
}
"""What a record of any values would lack."""


class Browser(webtest.TestApp):  # type: ignore[misc]  # WebTest ships no types
    """A browser without scripts, of somebody with a role."""

    role: str = ""


@dataclass
class World:
    """One affiliate with records of every entity, its application, and a token for each role."""

    runtime: Runtime
    app: webtest.TestApp
    system: Records
    units: tuple[str, ...]
    ids: dict[str, list[str]]
    folder: Path
    """Where it keeps what is no record."""

    @property
    def model(self) -> Model:
        return self.runtime.model

    def entities(self) -> Iterator[Entity]:
        return (entity for entity in self.model.entities.values() if not entity.abstract)

    def actor(self, role: str, units: tuple[str, ...] | None = None) -> Actor:
        given = self.units if units is None else units
        return Actor(ME, "x", frozenset({role}), given, "en", self.model.affiliate)

    def records(self, role: str, units: tuple[str, ...] | None = None) -> Records:
        return self.runtime.records(self.actor(role, units))

    def browser(self, role: str, units: tuple[str, ...] | None = None) -> Browser:
        """A browser in which somebody of a role has signed in."""
        accounts, given = self.entrance.accounts, self.units if units is None else units
        if accounts.find(role) is None:
            accounts.create(role, "Somebody", PASSWORD, [role], units=given, locale="en")
        browser = Browser(self.app.app)
        browser.role = role
        form = browser.get(f"/{self.model.affiliate}/sign-in").forms[0]
        form["username"], form["password"] = role, PASSWORD
        form.submit(status=303)
        return browser

    def seen(self, role: str, entity: str) -> Record | None:
        """A record of an entity that the document lets the role see."""
        oracle, records = Oracle(self.model, self.model.roles[role]), self.records(role)
        for id in self.ids[entity]:
            record = self.system.get(entity, id)
            owner = self.owner(record)
            environment = records.environment(record)
            is_reached = owner is None or oracle.sees(owner.entity, owner, environment)
            if is_reached and oracle.sees(entity, record, environment):
                return record
        return None

    def owner(self, record: Record) -> Record | None:
        for _, relation in Oracle(self.model, self.model.roles["agent"]).owners(record.entity):
            found = record.get(str(relation.inverse))
            if found is not None:
                assert isinstance(found, Record)
                return found
        return None

    @property
    def entrance(self) -> Entrance:
        return Entrance.of(self.model.affiliate, self.runtime.store, clock=self.runtime.clock)

    def token(self, role: str, units: tuple[str, ...] | None = None) -> dict[str, str]:
        given = self.units if units is None else units
        return {"Authorization": f"Bearer {self.entrance.tokens.issue(role, units=given)}"}


def model_for(affiliate: str) -> Model:
    """An affiliate's Model as it is shipped."""
    return model_of(loaded(shipped([ROOT / "affiliates" / name for name in AFFILIATES]), affiliate))


def opened(model: Model, file: Path, clock: Clock = utc_now, place: str | None = None) -> World:
    """The world of a database that is there, or of a new one: a file, or what is at another place."""
    affiliate = model.affiliate
    runtime = runtime_of(model, file, clock, place)
    system = runtime.records(system_actor("test", affiliate=affiliate))
    ids = {entity.name: ids_of(system, entity.name) for entity in model.entities.values() if not entity.abstract}
    units = {record["unit"] for record in system.list("customer", Query(limit=100)).records if record["unit"]}
    state = SimpleNamespace(runtime=runtime, diagnostics=(), trial=None)
    registry = SimpleNamespace(names=[affiliate], state=lambda _: state)
    folders = tuple(ROOT / "affiliates" / name for name in AFFILIATES)
    baseline = ROOT / "baseline" / "sidra_baseline"
    settings = Settings(
        home=file.parent, affiliates=folders, baseline=baseline, plugins=tuple(PLUGINS), log_level="error"
    )
    app = webtest.TestApp(create_app(settings, registry, topics=installed_topics()))
    return World(runtime, app, system, tuple(sorted(units)), ids, file.parent)


def runtime_of(model: Model, file: Path, clock: Clock, place: str | None) -> Runtime:
    """An affiliate on a database, with the keys beside its file."""
    store = Store.open(file if place is None else place, durability="normal")
    return Runtime(model, store, clock, keys=KeyRing.open(file.with_suffix(".keys")))


def filled(affiliate: str, folder: Path, clock: Clock = utc_now, place: str | None = None) -> World:
    """A world with demonstration data, and a record of each entity that has none there."""
    file, model = folder / f"{affiliate}.db", model_for(affiliate)
    runtime = runtime_of(model, file, clock, place)
    generate(runtime, ROOT / "affiliates" / affiliate, customers=CUSTOMERS)
    system = runtime.records(system_actor("test", affiliate=affiliate))
    names = [entity.name for entity in model.entities.values() if not entity.abstract]
    for _ in range(3):
        for name in names:
            if not ids_of(system, name):
                known = {kind: found[0] for kind in names if (found := ids_of(system, kind))}
                try_to_make(system, model.entity(name), known)
    runtime.store.close()
    return opened(model, file, clock, place)


def ids_of(system: Records, entity: str) -> list[str]:
    return [record.id for record in system.list(entity, Query(limit=100)).records if record.entity == entity]


def try_to_make(system: Records, entity: Entity, known: dict[str, str]) -> None:
    # What it refers to may come in the next round; what never comes, a test of its own tells.
    with suppress(Invalid):
        system.create(entity.name, sample(system.runtime.model, entity, known) | PARTICULAR.get(entity.name, {}))


def copy_of(file: Path, to: Path) -> None:
    """Copy a database that nobody writes to."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))
