"""Whether the records that are there fulfil what the configuration demands: each new demand is counted once, and kept.

From then on whoever saves a record fulfils it, so that only what was violated is counted again at the next start.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import Busy, SidraError
from sidra.records.violations import violations_of
from sidra.store.limiting import TookTooLong
from sidra.store.prepared import given
from sidra.store.schema.keeping import demand_table
from sidra_metamodel.language import Formula

if TYPE_CHECKING:
    from sidra.runtime import Runtime
    from sidra.store.database import Connection, Store
    from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
    from sidra_metamodel.kinds.scalar_type import ScalarType
    from sidra_metamodel.model import Model

LOAD_SECONDS = 0.5
"""How long the requests that wait for a new configuration wait for counts; what takes longer is left to `apply`."""
DIGEST_BYTES = 8

Key = tuple[str, str]
"""An entity, and a member of it; empty for what is demanded of whole records."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What records are known to fulfil, or not."""

    digest: str
    """Of what is demanded."""
    count: int | None
    """How many violate it; None where that was not counted."""


Known = Mapping[Key, Demand]


def unfulfilled(runtime: Runtime, seconds: float | None = LOAD_SECONDS) -> dict[Key, int | None]:
    """Return what records violate of what is demanded now, with how many do; None where there was no time to count.

    Without `seconds` everything is counted, however long that takes.
    """
    store, wanted = runtime.store, demanded(runtime.model)
    with store.reading() if seconds is not None else store.apart() as connection:
        known = kept_demands(store, connection)
        fresh = [key for key, digest in wanted.items() if seconds is None or not _is_fulfilled(known.get(key), digest)]
        counts = _Counting(runtime, connection, seconds).all(fresh)
    found = {key: _now(known.get(key), digest, counts.get(key, 0)) for key, digest in wanted.items()}
    if found != known:
        _keep(runtime, known, found)
    return {key: one.count for key, one in found.items() if one.count != 0}


def _is_fulfilled(known: Demand | None, digest: str) -> bool:
    return known is not None and known.digest == digest and known.count == 0


def _now(known: Demand | None, digest: str, count: int | None) -> Demand:
    """Return what is known of a demand now: where there was no time, what was counted before."""
    is_same = known is not None and known.digest == digest
    return known if known is not None and is_same and count is None else Demand(digest, count)


class _Counting:
    def __init__(self, runtime: Runtime, connection: Connection, seconds: float | None) -> None:
        self._runtime, self._connection = runtime, connection
        self._is_filled: dict[sa.Table, bool] = {}
        self._until = None if seconds is None else time.monotonic() + seconds

    def all(self, keys: Collection[Key]) -> dict[Key, int | None]:
        """Return the counts of violations."""
        paths: dict[str, set[str]] = defaultdict(set)
        for entity, path in keys:
            paths[entity].add(path)
        found: dict[Key, int | None] = {}
        for entity, members in paths.items():
            if self._is_empty(entity):
                continue
            counts = self._counts(entity, members)
            found.update({(entity, path): None if counts is None else counts.get(path, 0) for path in members})
        return found

    def _is_empty(self, entity: str) -> bool:
        table = self._runtime.tables.entities[entity].table
        if table not in self._is_filled:
            one: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(table).limit(sa.literal_column("1"))
            found = self._runtime.store.compile(one).run(self._connection, {}).fetchone()
            self._is_filled[table] = found is not None
        return not self._is_filled[table]

    def _counts(self, entity: str, paths: Collection[str]) -> dict[str, int] | None:
        store = self._runtime.store
        left = None if self._until is None else self._until - time.monotonic()
        try:
            if left is None:
                found = violations_of(self._runtime, self._connection, entity, paths)
            elif left <= 0:
                return None
            else:
                with store.limited(self._connection, left):
                    found = violations_of(self._runtime, self._connection, entity, paths, self._until)
        except (TookTooLong, SidraError, store.errors):
            # Whatever keeps it from being counted, such as a plugin that fails, keeps nobody from working.
            return None
        return {one.path: one.count for one in found}


def kept_demands(store: Store, connection: Connection) -> dict[Key, Demand]:
    """Return what is known of the records of a store."""
    table = demand_table(sa.MetaData())
    columns = (table.c.entity, table.c.path, table.c.digest, table.c.violated)
    rows = store.compile(sa.select(*columns)).run(connection, {}).fetchall()
    return {(entity, path): Demand(digest, count) for entity, path, digest, count in rows}


def _keep(runtime: Runtime, known: Known, found: Known) -> None:
    """Keep what is known now; where others write it is left to the next one who counts."""
    store, table = runtime.store, demand_table(sa.MetaData())
    this = (table.c.entity == given("k_entity"), table.c.path == given("k_path"))
    forget, add = store.compile(table.delete().where(*this)), store.compile(table.insert())
    gone = [key for key, one in known.items() if found.get(key) != one]
    new = [(key, one) for key, one in found.items() if known.get(key) != one]
    with suppress(Busy, store.errors), store.writing(waits=False) as connection:
        for entity, path in gone:
            forget.run(connection, {"k_entity": entity, "k_path": path})
        rows = [
            {"entity": entity, "path": path, "digest": one.digest, "violated": one.count} for (entity, path), one in new
        ]
        if rows:
            connection.executemany(add.sql, [add.parameters(row) for row in rows])


def demanded(model: Model) -> dict[Key, str]:
    """Return a digest of what is demanded of each member of the entities that have records of their own."""
    found: dict[Key, str] = {}
    for entity in model.entities.values():
        if not entity.abstract:
            for path, says in _of_entity(model, entity).items():
                found[entity.name, path] = blake2b(repr(says).encode(), digest_size=DIGEST_BYTES).hexdigest()
    return found


def _of_entity(model: Model, entity: Entity) -> dict[str, list[object]]:
    found: dict[str, list[object]] = defaultdict(list)
    for attribute in entity.attributes.values():
        found[attribute.name] += _of_attribute(model, attribute)
    for relation in entity.relations.values():
        found[relation.name] += _of_relation(relation)
    names = {entity.name, *model.ancestors(entity.name)}
    for rule in model.rules.values():
        if rule.kind_ == "validate" and rule.severity == "error" and rule.on in names:
            checks = tuple(check.text for check in rule.check)
            found[rule.at or ""].append((rule.when.text if rule.when is not None else None, checks))
    return {path: says for path, says in found.items() if says}


def _of_attribute(model: Model, attribute: Attribute) -> Iterator[object]:
    if attribute.required:
        yield attribute.required.text if isinstance(attribute.required, Formula) else True
    if attribute.enum is not None and attribute.enum in model.enums:
        yield sorted(model.enums[attribute.enum].values)
    if attribute.filter or attribute.search == "exact" or model.is_unique(attribute):
        yield "indexed"
    chain = model.type_chain(attribute)
    everything: tuple[Attribute | ScalarType, ...] = (attribute, *chain)
    for declared in everything:
        limits = (declared.min, declared.max, declared.min_length, declared.max_length, declared.pattern)
        if any(limit not in {None, ()} for limit in limits):
            yield limits
    checks = [check.text for type_ in chain for check in type_.check]
    checks += [type_.name for type_ in model.plugin_types(attribute) if type_.check]
    if checks:
        yield checks


def _of_relation(relation: Relation) -> Iterator[object]:
    if relation.required:
        yield relation.required.text if isinstance(relation.required, Formula) else True
    if relation.many and (relation.min or relation.max is not None):
        yield relation.min, relation.max
