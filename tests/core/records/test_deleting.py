"""Removing records: what is said to somebody who may not, because others refer to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.core.models import model_of

from sidra.access.actor import Actor, system_actor
from sidra.errors import Conflict
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store

ME = "00000000-0000-7000-8000-0000000000aa"
DOCUMENTS = (
    "entity: place\nattributes: {name: {type: string}}\n",
    "entity: visit\nattributes: {secret: {type: boolean}}\nrelations: {at: {to: place}}\n",
    "entity: sale\nattributes: {secret: {type: boolean}}\nrelations: {at: {to: place}}\n",
    "entity: tour\nattributes: {secret: {type: boolean}}\nrelations: {stops: {to: place, many: true}}\n",
    "entity: debt\nattributes: {secret: {type: boolean}}\nrelations: {at: {to: place}}\n",
    """
role: keeper
may:
  place: {do: [read, delete]}
  sale: {do: [read], rows: "secret != true"}
  tour: {do: [read], rows: "secret != true"}
  visit: {do: [read], columns: {at: none}}
""",
)
OTHERS = "other records refer to it"


@pytest.fixture
def runtime(place: str) -> Iterator[Runtime]:
    store = Store.open(place, durability="normal")
    yield Runtime(model_of(*DOCUMENTS), store)
    store.close()


@pytest.fixture
def system(runtime: Runtime) -> Records:
    return runtime.records(system_actor("test"))


@pytest.fixture
def keeper(runtime: Runtime) -> Records:
    """Sees some records that refer to a place, and may remove places."""
    return runtime.records(Actor(ME, "Awa", frozenset({"keeper"})))


def refer(system: Records, to: str, entity: str, *, secret: bool = True) -> None:
    at: dict[str, object] = {"stops": [to]} if entity == "tour" else {"at": to}
    system.create(entity, {"secret": secret, **at})


@pytest.mark.parametrize("entity", ["sale", "tour", "visit", "debt"])
def test_who_sees_nothing_that_refers_is_told_of_no_entity(system: Records, keeper: Records, entity: str) -> None:
    to = system.create("place", {"name": "Dakar"}).id
    refer(system, to, entity)
    with pytest.raises(Conflict) as refused:
        keeper.delete("place", to)
    assert refused.value.reason == OTHERS
    assert keeper.get("place", to)["name"] == "Dakar"


@pytest.mark.parametrize("hidden", [[], ["debt"], ["sale"], ["visit", "debt", "sale"]])
@pytest.mark.parametrize("seen", ["sale", "tour"])
def test_what_is_seen_to_refer_is_named_whatever_else_does(
    system: Records, keeper: Records, hidden: list[str], seen: str
) -> None:
    to = system.create("place", {"name": "Dakar"}).id
    for entity in hidden:
        refer(system, to, entity)
    refer(system, to, seen, secret=False)
    with pytest.raises(Conflict) as refused:
        keeper.delete("place", to)
    assert refused.value.reason == f"records of `{seen}` refer to it"


def test_what_nothing_refers_to_goes(system: Records, keeper: Records) -> None:
    to = system.create("place", {"name": "Dakar"}).id
    refer(system, system.create("place", {}).id, "sale")
    keeper.delete("place", to)
    assert system.find("place", to) is None
