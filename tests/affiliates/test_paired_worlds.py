"""Law 7 for every role of every affiliate: two stores that differ in what it does not see give it the same answers.

What differs is chosen from the Model: values of attributes that a role sees masked or not at all, and all values of
records that it does not reach. What is asked is made from the Model as well: each filter, sort, text, page and address.
"""

from __future__ import annotations

import datetime
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.affiliates.worlds import CASES, Browser, World, copy_of, filled, model_for, opened, proved
from tests.core.records.hidden_data import Answers, Interview, Question
from tests.proofs.counting import Counts

from sidra.api.shapes import Shapes
from sidra.errors import SidraError
from sidra.records.views import attribute_mask
from sidra_metamodel.granting.origins import formulas_of
from sidra_metamodel.kinds.entity import Attribute, Entity
from sidra_metamodel.model import Model

NOW = datetime.datetime(2026, 11, 20, 9, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)
RATE = 40
"""One question of so many is asked of each role in each run; `make prove` asks all of some."""
RECORDS = 2
"""Of each entity, of those that are seen and of those that are not."""
PAIRS: dict[str, tuple[Any, Any]] = {
    "string": ("Xylograph 0000", "Zzyzxgraph 0000"),
    "text": ("Xylograph 0000", "Zzyzxgraph 0000"),
    "phone": ("+221771110000", "+221782220000"),
    "email": ("x.1@example.org", "x.2@example.org"),
    "integer": (7, 41),
    "decimal": ("7", "41"),
    "percent": ("7", "41"),
    "boolean": (True, False),
    "date": ("2001-01-07", "2002-02-14"),
    "datetime": ("2025-01-07T07:00:00Z", "2025-02-14T07:00:00Z"),
}
VALUES = ("Xylograph 0000", 7, "2001-01-07")
TEXTS = ("xylograph", "zzyzx", "0000", "a", "+221771110000")
TOKENS = r"[0-9a-f]{64}|sidra_[A-Za-z0-9_-]+"
"""What each browser and client is given by lot."""


