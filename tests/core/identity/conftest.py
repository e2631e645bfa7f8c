"""People with contact media, customers, tickets, families and marks of any kind; and who may merge them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import pytest
from tests.core.models import LAYER, model_of
from tests.prepared import Prepared, store_for

from sidra.access.actor import Actor, system_actor
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

NOW = datetime.datetime(2026, 3, 20, 9, 0, tzinfo=datetime.UTC)

DOCUMENTS = (
    """
entity: person
title: name
history: true
attributes:
  name: {type: string, required: true, search: true}
  born: {type: date, filter: true}
  card: {type: string, unique: true, pii: [identity, sensitive]}
  secret: {type: string, encrypt: true, search: exact}
  status: {type: enum, enum: person_status}
  tickets_now: {type: integer, compute: {by: "customers.tickets.count()", stored: true}}
relations:
  media: {to: medium, many: true, owned: true, inverse: person, max: 3}
  customers: {to: customer, many: true, inverse: person}
  parent: {to: person}
  friends: {to: person, many: true, roles: kinship}
lifecycle:
  attribute: status
  initial: new
  transitions: {check: {from: [new], to: checked}}
identity:
  strong: [card]
  weak: {similar: {block: born, when: "similarity(name, other.name) > 0.8"}}
""",
    "enum: person_status\nvalues: [new, checked]\n",
    "enum: kinship\nvalues: [friend, cousin]\n",
    """
entity: medium
attributes: {number: {type: string, required: true, search: true}}
relations: {person: {to: person, required: true}}
""",
    """
entity: customer
title: label
attributes: {label: {type: string, compute: {by: person.name, stored: true}, search: true}}
relations: {person: {to: person, required: true}, tickets: {to: ticket, many: true, inverse: customer}}
""",
    """
entity: ticket
attributes: {text: {type: string}, ref: {type: string, required: "text == null"}}
relations: {customer: {to: customer}, about: {to: any}}
""",
    "role: clerk\nmay: {person: {do: [create, read, update, merge]}, medium: {do: [create, read, update, delete]}}\n",
    "role: local\nmay: {person: {do: [create, read, merge], rows: unit in user.units}}\n",
    "role: shop\nmay: {person: {do: [update], rows: unit in user.units}}\n",
    "role: reader\nmay: {person: {do: [create, read, update, delete]}, customer: {do: [read]}}\n",
    "role: looking\nmay: {person: {do: [read]}}\n",
    "role: veiled\nmay: {person: {do: [create, read, merge], columns: {born: mask}}}\n",
    "role: masked\nmay: {person: {do: [read, update, merge], columns: {born: none, card: read}}}\n",
)


class Clock:
    """A clock that stands where it is put."""

    now = NOW

    def __call__(self) -> datetime.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model() -> Model:
    return model_of(*DOCUMENTS, layer=LAYER)


@pytest.fixture
def store(request: pytest.FixtureRequest, kind: str) -> Iterator[Store]:
    """An empty database, of each kind; one that has its tables where the Runtime is asked for as well."""
    yield from store_for(request)


@pytest.fixture
def runtime(prepared: Prepared, model: Model, store: Store, clock: Clock) -> Runtime:
    return prepared.runtime(model, store, clock)


@pytest.fixture
def system(runtime: Runtime) -> Records:
    return runtime.records(system_actor("test"))


@pytest.fixture
def person(runtime: Runtime) -> Callable[..., Actor]:
    """Somebody with a role, in some units."""

    def make(role: str, *units: str) -> Actor:
        return Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({role}), units)

    return make
