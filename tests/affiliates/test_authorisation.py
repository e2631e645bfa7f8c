"""Each role of each affiliate, each entity, action and attribute: the records and the API do what the roles say."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from functools import cache, partial
from typing import NoReturn

import pytest
import webtest
from tests.affiliates.grants_as_written import ORDER, Oracle, is_computed
from tests.affiliates.worlds import CASES, ME, Browser, World, filled, proved
from tests.baseline.configurations import AFFILIATES
from tests.proofs.counting import Counts

from sidra.api.shapes import Shapes
from sidra.errors import Forbidden, NotFound, SidraError
from sidra.records.exporting import Export
from sidra.records.query import Query
from sidra.records.record import Masked, Record
from sidra.records.service import Records
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.values import Money


class Tally:
    """How many cells of the matrix were looked at, how many of them are denials, and which are wrong."""

    def __init__(self) -> None:
        self.cells: Counter[str] = Counter()
        self.denied: Counter[str] = Counter()

    def add(self, path: str, *, may: bool) -> None:
        self.cells[path] += 1
        self.denied[path] += not may


@pytest.fixture
def tally(counts: Counts) -> Iterator[Tally]:
    """What a test looks at."""
    made = Tally()
    yield made
    counts["cells"] += made.cells.total()
    counts["of them denials"] += made.denied.total()


class Undone(Exception):
    """Ends a unit of work so that it leaves nothing."""


def undo() -> NoReturn:
    raise Undone


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
def test_each_action_is_allowed_or_denied_as_the_role_says(
    world_of: WorldOf, tally: Tally, affiliate: str, role: str
) -> None:
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
    for _, may in told.values():
        tally.add("actions of the records", may=may)
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
    world_of: WorldOf, tally: Tally, affiliate: str, role: str
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
            tally.add("attributes read from the records", may=expected in {"read", "edit"})
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
def test_each_attribute_is_changed_or_not_as_the_role_says(
    world_of: WorldOf, tally: Tally, affiliate: str, role: str
) -> None:
    world = world_of(affiliate)
    oracle, records = Oracle(world.model, world.model.roles[role]), world.records(role)
    wrong = {}
    for entity in world.entities():
        record = world.seen(role, entity.name)
        if record is None or not oracle.may(entity.name, "update"):
            continue
        for name, attribute in entity.attributes.items():
            may = oracle.level(entity.name, name) == "edit" and not is_computed(attribute) and not attribute.read_only
            tally.add("attributes given to the records", may=may)
            draft = records.draft(entity.name, {name: record.get(name)}, id=record.id)
            is_refused = any(problem.code == "R612" and problem.path == name for problem in draft.problems)
            if is_refused == may:
                wrong[entity.name, name] = may
    assert wrong == {}


@pytest.mark.parametrize(("affiliate", "role"), CASES)
def test_a_role_reaches_the_rows_that_its_conditions_name(
    world_of: WorldOf, tally: Tally, affiliate: str, role: str
) -> None:
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
                for id in world.ids[entity.name]:
                    tally.add("rows of lists", may=id in expected)
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
def test_the_api_allows_and_denies_as_the_role_says(world_of: WorldOf, tally: Tally, affiliate: str, role: str) -> None:
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
            tally.add("actions of the API", may=oracle.may(shape.entity.name, action))
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


@pytest.mark.parametrize(("affiliate", "role"), proved(CASES, often=("agent", "configurator")))
def test_no_path_shows_a_value_that_the_role_does_not_see(
    world_of: WorldOf, tally: Tally, affiliate: str, role: str
) -> None:
    world = world_of(affiliate)
    seen = everything_seen(world, role)
    browser, headers, shown, wrong = world.browser(role), world.token(role), 0, []
    for entity in world.entities():
        record = world.seen(role, entity.name)
        if record is None:
            continue
        secrets = dict(hidden_texts(world, role, record, seen))
        for path, text in answers(world, entity, record, browser, headers):
            for name, secret in secrets.items():
                tally.add(f"values of {path}", may=False)
                if secret in text:
                    wrong.append((path, entity.name, name))
            visible = [one for one in texts_of(record.get(entity.title or "id")) if one in seen]
            shown += any(one in text for one in visible)
            tally.add(f"titles of {path}", may=True)
    assert wrong == []
    assert shown


def everything_seen(world: World, role: str) -> str:
    """All that the records let a role see, in one text."""
    records = world.records(role)
    found = []
    for entity in world.entities():
        if records.may(entity.name, "read"):
            listed = records.list(entity.name, Query(limit=1000)).records
            found += [str({name: one.get(name) for name in (*one, *entity.attributes)}) for one in listed]
    return "\n".join(found)


def hidden_texts(world: World, role: str, record: Record, seen: str) -> Iterator[tuple[str, str]]:
    """The values of a record that a role sees masked or not at all, and nowhere else, by attribute."""
    oracle = Oracle(world.model, world.model.roles[role])
    for name in world.model.entity(record.entity).attributes:
        if oracle.level(record.entity, name) in {"none", "mask"}:
            yield from ((name, text) for text in texts_of(record.get(name)) if text not in seen)


def texts_of(value: object) -> list[str]:
    """How a value may stand in an answer, where nothing else looks like it."""
    match value:
        case Money():
            found = [str(value.amount), f"{value.amount:f}".rstrip("0").rstrip(".")]
        case datetime.date() | Decimal() | str():
            found = [str(value)]
        case _:
            found = []
    return [text for text in found if len(text) >= DISTINCT]


DISTINCT = 6
"""Characters of a value that stands for itself in an answer."""


def answers(
    world: World, entity: Entity, record: Record, browser: Browser, headers: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """What each path answers about a record."""
    affiliate = world.model.affiliate
    for location, shape in Shapes(world.model).resources.items():
        if shape.entity.name == entity.name and "get" in shape.operations:
            collection = f"/{affiliate}/tmf-api/{location}"
            yield "the API, one", text(world.app, f"{collection}/{record.id}", headers)
            yield "the API, a list", text(world.app, f"{collection}?limit=100", headers)
    page = f"/{affiliate}/{entity.name}"
    yield "the page of the list", text(browser, page)
    yield "the page of the record", text(browser, f"{page}/{record.id}")
    yield "the form of the record", text(browser, f"{page}/{record.id}/edit")
    yield "the page of everything", text(browser, f"{page}/{record.id}/360")
    yield "the page that says why", text(browser, f"{page}/{record.id}/why")
    with suppress(SidraError):
        records = world.runtime.records(world.actor(browser.role))
        yield "the exported list", b"".join(Export(records, entity.name, Query()).lines()).decode()


def text(app: webtest.TestApp, address: str, headers: Mapping[str, str] | None = None) -> str:
    """An answer with its headers."""
    found = app.get(address, headers=dict(headers or {}), expect_errors=True)
    assert found.status_code < 500, address
    return f"{found.headers}\n{found.text}"
