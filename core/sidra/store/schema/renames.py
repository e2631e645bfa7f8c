"""What has another name now, as `$was` says: tables, columns and values of code lists, as far as it is not done yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from sidra.store.indexes import INDEX_PREFIX, MARKS, UNIQUE_PREFIX, index_name
from sidra.store.schema.changes import Change, Class, Kind
from sidra.store.schema.shape import ENTITY, ENUM, Kept, Wanted
from sidra.store.tables import Stored, is_linked
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.nodes import Place


@dataclass(frozen=True, slots=True)
class Renames:
    """Former names, of what the database has by its former name only."""

    tables: Mapping[str, str]
    """By the present name."""
    columns: Mapping[tuple[str, str], str]
    """By the present names of the table and the column."""
    changes: tuple[Change, ...]

    def table(self, name: str) -> str:
        """Return what a table is called in the database."""
        return self.tables.get(name, name)

    def column(self, table: str, name: str) -> str:
        """Return what a column is called in the database."""
        return self.columns.get((table, name), name)

    def index(self, table: str, index: sa.Index) -> str:
        """Return what an index is called in the database, if it is there: its name follows from others."""
        columns = tuple(self.column(table, column.name) for column in index.columns)
        prefix = UNIQUE_PREFIX if index.unique else INDEX_PREFIX
        return index_name(prefix, self.table(table), columns, index.info.get(MARKS, ()))

    @staticmethod
    def between(wanted: Wanted, kept: Kept) -> Renames:
        """Return what a Model calls otherwise than a database has it."""
        return _Finder(wanted, kept).found()


class _Finder:
    def __init__(self, wanted: Wanted, kept: Kept) -> None:
        self.wanted, self.kept = wanted, kept
        self.names = frozenset(table.name for table in wanted.tables.all)
        self.tables: dict[str, str] = {}
        self.columns: dict[tuple[str, str], str] = {}
        self.changes: list[Change] = []

    def found(self) -> Renames:
        entities = list(self.wanted.entities())
        for root, entity in entities:
            self._entity(root, entity)
        for root, entity in entities:
            self._members(root, entity)
            self._links(root, entity)
        return Renames(self.tables, self.columns, tuple(self.changes))

    def _entity(self, root: str, entity: Entity) -> None:
        known = (ENTITY + name for name in former_names(entity.node))
        was = next((one for one in known if one in self.kept.meanings and one not in self._declared), "")
        was = was.removeprefix(ENTITY)
        if not was or ENTITY + entity.name in self.kept.meanings:
            return
        if entity.name == root:
            if not self._is_free(was, root):
                return
            self.tables[root] = was
        table = {"table": root, "was": was} if entity.name == root else {}
        self._tell(was, entity.name, entity.node.place, {"entity": [was, entity.name], **table})

    @property
    def _declared(self) -> frozenset[str]:
        return frozenset(ENTITY + entity.name for _, entity in self.wanted.entities())

    def _is_free(self, was: str, now: str) -> bool:
        """Tell whether the database has a table by its former name alone, which no other needs."""
        return now not in self.kept.columns and was in self.kept.columns and was not in self.names

    def _members(self, root: str, entity: Entity) -> None:
        existing = self.kept.columns.get(self.tables.get(root, root), {})
        view = self.wanted.tables.entities[entity.name]
        for stored in view.members.values():
            element = stored.attribute or stored.relation
            for was in former_names(element.node) if element is not None else ():
                found = {
                    now: before
                    for now, before in _columns(stored, was).items()
                    if now in view.table.c and now not in existing and before in existing and before not in view.table.c
                    if (root, now) not in self.columns
                }
                # What only follows from the value is made anew.
                if element is not None and found.keys() & set(stored.columns):
                    self.columns.update({(root, now): before for now, before in found.items()})
                    detail = {"table": root, "columns": found, "field": [was, stored.name]}
                    self._tell(f"{entity.name}.{was}", f"{entity.name}.{stored.name}", element.node.place, detail)

    def _links(self, root: str, entity: Entity) -> None:
        for relation in filter(is_linked, entity.relations.values()):
            now = self.wanted.tables.links[root, relation.name].name
            names = (f"{self.tables.get(root, root)}_{name}" for name in (*former_names(relation.node), relation.name))
            before = next((name for name in names if name != now and self._is_free(name, now)), None)
            if before is not None and now not in self.tables:
                self.tables[now] = before
                says = f"`{before}` is called `{now}` now, as follows from `$was`"
                detail = {"table": now, "was": before}
                subject = f"{entity.name}.{relation.name}"
                self.changes.append(
                    Change(Kind.RENAME, Class.MIGRATED, subject, says, "`$was`", relation.node.place, detail=detail)
                )

    def _tell(self, before: str, now: str, place: Place, detail: Mapping[str, object]) -> None:
        says = f"`{before}` is called `{now}` now, with its values"
        self.changes.append(Change(Kind.RENAME, Class.MIGRATED, now, says, "`$was`", place, detail=detail))


def _columns(stored: Stored, was: str) -> dict[str, str]:
    """Return the former names of all columns that a member may have, by the present ones."""
    names = (*stored.columns, stored.name + "_sort", stored.index_column)
    return {name: was + name.removeprefix(stored.name) for name in names}


def renamed_values(wanted: Wanted, kept: Kept) -> Iterator[Change]:
    """Yield the values of code lists that have another name now."""
    for enum in wanted.enums.values():
        known = kept.meanings.get(ENUM + enum.name)
        before = set(known.split("\n")) if known is not None else set()
        for value in enum.values.values():
            free = (name for name in former_names(value.node) if name in before and name not in enum.values)
            was = next(free, None)
            if was is None or value.name in before:
                continue
            says = f"`{was}` of `{enum.name}` is called `{value.name}` now"
            detail = {"enum": enum.name, "values": [was, value.name]}
            yield Change(
                Kind.RENAME_VALUE,
                Class.MIGRATED,
                f"{enum.name}.{value.name}",
                says,
                "`$was`",
                value.node.place,
                detail=detail,
            )
