"""A feed of subscribers into customers with a person, a plan that must exist, and lines."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.prepared import Prepared, store_for

from sidra.access.actor import Actor, system_actor
from sidra.interfaces.files import csv_text
from sidra.interfaces.loading import FeedLoader
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.expressions import STANDARD_FUNCTIONS
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.load import Language, load
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import Types
from sidra_metamodel.registry import Registry

NOW = datetime.datetime(2026, 3, 20, 9, 0, tzinfo=datetime.UTC)
COLUMNS = ("id", "name", "born", "plan", "phone", "total", "level")
GOOD = {
    "id": "A1",
    "name": "Diop",
    "born": "17/05/1990",
    "plan": "max",
    "phone": "770001122",
    "total": "12.50",
    "level": "G",
}

FILES = {
    "layer.yaml": "layer: meridian\nlevel: group\nlocales: [en]\ncurrency: EUR\n",
    "core/pack.yaml": "pack: core\ntier: core\n",
    "core/person.yaml": """
entity: person
title: family_name
attributes:
  family_name: {type: string, required: true, max_length: 10, search: true}
  birth_date: {type: date, max: today}
  number: {type: string, unique: true}
""",
    "core/plan.yaml": """
entity: plan
title: code
attributes:
  code: {type: string, unique: true, search: exact}
""",
    "core/line.yaml": """
entity: line
title: number
attributes:
  legacy_id: {type: string, unique: true, search: exact}
  number: {type: string}
relations:
  customer: {to: customer, required: true, filter: true}
""",
    "core/customer.yaml": """
entity: customer
title: legacy_id
attributes:
  legacy_id: {type: string, unique: true, search: exact}
  total: {type: decimal, scale: 2}
  segment: {type: string}
relations:
  person: {to: person, required: true}
  plan: {to: plan}
  lines: {to: line, many: true, inverse: customer}
  friends: {to: customer, many: true}
""",
    "core/load.yaml": """
interface: load
kind: feed
direction: in
format: csv
into: customer
key: legacy_id
map:
  legacy_id: {from: id}
  person: {create: person, map: {family_name: {from: name}, birth_date: {from: born, format: "%d/%m/%Y"}}}
  plan: {find: code, from: plan}
  total: {from: total, empty: ["-"]}
  segment: {from: level, lookup: {G: gold, S: silver}}
  lines:
    create: line
    key: legacy_id
    rows:
      main:
        when: "source.phone != ''"
        map:
          legacy_id: {value: "concat(source.id, ':main')"}
          number: {from: phone}
quality:
  positive: {check: "target.total >= 0.0", message: {en: The total is below zero, fr: Total négatif}}
  known: {check: "target.segment != null", severity: warn}
on_reject: quarantine
commit_every: 3
""",
    "core/api.yaml": "interface: rest\nkind: api\npath: x/v1\n",
    "core/steward.yaml": """
role: steward
may:
  customer: {do: [create, read, update]}
  person: {do: [create, read, update]}
  plan: {do: [read]}
  line: {do: [create, read, update]}
functions: [feeds]
""",
    "core/visitor.yaml": "role: visitor\nmay:\n  customer: {do: [read]}\nfunctions: [feeds]\n",
    "core/reader.yaml": """
role: reader
may:
  customer: {do: [read]}
  person: {do: [read]}
  plan: {do: [read]}
  line: {do: [read]}
functions: [feeds]
""",
    "core/agent.yaml": "role: agent\nmay:\n  customer: {do: [create, read, update]}\nfunctions: [search]\n",
}
OWN = (
    "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\nlocales: [fr, en]\ncountry: SN\ntime_zone: Africa/Dakar\n"
)

MakeModel = Callable[..., Model]
WriteRows = Callable[..., Path]


def language() -> Language:
    """The language without plugins."""
    return Language(Registry(BUILT_IN_KINDS), STANDARD_FUNCTIONS, Types())


@pytest.fixture(scope="session")
def models() -> dict[frozenset[tuple[str, str]], Model]:
    """The Models that were made so far."""
    return {}


@pytest.fixture
def make_model(tmp_path: Path, models: dict[frozenset[tuple[str, str]], Model]) -> MakeModel:
    """Builds the Model of the files, with some of `core/` replaced."""

    def make(**changed: str) -> Model:
        key = frozenset(changed.items())
        if key not in models:
            models[key] = model_in(tmp_path, changed)
        return models[key]

    return make


def model_in(folder: Path, changed: dict[str, str]) -> Model:
    """The Model of the files, which it writes into a folder."""
    base, own = folder / "base", folder / "sn"
    for name, text in {**FILES, **{f"core/{name}.yaml": text for name, text in changed.items()}}.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(text, encoding="utf-8")
    own.mkdir(exist_ok=True)
    (own / "layer.yaml").write_text(OWN, encoding="utf-8")
    loaded = load(discover(base, [own]), "sn", language())
    assert loaded.model is not None, [f"{found.at}: {found.message}" for found in loaded.diagnostics]
    return loaded.model


@pytest.fixture
def model(make_model: MakeModel) -> Model:
    """The Model of the files."""
    return make_model()


@pytest.fixture
def store(request: pytest.FixtureRequest, kind: str) -> Iterator[Store]:
    """An empty database; one that has its tables where the Runtime is asked for as well."""
    yield from store_for(request)


@pytest.fixture
def runtime(prepared: Prepared, model: Model, store: Store) -> Runtime:
    """The Runtime of the Model, with the plan `max`."""
    made = prepared.runtime(model, store, clock=lambda: NOW)
    made.records(system_actor("test")).create("plan", {"code": "max"})
    return made


@pytest.fixture
def loader(runtime: Runtime) -> FeedLoader:
    """The feed."""
    return FeedLoader(runtime, "load")


@pytest.fixture
def program() -> Actor:
    """The program itself."""
    return system_actor("feed:load")


@pytest.fixture
def write_rows(tmp_path: Path) -> WriteRows:
    """Writes a file of good rows, each with something changed."""

    def write(*rows: dict[str, str]) -> Path:
        path = tmp_path / "rows.csv"
        path.write_text(csv_text(COLUMNS, [GOOD | row for row in rows]), encoding="utf-8")
        return path

    return write


def person_of(role: str) -> Actor:
    """Someone with one role."""
    return Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({role}))
