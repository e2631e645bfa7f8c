"""An entity as the runtime works with it: where its values stand in a row, and the statements that write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from sidra.privacy.keys import KeyRing
from sidra.privacy.sealing import Sealing
from sidra.records.bounded import Bounded
from sidra.records.coercion import Coerce, compile_coercion
from sidra.records.encoders import EncodeChange, EncodeNew, Row, compile_change, compile_new
from sidra.records.folding import sort_key
from sidra.store.database import Connection, Statement, Store
from sidra.store.gathering import Adding, Gathered, compile_adding
from sidra.store.positional import compile_positional
from sidra.store.tables import FOLLOWS, EntityTable, Stored, is_linked, is_polymorphic
from sidra_metamodel.kinds.entity import Entity, Relation
from sidra_metamodel.model import Model

FILE_TYPES = frozenset({"file", "image"})
STATES = ("status", "state", "lifecycle_status")
MAX_CHANGES = 256
"""Sets of members of one entity whose change is kept compiled."""


def later(name: str) -> sa.BindParameter[Any]:
    """Return a parameter whose value comes at the execution."""
    return sa.bindparam(name, required=False)


def one_of(column: sa.ColumnElement[Any], values: Iterable[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a column has one of these values, each bound on its own; none has one of no values."""
    bound = [sa.literal(value) for value in values]
    return column.in_(bound) if bound else sa.false()


@dataclass(frozen=True, slots=True)
class Insertion:
    """How a record is added."""

    encode: EncodeNew
    adding: Adding
    id_position: int
    """Where a row has its id."""

    @property
    def sql(self) -> str:
        """What adds one record."""
        return self.adding.sql

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Row:
        """Add the record of all these values; return its row."""
        given, row = self.encode(values)
        connection.execute(self.adding.sql, given)
        return row

    def gather(self, gathered: Gathered, values: Mapping[str, Any]) -> Row:
        """Let the record of all these values wait for others; return its row."""
        given, row = self.encode(values)
        gathered.add(self.adding, given)
        gathered.records[row[self.id_position]] = row
        return row


@dataclass(frozen=True, slots=True)
class Rewrite:
    """How some members of a record are changed."""

    encode: EncodeChange
    sql: str

    def run(self, connection: Connection, values: Mapping[str, Any], row: Row) -> Row | None:
        """Give the record of a row new values; return its new row, or None where it is no longer as in the row."""
        given, after = self.encode(values, row)
        return after if connection.execute(self.sql, given).rowcount else None


def _keys(stored: Stored) -> tuple[str, ...]:
    """The keys under which records have a member."""
    return (stored.name,) if stored.relation is None else stored.columns


