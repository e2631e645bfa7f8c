"""People with customers, accounts and tickets, on either database."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.core.models import model_of
from tests.prepared import Prepared, store_for

from sidra.access.actor import system_actor
from sidra.privacy.keys import KeyRing
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

NOW = datetime.datetime(2026, 3, 20, 9, 0, tzinfo=datetime.UTC)

DOCUMENTS = (
    """
entity: party
title: name
history: true
attributes:
  name: {type: string, required: true, search: true, sort: true, pii: [identity]}
  national_number:
    {type: string, encrypt: true, search: exact, unique: true, pii: [identity, sensitive], mask: "•••• {last:2}"}
  remark: {type: text, encrypt: true, max_length: 400}
  born: {type: date, pii: [identity]}
  status: {type: string, filter: true}
  left_on: {type: date, filter: true}
relations:
  media: {to: medium, many: true, owned: true, inverse: party}
""",
    "entity: company\nis_a: party\nattributes: {trade: {type: string}}\n",
    """
entity: medium
title: address
attributes:
  address: {type: email, required: true, search: true, pii: [contact]}
  preferred: {type: boolean}
relations: {party: {to: party, required: true}}
""",
    """
entity: customer
title: name
history: true
attributes:
  name: {type: string, compute: {by: "holder.name", stored: true}, search: true, pii: [identity]}
  number: {type: string, unique: true, search: exact}
  debt: {type: money, pii: [financial]}
  active: {type: boolean, filter: true}
relations:
  holder: {to: party, required: true}
  tickets: {to: ticket, many: true, inverse: customer}
""",
    """
entity: ticket
title: subject
attributes:
  subject: {type: string, search: true}
  caller: {type: phone, pii: [contact]}
relations:
  customer: {to: customer}
  place: {to: place}
""",
    "entity: place\ntitle: street\nattributes: {street: {type: string, required: true, pii: [location]}}\n",
    """
entity: deed
title: text
attributes: {text: {type: string, pii: [identity]}}
relations: {parties: {to: party, many: true}}
""",
    "role: clerk\nmay: {party: {do: [read, create, update]}}\nfunctions: [search]\n",
)

MakeRuntime = Callable[..., Runtime]


@pytest.fixture
def model() -> Model:
    """The Model of the documents above."""
    return model_of(*DOCUMENTS)


@pytest.fixture
def store(request: pytest.FixtureRequest, kind: str) -> Iterator[Store]:
    """An empty database of each sort; one that has its tables where the Runtime is asked for as well."""
    yield from store_for(request)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """Keys in a file of the test's own."""
    return KeyRing.open(tmp_path / "keys" / "keys.json", "sn")


@pytest.fixture
def make_runtime(store: Store, ring: KeyRing) -> MakeRuntime:
    """Makes the Runtime of some documents on the store."""

    def make(*documents: str, now: datetime.datetime = NOW) -> Runtime:
        return Runtime(model_of(*(documents or DOCUMENTS)), store, lambda: now, keys=ring)

    return make


@pytest.fixture
def runtime(prepared: Prepared, model: Model, store: Store, ring: KeyRing) -> Runtime:
    """The Runtime of the documents above."""
    return prepared.runtime(model, store, lambda: NOW, ring)


@pytest.fixture
def records(runtime: Runtime) -> Records:
    """Everything, as the program itself sees it."""
    return runtime.records(system_actor("test"))
