"""A small configuration of customers, parties and tickets, and a Runtime on it with a clock that stands still."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.prepared import Prepared, store_for

from sidra.access.actor import Actor, system_actor
from sidra.records.service import Records
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
DAKAR = "00000000-0000-7000-8000-000000000001"
THIES = "00000000-0000-7000-8000-000000000002"

LANGUAGE = Language(Registry(BUILT_IN_KINDS), STANDARD_FUNCTIONS, Types())

FILES = {
    "layer.yaml": "layer: meridian\nlevel: group\nlocales: [en]\ncurrency: EUR\n",
    "core/pack.yaml": "pack: core\ntier: core\n",
    "core/party.yaml": """
entity: party
abstract: true
title: display_name
history: true
attributes:
  display_name: {type: string, compute: {by: "''", stored: true}, search: true, sort: true}
  number: {type: sequence, sequence: "P-{year}-{n:06}", search: true}
relations:
  contact_media: {to: contact_medium, many: true, owned: true, inverse: party, max: 5}
""",
    "core/individual.yaml": """
entity: individual
is_a: party
attributes:
  display_name: {compute: {by: "concat(coalesce(given_name, ''), ' ', family_name)"}}
  given_name: {type: string, max_length: 60}
  family_name: {type: string, max_length: 60, required: true, search: true, sort: true}
  birth_date: {type: date, max: today, sort: true}
  national_number:
    {type: string, unique: true, search: exact, sort: true, pii: [identity, sensitive], mask: "•••• {last:2}"}
  status: {type: enum, enum: party_status}
lifecycle:
  attribute: status
  initial: initialized
  transitions:
    validate: {from: [initialized], to: validated, when: "birth_date != null"}
    decease: {from: [initialized, validated], to: deceased, reason: {enum: decease_reason}}
""",
    "core/organization.yaml": """
entity: organization
is_a: party
attributes:
  display_name: {compute: {by: "trade_name"}}
  trade_name: {type: string, required: true, sort: true}
""",
    "core/contact_medium.yaml": """
entity: contact_medium
attributes:
  phone_number: {type: phone, search: true, filter: true}
  preferred: {type: boolean, default: false}
relations:
  party: {to: party, required: true}
""",
    "core/customer.yaml": """
entity: customer
title: name
history: true
attributes:
  name: {type: string, compute: {by: "engaged_party.display_name", stored: true}, search: true, sort: true}
  open_tickets: {type: integer, compute: {by: "tickets.filter(t, t.status == 'open').size()", stored: true}, sort: true}
  shout: {type: string, compute: "name.upperAscii()"}
  ticket_count: {type: integer, compute: "tickets.size()"}
  segment: {type: string, filter: true}
  note: {type: text}
  code: {type: string, unique: true}
  credit: {type: money}
  score: {type: integer, min: 0, max: 100, sort: true}
relations:
  engaged_party: {to: party, required: true}
  tickets: {to: ticket, many: true, inverse: customer}
  favourites: {to: customer, many: true}
indexes: {by_segment: [segment, score]}
""",
    "core/ticket.yaml": """
entity: ticket
title: subject
attributes:
  subject: {type: string, required: true, search: true}
  status: {type: string, default: open, filter: true}
relations:
  customer: {to: customer}
  about: {to: [customer, party]}
""",
    "core/party_status.yaml": "enum: party_status\nvalues: [initialized, validated, deceased]\n",
    "core/decease_reason.yaml": "enum: decease_reason\nvalues: [told, found]\n",
    "core/agent.yaml": """
role: agent
may:
  customer: {do: [create, read, update, delete], rows: "unit in user.units"}
  individual: {do: [create, read, update, validate]}
  ticket: {do: [read], rows: "customer.unit in user.units"}
functions: [search]
""",
    "core/clerk.yaml": """
role: clerk
may:
  individual: {do: [read], columns: {birth_date: none}}
  customer: {do: [read]}
functions: [search]
""",
}
OWN = """
layer: sn
level: affiliate
prefix: sn
tiers: [core]
locales: [fr, en]
currency: XOF
time_zone: Africa/Dakar
"""

MakeModel = Callable[..., Model]


@pytest.fixture(scope="session")
def models() -> dict[frozenset[tuple[str, str]], Model]:
    """The Models that were made so far."""
    return {}


@pytest.fixture
def make_model(tmp_path: Path, models: dict[frozenset[tuple[str, str]], Model]) -> MakeModel:
    """Builds the Model of the files, with some of them added or replaced."""

    def make(**changed: str) -> Model:
        key = frozenset(changed.items())
        if key not in models:
            models[key] = model_in(tmp_path, changed)
        return models[key]

    return make


def model_in(folder: Path, changed: dict[str, str]) -> Model:
    """The Model of the files, which it writes into a folder."""
    base, own = folder / "base", folder / "sn"
    names = {name.replace("/", "__").removesuffix(".yaml"): name for name in FILES}
    files = FILES | {names.get(name, f"core/{name}.yaml"): text for name, text in changed.items()}
    for name, text in files.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(text, encoding="utf-8")
    own.mkdir(exist_ok=True)
    (own / "layer.yaml").write_text(OWN, encoding="utf-8")
    loaded = load(discover(base, [own]), "sn", LANGUAGE)
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
    """The Runtime of the Model."""
    return prepared.runtime(model, store, clock=lambda: NOW)


@pytest.fixture
def system(runtime: Runtime) -> Records:
    """Everything, as the program itself sees it."""
    return runtime.records(system_actor("test"))


@pytest.fixture
def agent(runtime: Runtime) -> Records:
    """What an agent of Dakar sees."""
    return runtime.records(_person("agent", DAKAR))


@pytest.fixture
def clerk(runtime: Runtime) -> Records:
    """What a clerk without unit sees."""
    return runtime.records(_person("clerk"))


def _person(role: str, *units: str) -> Actor:
    """Someone with one role."""
    return Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({role}), units)
