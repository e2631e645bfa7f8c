"""Each role of each affiliate, each entity, action and attribute: the records and the API do what the roles say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
import webtest
from tests.affiliates.grants_as_written import ORDER, Oracle, is_computed, sample
from tests.baseline.configurations import AFFILIATES, ROOT, loaded, model_of, shipped

from sidra.access.actor import Actor, system_actor
from sidra.access.entrance import Entrance
from sidra.api.shapes import Shapes
from sidra.errors import Forbidden, Invalid, NotFound, SidraError
from sidra.ops.demo.generate import generate
from sidra.records.query import Query
from sidra.records.record import Masked, Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.database import Store
from sidra.web.app import create_app
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.model import Model

ME = "00000000-0000-7000-8000-0000000000aa"
CUSTOMERS = 12
CASES = [
    (affiliate, role)
    for affiliate in AFFILIATES
    for role in ("agent", "team_lead", "back_office", "configurator", "administrator")
]

PARTICULAR: dict[str, dict[str, Any]] = {
    "agreement": {"items": [{"term": "7"}]},
    "identification": {"identification_id": "A1234567"},
    "sales_opportunity": {"close_date": "2099-01-07"},
}
"""What a record of any values would lack."""


class Undone(Exception):
    """Ends a unit of work so that it leaves nothing."""


def undo() -> NoReturn:
    raise Undone


@dataclass
class World:
    """One affiliate with records of every entity, its application, and a token for each role."""

    runtime: Runtime
    app: webtest.TestApp
    system: Records
    units: tuple[str, ...]
    ids: dict[str, list[str]]

    @property
    def model(self) -> Model:
        return self.runtime.model

    def entities(self) -> Iterator[Entity]:
        return (entity for entity in self.model.entities.values() if not entity.abstract)

    def records(self, role: str, units: tuple[str, ...] | None = None) -> Records:
        given = self.units if units is None else units
        return self.runtime.records(Actor(ME, "x", frozenset({role}), given, "en", self.model.affiliate))

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

    def token(self, role: str) -> dict[str, str]:
        entrance = Entrance.of(self.model.affiliate, self.runtime.store)
        return {"Authorization": f"Bearer {entrance.tokens.issue(role, units=self.units)}"}


def filled(affiliate: str, folder: Path) -> World:
    model = model_of(loaded(shipped([ROOT / "affiliates" / name for name in AFFILIATES]), affiliate))
    runtime = Runtime(model, Store.open(folder / f"{affiliate}.db", durability="normal"))
    generate(runtime, ROOT / "affiliates" / affiliate, customers=CUSTOMERS)
    system = runtime.records(system_actor("test", affiliate=affiliate))
    names = [entity.name for entity in model.entities.values() if not entity.abstract]
    for _ in range(3):
        for name in names:
            if not ids_of(system, name):
                known = {kind: found[0] for kind in names if (found := ids_of(system, kind))}
                try_to_make(system, model.entity(name), known)
    ids = {name: ids_of(system, name) for name in names}
    units = {record["unit"] for record in system.list("customer", Query(limit=100)).records if record["unit"]}
    registry = SimpleNamespace(names=[affiliate], state=lambda _: SimpleNamespace(runtime=runtime, diagnostics=()))
    settings = Settings(home=folder, affiliates=(), baseline=folder, log_level="error")
    app = webtest.TestApp(create_app(settings, registry))
    return World(runtime, app, system, tuple(sorted(units)), ids)


def ids_of(system: Records, entity: str) -> list[str]:
    return [record.id for record in system.list(entity, Query(limit=100)).records if record.entity == entity]


def try_to_make(system: Records, entity: Entity, known: dict[str, str]) -> None:
    # What it refers to may come in the next round; what never comes, a test of its own tells.
    with suppress(Invalid):
        system.create(entity.name, sample(system.runtime.model, entity, known) | PARTICULAR.get(entity.name, {}))


@pytest.fixture(scope="module")
def world_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], World]:
    folder = tmp_path_factory.mktemp("authorisation")
    return cache(lambda affiliate: filled(affiliate, folder))


WorldOf = Callable[[str], World]


@pytest.mark.parametrize("affiliate", AFFILIATES)
def test_there_are_records_of_every_entity(world_of: WorldOf, affiliate: str) -> None:
    assert [name for name, ids in world_of(affiliate).ids.items() if not ids] == []


def outcome(records: Records, do: Callable[..., object]) -> str:
    """`denied` where the roles do not allow it, else `allowed`, whatever else is wrong; nothing is kept."""
    try:
        with records.runtime.unit_of_work(records.actor) as unit:
            do(work=unit)
            undo()
    except Forbidden:
        return "denied"
    except (Undone, SidraError):
        return "allowed"


@pytest.mark.parametrize(("affiliate", "role"), CASES)
def test_each_action_is_allowed_or_denied_as_the_role_says(world_of: WorldOf, affiliate: str, role: str) -> None:
    world = world_of(affiliate)
    oracle, records = Oracle(world.model, world.model.roles[role]), world.records(role)
    told: dict[tuple[str, str], tuple[str, bool]] = {}
    for entity in world.entities():
        name, record = entity.name, world.seen(role, entity.name)
        told[name, "create"] = (
            outcome(records, partial(records.create, name, {})),
            oracle.may(name, "create"),
        )
        told[name, "read"] = (
            outcome(records, partial(listed, records, name)),
            any(oracle.may(kind, "read") for kind in world.model.subtypes(name)),
        )
        if record is None:
            continue
        for action, do in actions(records, entity, record.id).items():
            told[name, action] = outcome(records, do), oracle.may(name, action)
    wrong = {case: found for case, found in told.items() if (found[0] == "allowed") != found[1]}
    assert wrong == {}


def listed(records: Records, entity: str, work: object) -> None:
    del work
    records.list(entity)


def actions(records: Records, entity: Entity, id: str) -> dict[str, Callable[..., object]]:
    name = entity.name
    found: dict[str, Callable[..., object]] = {
        "update": partial(records.update, name, id, {}),
        "delete": partial(records.delete, name, id),
    }
    for step in entity.lifecycle.transitions if entity.lifecycle else ():
        found[step] = partial(records.transition, name, id, step)
    return found


@pytest.mark.parametrize(("affiliate", "role"), CASES)
def test_each_attribute_is_shown_masked_or_hidden_as_the_role_says(
    world_of: WorldOf, affiliate: str, role: str
) -> None:
    world = world_of(affiliate)
    oracle, records = Oracle(world.model, world.model.roles[role]), world.records(role)
    wrong = {}
    for entity in world.entities():
        record = world.seen(role, entity.name)
        if record is None:
            continue
        shown = records.get(entity.name, record.id)
        for name, attribute in entity.attributes.items():
            expected, found = oracle.level(entity.name, name), level_shown(shown, record, name)
            if is_computed(attribute) and oracle.line(entity.name, name) is None:
                is_right = ORDER.index(found) <= ORDER.index(expected)
            else:
                is_right = found == (
                    expected.replace("edit", "read") if record.get(name) is not None or expected == "none" else "read"
                )
            if not is_right:
                wrong[entity.name, name] = expected, found
    assert wrong == {}


def level_shown(shown: Record, record: Record, name: str) -> str:
    value = shown.get(name, "hidden")
    if value == "hidden" and name not in shown:
        return "none"
    if isinstance(value, Masked):
        return "mask"
    assert value == record.get(name)
    return "read"


@pytest.mark.parametrize(("affiliate", "role"), CASES)
def test_each_attribute_is_changed_or_not_as_the_role_says(world_of: WorldOf, affiliate: str, role: str) -> None:
    world = world_of(affiliate)
    oracle, records = Oracle(world.model, world.model.roles[role]), world.records(role)
    wrong = {}
    for entity in world.entities():
        record = world.seen(role, entity.name)
        if record is None or not oracle.may(entity.name, "update"):
            continue
        for name, attribute in entity.attributes.items():
            may = oracle.level(entity.name, name) == "edit" and not is_computed(attribute) and not attribute.read_only
            draft = records.draft(entity.name, {name: record.get(name)}, id=record.id)
            is_refused = any(problem.code == "R612" and problem.path == name for problem in draft.problems)
            if is_refused == may:
                wrong[entity.name, name] = may
    assert wrong == {}


@pytest.mark.parametrize(("affiliate", "role"), CASES)
def test_a_role_reaches_the_rows_that_its_conditions_name(world_of: WorldOf, affiliate: str, role: str) -> None:
    world = world_of(affiliate)
    oracle, wrong = Oracle(world.model, world.model.roles[role]), {}
    for units in ((), world.units[:1], world.units):
        records = world.records(role, units)
        for entity in world.entities():
            if oracle.may(entity.name, "read"):
                found = {
                    record.id
                    for record in records.list(entity.name, Query(limit=1000)).records
                    if record.entity == entity.name
                }
                expected = {id for id in world.ids[entity.name] if is_reached(world, oracle, records, entity.name, id)}
                if found & set(world.ids[entity.name]) != expected:
                    wrong[entity.name, units] = len(found), len(expected)
    assert wrong == {}


def is_reached(world: World, oracle: Oracle, records: Records, entity: str, id: str) -> bool:
    record = world.system.get(entity, id)
    owner, environment = world.owner(record), records.environment(record)
    return oracle.sees(entity, record, environment) and (
        owner is None or oracle.sees(owner.entity, owner, replace(environment, this=owner))
    )


@pytest.mark.parametrize(("affiliate", "role"), CASES)
def test_the_api_allows_and_denies_as_the_role_says(world_of: WorldOf, affiliate: str, role: str) -> None:
    world = world_of(affiliate)
    oracle, headers, wrong = Oracle(world.model, world.model.roles[role]), world.token(role), {}
    for location, shape in Shapes(world.model).resources.items():
        if shape.entity.abstract:
            continue
        record = world.seen(role, shape.entity.name)
        item = f"/{affiliate}/tmf-api/{location}/{record.id if record else ME}"
        for operation, method, url in (
            ("get", "GET", item),
            ("create", "POST", item.rpartition("/")[0]),
            ("patch", "PATCH", item),
            ("delete", "DELETE", item),
        ):
            action = {"get": "read", "patch": "update"}.get(operation, operation)
            if operation not in shape.operations or (record is None and operation != "create"):
                continue
            # Of a version that there never was, so that what is allowed changes nothing.
            sent = {**headers, "If-Match": '"999"', "Content-Type": "application/json"}
            status = world.app.request(
                url, method=method, headers=sent, body=b"{}" if method in {"POST", "PATCH"} else b"", expect_errors=True
            ).status_code
            if (status == 403) == oracle.may(shape.entity.name, action) or status >= 500:
                wrong[location, method] = status
    assert wrong == {}


@pytest.mark.parametrize("affiliate", AFFILIATES)
def test_a_role_that_is_not_declared_reaches_nothing(world_of: WorldOf, affiliate: str) -> None:
    world = world_of(affiliate)
    records = world.records("nobody")
    for entity in world.entities():
        for ask in (
            partial(records.list, entity.name),
            partial(records.get, entity.name, world.ids[entity.name][0]),
        ):
            with pytest.raises((Forbidden, NotFound)):
                ask()