class CompiledEntity:
    """One entity of a Runtime; made when it is first asked for, immutable afterwards."""

    def __init__(self, model: Model, store: Store, table: EntityTable, keys: KeyRing) -> None:
        self.name = table.entity
        self.model = model
        self.store = store
        self.entity: Entity = model.entities[table.entity]
        self.root = model.root(table.entity)
        self.table = table
        self.sealing = Sealing(keys, self.root)
        self.locale = model.locales[0]
        self.columns: tuple[sa.Column[Any], ...] = tuple(
            column for column in table.table.columns if not column.info.get(FOLLOWS)
        )
        self.positions: Mapping[str, int] = MappingProxyType(
            {column.key: position for position, column in enumerate(self.columns)}
        )
        self._coercions: dict[str, Coerce] = {}
        self._same: dict[str, Statement] = {}
        self._changes: Bounded[frozenset[str], Rewrite] = Bounded(MAX_CHANGES)

    @cached_property
    def kind_position(self) -> int | None:
        """Where a row names its entity; None where all rows are of one."""
        return self.positions.get("kind") if self.table.has_kind else None

    def kind_of(self, row: tuple[Any, ...]) -> str:
        """Return the entity that a row of this table is of."""
        kind = None if self.kind_position is None else row[self.kind_position]
        # A record of a kind that the Model no longer has is what all records of the table are.
        return kind if kind in self._tree else self.root

    @cached_property
    def _tree(self) -> frozenset[str]:
        return frozenset(self.model.subtypes(self.root))

    @cached_property
    def concrete(self) -> tuple[str, ...]:
        """The entities that records of this one can be of: itself and its subtypes, without abstract ones."""
        names = self.model.subtypes(self.name)
        return tuple(name for name in names if not self.model.entities[name].abstract)

    @cached_property
    def owned(self) -> tuple[Relation, ...]:
        """Relations whose records belong to this one."""
        return tuple(relation for relation in self.entity.relations.values() if relation.owned)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Attributes whose values are files."""
        return tuple(name for name, one in self.entity.attributes.items() if self.model.base_type(one) in FILE_TYPES)

    @cached_property
    def state(self) -> str:
        """The attribute that says how a record stands: that of the life cycle, else one of TM Forum's names for it.

        Empty where there is none.
        """
        if self.entity.lifecycle is not None:
            return self.entity.lifecycle.attribute
        return next((name for name in STATES if name in self.entity.attributes), "")

    @cached_property
    def queues(self) -> tuple[str, ...]:
        """Attributes that say in which queue a record waits."""
        return self._of_type("queue")

    @cached_property
    def persons(self) -> tuple[str, ...]:
        """Attributes that say whose a record is."""
        return self._of_type("user")

    def _of_type(self, base: str) -> tuple[str, ...]:
        return tuple(name for name, one in self.entity.attributes.items() if self.model.base_type(one) == base)

    @cached_property
    def linked(self) -> tuple[Relation, ...]:
        """Relations with a table of their own."""
        return tuple(relation for relation in self.entity.relations.values() if is_linked(relation))

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """The tables of the records that those of this entity belong to, by the relation that leads there."""
        names = {self.name, *self.model.ancestors(self.name)}
        return {
            relation.inverse: self.model.root(source)
            for source, relation in self.model.inverse_relations(self.name)
            if relation.owned and relation.inverse and names & set(relation.to)
        }

    def coercion(self, attribute: str) -> Coerce:
        """Return the function that reads what people, files and clients give for an attribute."""
        found = self._coercions.get(attribute)
        if found is None:
            made = compile_coercion(self.model, self.entity.attributes[attribute])
            found = self._coercions.setdefault(attribute, made)
        return found

    def encode(self, values: Mapping[str, Any]) -> dict[str, object]:
        """Return the columns that equal values share, by name; `<relation>_id` and `_kind` count as values too.

        That is the blind index of a value that is kept encrypted. Raises ValueError or OverflowError for a value that
        its column cannot hold.
        """
        encoded: dict[str, object] = {}
        for name, value in values.items():
            stored = self.stored_keys.get(name)
            if stored is not None:
                self._put(encoded, stored, name, value)
        return encoded

    @cached_property
    def stored_keys(self) -> Mapping[str, Stored]:
        """What has columns, by the key under which records have it: relations by `<relation>_id` and `_kind`."""
        found: dict[str, Stored] = {}
        for stored in self.table.members.values():
            found.update(dict.fromkeys(_keys(stored), stored))
        return found

    def _put(self, encoded: dict[str, object], stored: Stored, key: str, value: Any) -> None:  # noqa: ANN401 - any type
        if stored.relation is not None:
            encoded[key] = value if value is None or key != stored.columns[0] else stored.codec.encode(value)[0]
            return
        if stored.is_sealed:
            if stored.has_index:
                encoded[stored.index_column] = self.blind_index(stored.name, value)
            return
        cells = (None,) * len(stored.columns) if value is None else stored.codec.encode(value)
        encoded.update(zip(stored.columns, cells, strict=True))
        if stored.has_sort_key:
            encoded[stored.sort_column] = None if value is None else sort_key(value, self.locale)

    def blind_index(self, attribute: str, value: str | None) -> str | None:
        """Return what finds a whole value of an attribute that is kept encrypted."""
        return None if value is None else self.sealing.indexer(attribute)(value)

    @cached_property
    def insertion(self) -> Insertion:
        """Adds a record of exactly this entity."""
        table, members = self.table.table, self.table.members.values()
        adding = compile_adding(self.store, table)
        constants = {"kind": self.name} if self.table.has_kind else {}
        encode = compile_new(members, constants, tuple(self.positions), adding.names, self.locale, self.sealing)
        return Insertion(encode, adding, self.positions["id"])

    @cached_property
    def blank(self) -> Mapping[str, None]:
        """The values of a new record, all absent."""
        return dict.fromkeys(self.stored_keys)

    def change(self, names: frozenset[str]) -> Rewrite:
        """Return how members are changed, by the keys under which records have them."""
        return self._changes.get(names, lambda: self._rewrite(names))

    def _rewrite(self, names: frozenset[str]) -> Rewrite:
        table = self.table.table
        members = [stored for stored in self.table.members.values() if not names.isdisjoint(_keys(stored))]
        columns = [column for stored in members for column in stored.columns]
        columns += [stored.sort_column for stored in members if stored.has_sort_key]
        columns += [stored.index_column for stored in members if stored.has_index]
        statement = compile_positional(
            self.store,
            sa.update(table)
            .values({name: later(f"v_{name}") for name in columns})
            .where(table.c.id == later("k_id"), table.c.version == later("k_version")),
        )
        encode = compile_change(members, tuple(self.positions), statement.names, self.locale, self.sealing)
        return Rewrite(encode, statement.sql)

    @cached_property
    def delete(self) -> Statement:
        """Removes the row `k_id`."""
        return self.store.compile(sa.delete(self.table.table).where(self.table.table.c.id == later("k_id")))

    @cached_property
    def select(self) -> Statement:
        """Gives the row `k_id`, whoever asks."""
        return self.store.compile(sa.select(*self.columns).where(self.table.table.c.id == later("k_id")))

    @cached_property
    def touch(self) -> Statement:
        """Gives the row `k_id` a new version, changed at `v_at` by `v_by`."""
        table = self.table.table
        changes = {"version": table.c.version + 1, "updated_at": later("v_at"), "updated_by": later("v_by")}
        return self.store.compile(sa.update(table).values(changes).where(table.c.id == later("k_id")))

    def same(self, attribute: str) -> Statement:
        """Return what gives a row where another record than `k_id` has the attribute's value, `k_<column>`."""
        found = self._same.get(attribute)
        if found is None:
            table = self.table.table
            equal = (table.c[column] == later(f"k_{column}") for column in self.stored_keys[attribute].equal_columns)
            select: sa.Select[Any] = sa.select(sa.literal_column("1"))
            select = select.where(*equal, table.c.id != later("k_id")).limit(1)
            found = self._same.setdefault(attribute, self.store.compile(select))
        return found

    @cached_property
    def searched(self) -> tuple[str, ...]:
        """Attributes that the search finds by part."""
        return tuple(
            attribute.name
            for attribute in self.entity.attributes.values()
            if attribute.search is True and attribute.name in self.stored_keys
        )

    def polymorphic(self, name: str) -> bool:
        """Tell whether a to-one relation keeps the entity's name beside the id."""
        return is_polymorphic(self.entity.relations[name])