@pytest.fixture(scope="module")
def base_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The database of an affiliate that both worlds begin with."""
    folder = tmp_path_factory.mktemp("pairs")

    def made(affiliate: str) -> Path:
        world = filled(affiliate, folder, lambda: NOW)
        whole = folder / f"{affiliate}-whole.db"
        world.runtime.store.close()
        copy_of(folder / f"{affiliate}.db", whole)
        shutil.copy(folder / f"{affiliate}.keys", whole.with_suffix(".keys"))
        return whole

    return cache(made)


def pair(model: Model, base: Path, folder: Path) -> tuple[World, World]:
    """Two worlds that are the same so far."""
    worlds = []
    for name in ("one", "other"):
        place = folder / name
        place.mkdir()
        for suffix in (".db", ".keys"):
            shutil.copy(base.with_suffix(suffix), place / f"{model.affiliate}{suffix}")
        worlds.append(opened(model, place / f"{model.affiliate}.db", lambda: LATER))
    return worlds[0], worlds[1]


def differing(model: Model, attribute: Attribute) -> tuple[Any, Any] | None:
    """Two values of an attribute; None where it takes none of ours."""
    base, enum = model.base_type(attribute), model.enums.get(attribute.enum or "")
    if base == "enum" and enum is not None and len(enum.values) > 1:
        codes = list(enum.values)
        return codes[0], codes[-1]
    if base == "money":
        return ({"amount": "7", "currency": model.currency}, {"amount": "4711", "currency": model.currency})
    if attribute.unique or model.is_unique(attribute):
        return None
    return PAIRS.get(base)


def read_elsewhere(model: Model) -> set[tuple[str, str]]:
    """What other values follow from: these may be seen where their origin is not."""
    found: set[tuple[str, str]] = set()
    for entity in model.entities.values():
        for attribute in entity.attributes.values():
            for formula in formulas_of(model, entity.name, attribute):
                found |= set(model.expression(formula).attributes)
    return found


def hide(worlds: tuple[World, World], role: str, units: tuple[str, ...]) -> int:
    """Let the worlds differ in what a role does not see; gives how many values differ."""
    one, _ = worlds
    model, seen, elsewhere = one.model, one.records(role, units), read_elsewhere(one.model)
    count = 0
    for entity in one.entities():
        lineage = {entity.name, *model.ancestors(entity.name)}
        state = entity.lifecycle.attribute if entity.lifecycle is not None else ""
        for id in one.ids[entity.name]:
            is_seen = seen.find(entity.name, id) is not None
            for name, attribute in entity.attributes.items():
                values = differing(model, attribute)
                if values is None or attribute.compute is not None or name == state:
                    continue
                if not is_seen and any((kind, name) in elsewhere for kind in lineage):
                    continue
                if not is_seen or is_alike(one, role, entity, attribute, values):
                    count += differ(worlds, entity.name, id, name, values)
    return count


def is_alike(world: World, role: str, entity: Entity, attribute: Attribute, values: tuple[Any, Any]) -> bool:
    """Whether a role sees two values of an attribute alike: not at all, or masked to the same text."""
    level = world.runtime.profile(frozenset({role})).entity(entity.name).level(attribute.name)
    mask = attribute_mask(world.runtime, attribute)
    shown = {mask(value) if isinstance(value, str) else "" for value in values}
    return level == "none" or (level == "mask" and len(shown) == 1)


def differ(worlds: tuple[World, World], entity: str, id: str, name: str, values: tuple[Any, Any]) -> bool:
    """Give each world its value, where each takes both."""
    for world in worlds:
        for value in values:
            if not world.system.draft(entity, {name: value}, id=id).is_valid:
                return False
    for world, value in zip(worlds, values, strict=True):
        # Both are written twice, so that they are of one version whatever they were before.
        for given in (values[1 - values.index(value)], value):
            world.system.update(entity, id, {name: given})
    return True


def ids_to_ask(world: World, role: str, units: tuple[str, ...]) -> list[str]:
    seen, found = world.records(role, units), []
    for name, ids in world.ids.items():
        reached = [id for id in ids if seen.find(name, id) is not None]
        found += [*reached[:RECORDS], *[id for id in ids if id not in reached][:RECORDS]]
    return found


def is_chosen(rate: int) -> Callable[[Question], bool]:
    """One question of so many, the same ones in each run and in both worlds."""
    return lambda question: zlib.crc32(repr(question).encode()) % rate == 0


def is_exception(world: World, role: str) -> Callable[[Question], bool]:
    """`search: exact` may match a masked value whole."""

    def found(question: Question) -> bool:
        if question[0] != "filter" or question[3] not in {"eq", "in"}:
            return False
        name = question[2].rpartition(".")[2]
        return any(
            entity.attributes[name].search == "exact" for entity in world.entities() if name in entity.attributes
        )

    return found


def addresses(world: World, ids: list[str]) -> Iterator[str]:
    """Addresses of the API and of the screens, made from the Model."""
    affiliate, chosen = world.model.affiliate, is_chosen(3)
    for location, shape in Shapes(world.model).resources.items():
        collection = f"/{affiliate}/tmf-api/{location}"
        yield f"{collection}?limit=1000"
        for name in shape.entity.attributes:
            outside = "".join(part.title() if number else part for number, part in enumerate(name.split("_")))
            asked = [f"sort={outside}", f"sort=-{outside}", f"fields={outside}", f"{outside}=7", f"{outside}.gt=Y"]
            yield from (f"{collection}?{one}&limit=5" for one in asked if chosen((location, one)))
        yield from (f"{collection}/{id}" for id in ids if id in world.ids.get(shape.entity.name, ()))
    for entity in world.entities():
        page = f"/{affiliate}/{entity.name}"
        yield from (page, f"{page}?q=xylograph", f"{page}?sort=-created_at", f"{page}/why")
        for id in ids:
            if id in world.ids[entity.name]:
                yield from (f"{page}/{id}{part}" for part in ("", "/360", "/edit", "/why"))
    yield from (f"/{affiliate}/search?q={text}" for text in ("xylograph", "zzyzx", "0000"))
    yield f"/{affiliate}/"


def pages(world: World, role: str, units: tuple[str, ...], ids: list[str]) -> Answers:
    """What the application answers at each address: status, headers and text."""
    browser: Browser = world.browser(role, units)
    headers, found = world.token(role, units), {}
    account = world.entrance.accounts.find(role)
    drawn = re.compile(f"{TOKENS}|{account.id if account is not None else TOKENS}")
    for address in addresses(world, ids):
        is_api = "/tmf-api/" in address
        app, sent = (world.app, headers) if is_api else (browser, {})
        answer = app.get(address, headers=sent, expect_errors=True)
        kept = {name: value for name, value in answer.headers.items() if name not in {"Set-Cookie", "Date"}}
        found["page", address] = answer.status_code, drawn.sub("…", str(kept)), drawn.sub("…", answer.text)
    return found


ATTEMPTS: tuple[dict[str, Any], ...] = ({}, {"unit": "nowhere"}, {"note": "x"}, {"birth_date": "2001-01-07"})


def attempts(world: World, role: str, units: tuple[str, ...], ids: list[str]) -> Answers:
    """What is said to whoever tries to write what may not be written; nothing is kept."""
    records, found = world.records(role, units), {}
    for entity in world.entities():
        for id in (one for one in ids if one in world.ids[entity.name]):
            for number, values in enumerate(ATTEMPTS):
                draft = refusal(lambda: records.draft(entity.name, values, id=id).problems)  # noqa: B023 - called at once
                found["draft", entity.name, id, number] = draft
    return found


def refusal(ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - see Answers
    try:
        return ask()
    except SidraError as error:
        return error.code, error.reason, error.hint


def difference(one: object, other: object) -> tuple[str, str]:
    """Where two answers begin to differ, with what is around it."""
    texts = str(one), str(other)
    at = next((place for place, pair in enumerate(zip(*texts, strict=False)) if pair[0] != pair[1]), 0)
    return texts[0][max(0, at - 80) : at + 80], texts[1][max(0, at - 80) : at + 80]


@pytest.mark.parametrize(("affiliate", "role"), proved(CASES, often=("agent",)))
def test_a_role_learns_nothing_of_what_it_does_not_see(
    base_of: Callable[[str], Path],
    tmp_path: Path,
    affiliate: str,
    role: str,
    request: pytest.FixtureRequest,
    counts: Counts,
) -> None:
    worlds = pair(model_for(affiliate), base_of(affiliate), tmp_path)
    units = worlds[0].units[:1]
    hidden = hide(worlds, role, units)
    ids = ids_to_ask(worlds[0], role, units)
    rate = RATE if "not prove" in str(request.config.getoption("markexpr")) else max(1, RATE // 8)
    answers = []
    for world in worlds:
        names = [entity.name for entity in world.entities()]
        interview = Interview(names, ids, VALUES, TEXTS, except_for=is_exception(world, role), keep=is_chosen(rate))
        found = interview.answers(world.records(role, units))
        answers.append({**found, **pages(world, role, units, ids), **attempts(world, role, units, ids)})
        world.runtime.store.close()
    one, other = answers
    different = [question for question in one if one[question] != other[question]]
    counts["hidden values differ"] += hidden
    counts["questions"] += len(one)
    counts["answers differ"] += len(different)
    print(f"\n{affiliate} {role}: {hidden} values differ, {len(one)} questions, {len(different)} answers differ")  # noqa: T201 - what the proof is asked for
    assert one.keys() == other.keys()
    assert {question: difference(one[question], other[question]) for question in different} == {}
    assert hidden or role in {"administrator", "back_office", "team_lead"}
