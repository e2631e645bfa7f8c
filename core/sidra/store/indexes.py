"""The indexes of an entity's table, and what they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra_metamodel.kinds.entity import Attribute, Entity, Similarity
from sidra_metamodel.model import Model

if TYPE_CHECKING:
    from sidra.store.tables import Stored

INDEX_PREFIX, UNIQUE_PREFIX, KEY_PREFIX = "ix", "ux", "fk"
MAX_NAME = 60
"""Characters of an index's name; PostgreSQL takes 63."""

PRESENT = "present"
"""Ends the name of an index that has only rows with a value."""
MARKS = "marks"
"""Has, in an index's `info`, what its name says of the rows that it has."""


def index_name(prefix: str, table: str, columns: tuple[str, ...], marks: Iterable[str] = ()) -> str:
    """Return the name of an index, or of a key, which says what it is of and is no longer than PostgreSQL takes.

    Marks tell which rows it has: an index of other rows has another name, and so the database gets it.
    """
    name = f"{prefix}_{table}_{'_'.join((*columns, *marks))}"
    if len(name) <= MAX_NAME:
        return name
    return f"{name[: MAX_NAME - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def primary_key_name(table: str) -> str:
    """Return the name that PostgreSQL gives the primary key of a table."""
    return f"{table}_pkey"


class Indexes:
    """Adds the indexes that lists, relations and uniqueness need; each ends in id, so that keyset pages walk it.

    What is only ever looked up by its value has an index of the rows that have one: a table that many entities share
    has mostly columns that are empty, and an entry for each of their rows would be most of what the table takes.
    """

    def __init__(self, model: Model, table: sa.Table) -> None:
        self.model, self.table = model, table
        self.made: set[tuple[str, ...]] = set()
        """The columns of indexes that serve records of all kinds."""

    def add_all(self, members: Iterable[Stored], tree: list[Entity]) -> None:
        by_name = {stored.name: stored for stored in members}
        self.add("created_at", "id")
        # Where no records have units, the index is empty and costs nothing to keep.
        self._add_index(INDEX_PREFIX, ("unit", "created_at", "id"), present=("unit",))
        if "kind" in self.table.c:
            self.add("kind", "created_at", "id")
        for stored in by_name.values():
            self._member(stored, tree)
        for entity in tree:
            for index in entity.indexes.values():
                self.add(*(column for name in index.of if name in by_name for column in _key(by_name[name])), "id")
        # Last: they are made where no other index begins with their columns.
        for block in self._looked_up(by_name, tree):
            self._add_look_up(block)

    def _member(self, stored: Stored, tree: list[Entity]) -> None:
        if stored.relation is not None:
            self.add(stored.columns[0], "created_at", "id")
        for attribute in _variants(stored, tree):
            if attribute.filter or _is_state(stored.name, tree):
                self.add(stored.columns[0], "created_at", "id")
            if attribute.sort:
                self.add(stored.sort_column, "id")
        self._unique(stored, tree)

    def _looked_up(self, by_name: Mapping[str, Stored], tree: list[Entity]) -> Iterator[tuple[str, ...]]:
        """Yield the columns by whose values together records are looked up."""
        for stored in by_name.values():
            for attribute in _variants(stored, tree):
                is_whole = attribute.search == "exact" or identifies(stored.name, tree)
                if is_whole and not self.model.is_unique(attribute):
                    yield (stored.equal_columns[0],)
        for sign in signs(tree):
            yield tuple(column for name in sign.block if name in by_name for column in by_name[name].equal_columns)

    def add(self, *columns: str) -> None:
        if columns not in self.made:
            self._add_index(INDEX_PREFIX, columns)

    def _add_look_up(self, block: tuple[str, ...]) -> None:
        if not any(made[: len(block)] == block for made in self.made):
            self._add_index(INDEX_PREFIX, (*block, "id"), present=block)

    def _unique(self, stored: Stored, tree: list[Entity]) -> None:
        holders = [entity for entity in tree if stored.name in entity.attributes]
        kinds = [entity.name for entity in holders if self.model.is_unique(entity.attributes[stored.name])]
        if kinds:
            of_kinds = kinds if len(kinds) < len(holders) else ()
            self._add_index(UNIQUE_PREFIX, stored.equal_columns, present=stored.equal_columns[:1], kinds=of_kinds)

    def _add_index(
        self, prefix: str, columns: tuple[str, ...], present: tuple[str, ...] = (), kinds: Sequence[str] = ()
    ) -> None:
        """Add an index, of the rows that have a value in the columns of `present`, and of some kinds."""
        if not kinds:
            self.made.add(columns)
        cells, marks = self.table.c, (*([PRESENT] if present else []), *kinds)
        conditions = [cells[name].is_not(None) for name in present]
        if kinds:
            conditions.append(cells.kind.in_(kinds))
        where = sa.and_(*conditions) if conditions else None
        sa.Index(
            index_name(prefix, self.table.name, columns, marks),
            *(cells[name] for name in columns),
            unique=prefix == UNIQUE_PREFIX,
            info={MARKS: marks},
            sqlite_where=where,
            postgresql_where=where,
        )


def _key(stored: Stored) -> tuple[str, ...]:
    return (stored.sort_column,)


def _variants(stored: Stored, tree: list[Entity]) -> Iterator[Attribute]:
    return (entity.attributes[stored.name] for entity in tree if stored.name in entity.attributes)


def _is_state(name: str, tree: list[Entity]) -> bool:
    return any(entity.lifecycle is not None and entity.lifecycle.attribute == name for entity in tree)


def identifies(name: str, tree: list[Entity]) -> bool:
    """Tell whether a value of a member alone says that two records are the same thing."""
    return any(name in entity.identity.strong for entity in tree if entity.identity is not None)


def signs(tree: Iterable[Entity]) -> Iterator[Similarity]:
    """Yield what makes two records of a tree probably one thing."""
    for entity in tree:
        yield from entity.identity.weak.values() if entity.identity is not None else ()
