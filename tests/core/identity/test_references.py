"""Whatever a Model or an overlay relates: after a merge nothing leads to what went, and undoing makes all as it was."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.models import model_of

from sidra.access.actor import system_actor
from sidra.identity.merging import Order, merge
from sidra.identity.undoing import undo
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.identifiers import id_bytes

ENTITIES = ("root", "one", "two", "other", "apart")
"""`one` and `two` are subtypes of `root`; records of `one` are merged."""


@dataclasses.dataclass(frozen=True)
class Made:
    """A relation of a generated Model."""

    source: str
    name: str
    to: tuple[str, ...]
    is_many: bool
    is_local: bool

    @property
    def yaml(self) -> str:
        return f"{{to: [{', '.join(self.to)}], many: {str(self.is_many).lower()}}}"


@st.composite
def relations(draw: st.DrawFn) -> list[Made]:
    targets = st.sampled_from(
        [("one",), ("root",), ("two",), ("other",), ("any",), ("one", "other"), ("root", "apart")]
    )
    found = []
    for number in range(draw(st.integers(1, 7))):
        is_local = draw(st.booleans())
        name = f"{'x_sn_' if is_local else ''}r{number}"
        found.append(Made(draw(st.sampled_from(ENTITIES)), name, draw(targets), draw(st.booleans()), is_local))
    return found


def documents(made: list[Made], *, local: bool) -> Iterator[str]:
    for name in ENTITIES:
        lines = "".join(f"  {one.name}: {one.yaml}\n" for one in made if one.source == name and one.is_local == local)
        own = "" if not lines else f"relations:\n{lines}"
        if local:
            yield from [f"entity: {name}\n{own}"] if own else []
        else:
            is_a = "is_a: root\n" if name in {"one", "two"} else ""
            title = "" if is_a else "attributes: {name: {type: string, search: true}}\n"
            yield f"entity: {name}\n{is_a}{title}{own}"


def sources(made: Made) -> tuple[str, ...]:
    return ("root", "one", "two") if made.source == "root" else (made.source,)


def candidates(made: Made, ids: dict[str, list[str]]) -> list[dict[str, str]]:
    kinds = ENTITIES if made.to == ("any",) else made.to
    kinds = tuple(
        dict.fromkeys(kind for name in kinds for kind in (("root", "one", "two") if name == "root" else (name,)))
    )
    return [{"id": id, "kind": kind} for kind in kinds for id in ids[kind]]


def fill(records: Records, made: list[Made], chance: random.Random) -> dict[str, list[str]]:
    """Make some records of each entity, then lead them to each other at random."""
    ids = {name: [records.create(name, {"name": f"{name} {place}"}).id for place in range(3)] for name in ENTITIES}
    for one in made:
        for kind in sources(one):
            for id in ids[kind]:
                found = chance.sample(found, chance.randint(0, len(found))) if (found := candidates(one, ids)) else []
                given_ = [entry if len(one.to) > 1 or one.to == ("any",) else entry["id"] for entry in found]
                records.update(kind, id, {one.name: given_ if one.is_many else next(iter(given_), None)})
    return ids


def dump(runtime: Runtime) -> dict[str, list[tuple[Any, ...]]]:
    """All that records hold, but for versions and moments."""
    found = {}
    with runtime.store.reading() as connection:
        for tree in runtime.tables.trees.values():
            for table in tree.tables:
                names = [c.name for c in table.columns if c.name not in {"version", "updated_at", "updated_by"}]
                rows = connection.execute(f"SELECT {', '.join(names)} FROM {table.name}").fetchall()
                found[table.name] = sorted(map(tuple, rows), key=repr)
    return found


@settings(max_examples=20)
@given(relations(), st.integers(0, 2**32))
def test_nothing_leads_to_what_was_merged_and_undoing_makes_all_as_it_was(made: list[Made], seed: int) -> None:
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "sn.db", durability="normal")
        try:
            model = model_of(*documents(made, local=False), overlay=tuple(documents(made, local=True)))
            runtime = Runtime(model, store)
            actor = system_actor("test")
            ids = fill(runtime.records(actor), made, random.Random(seed))
            before = dump(runtime)
            keep, drop = ids["one"][:2]
            done = runtime.transact(actor, lambda unit: merge(unit, Order("root", keep, drop)))
            after = dump(runtime)
            assert not [name for name, rows in after.items() for row in rows if id_bytes(drop) in row]
            assert sum(map(len, after.values())) <= sum(map(len, before.values())) - 1
            found = runtime.transact(actor, lambda unit: undo(unit, done.id))
            assert found.stayed == ()
            assert dump(runtime) == before
        finally:
            store.close()
