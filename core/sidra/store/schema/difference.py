"""What is different between what a database has and what a Model wants, as typed changes; nothing is asked or done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from sidra.store.indexes import INDEX_PREFIX, UNIQUE_PREFIX, primary_key_name
from sidra.store.meanings import MEANING, REFERENCES, sealed_for
from sidra.store.schema.changes import Change, Changes, Class, Kind
from sidra.store.schema.conversions import conversion
from sidra.store.schema.renames import Renames, renamed_values
from sidra.store.schema.shape import ENTITY, FORMULA, Kept, Wanted, same_type
from sidra_metamodel.nodes import Place

OWN_INDEXES = (f"{INDEX_PREFIX}_", f"{UNIQUE_PREFIX}_")
"""What the names of indexes begin with that follow from the Model; whoever adds one by hand names it otherwise."""
NEVER = "give the attribute a new name, or take the change back"


def is_ours(table: sa.Table, index: str) -> bool:
    """Tell whether an index of a table is of our making: by its name, or that of a primary key that was."""
    return index.startswith(OWN_INDEXES) or (index == primary_key_name(table.name) and not table.primary_key.columns)


def _sealing(subject: str, unseals: str, seals: str) -> str:
    if unseals and seals:
        return f"`{subject}` is encrypted for its new name"
    return f"`{subject}` is kept {'encrypted' if seals else 'in the clear'} from now on"


def difference(wanted: Wanted, kept: Kept, dialect: sa.Dialect) -> Changes:
    """Return what must change; renames stand first, since the rest is told by the present names."""
    renames = Renames.between(wanted, kept)
    found = _Difference(wanted, kept, dialect, renames)
    return Changes((*renames.changes, *renamed_values(wanted, kept), *found.changes()))


class _Difference:
    def __init__(self, wanted: Wanted, kept: Kept, dialect: sa.Dialect, renames: Renames) -> None:
        self.wanted, self.kept, self.dialect, self.renames = wanted, kept, dialect, renames
        self.aside = {(aside.table, aside.column): aside for aside in kept.aside}

    def changes(self) -> Iterator[Change]:
        yield from self._moved_entities()
        for table in self.wanted.tables.all:
            if self.renames.table(table.name) not in self.kept.columns:
                restores = (table.name, "") in self.aside
                kind, says = (Kind.RESTORE, "comes back with its rows") if restores else (Kind.ADD_TABLE, "is new")
                detail = {"table": table.name, "column": ""}
                yield Change(kind, Class.SAFE, table.name, f"table `{table.name}` {says}", detail=detail)
            else:
                yield from self._returned(table)
                yield from self._columns(table)
                yield from self._indexes(table)
        yield from self._left_over()
        yield from self._formulas()

    def _columns(self, table: sa.Table) -> Iterator[Change]:
        elements = self.wanted.elements(table.name)
        existing = self.kept.columns[self.renames.table(table.name)]
        for column in table.columns:
            element = elements.get(column.name)
            place = element.node.place if element is not None else None
            before = existing.get(self.renames.column(table.name, column.name))
            yield from self._new(column, place) if before is None else self._kept(column, before, place)

    def _returned(self, table: sa.Table) -> Iterator[Change]:
        """Yield what was set aside although its table, or its column, had to stay, and is wanted again."""
        existing = self.kept.columns[self.renames.table(table.name)]
        for name in ("", *(column.name for column in table.columns if column.name in existing)):
            if (table.name, name) in self.aside:
                detail, subject = {"table": table.name, "column": name}, f"{table.name}.{name}".rstrip(".")
                yield Change(
                    Kind.RESTORE, Class.SAFE, subject, f"`{subject}` comes back with its values", detail=detail
                )

    def _new(self, column: sa.Column[Any], place: Place | None) -> Iterator[Change]:
        subject = f"{column.table.name}.{column.name}"
        detail = {"table": column.table.name, "column": column.name}
        aside = self.aside.get((column.table.name, column.name))
        fits = aside is not None and same_type(aside.type, column, self.dialect)
        if aside is not None and fits and aside.meaning == column.info.get(MEANING, ""):
            yield Change(
                Kind.RESTORE, Class.SAFE, subject, f"`{subject}` comes back with its values", "", place, detail=detail
            )
        else:
            yield Change(Kind.ADD_COLUMN, Class.SAFE, subject, f"`{subject}` is new", "", place, detail=detail)

    def _kept(self, column: sa.Column[Any], type_before: str, place: Place | None) -> Iterator[Change]:
        """Yield what becomes of a column that is there."""
        table, now = column.table.name, str(column.info.get(MEANING, ""))
        subject = f"{table}.{column.name}"
        was = f"{self.renames.table(table)}.{self.renames.column(table, column.name)}"
        before = self._meaning(was, now)
        is_same_type = same_type(type_before, column, self.dialect)
        plain, unseals = sealed_for(before, was)
        if is_same_type and before == now and unseals in {"", subject}:
            return
        detail = {
            "table": table,
            "column": column.name,
            "kept_table": self.renames.table(table),
            "kept_column": self.renames.column(table, column.name),
            "before": before,
            "after": now,
            "type": type_before,
            "empty_fits": is_same_type and not before.startswith(REFERENCES),
        }
        wants, seals = sealed_for(now, subject)
        if is_same_type and plain == wants:
            detail |= {"unseals": unseals, "seals": seals}
            yield Change(
                Kind.SEAL, Class.MIGRATED, subject, _sealing(subject, unseals, seals), "`encrypt`", place, detail=detail
            )
            return
        wanted = now or column.type.compile(self.dialect)
        what = f"`{subject}` is kept as {before or type_before} and would become {wanted}"
        if self._is_convertible(column, before, now):
            yield Change(Kind.CONVERT, Class.MIGRATED, subject, what, "", place, detail=detail)
        else:
            yield Change(Kind.REFUSE, Class.REFUSED, subject, what, NEVER, place, detail=detail)

    def _meaning(self, was: str, now: str) -> str:
        known = self.kept.meanings.get(was)
        if known is None:
            return now
        # A table that has another name is the same one.
        for table, former in self.renames.tables.items():
            if known == f"{REFERENCES}`{former}`":
                return f"{REFERENCES}`{table}`"
        return known

    def _is_convertible(self, column: sa.Column[Any], before: str, now: str) -> bool:
        is_single = not column.primary_key and not column.foreign_keys
        return is_single and before != now and conversion(before, now, self.wanted.locale) is not None

    def _indexes(self, table: sa.Table) -> Iterator[Change]:
        former = self.renames.table(table.name)
        there, existing = self.kept.columns[former], self.kept.indexes.get(former, set())
        indexes = {str(index.name): index for index in table.indexes}
        # What only follows from new names has the former one yet.
        known = {self.renames.index(table.name, index): name for name, index in indexes.items()}
        existing = {known.get(name, name) for name in existing}
        for name in sorted(indexes.keys() - existing):
            columns = ", ".join(column.name for column in indexes[name].columns)
            what = (
                f"no two of `{table.name}` have the same {columns}"
                if indexes[name].unique
                else f"index of `{table.name}` by {columns}"
            )
            cells = (self.renames.column(table.name, column.name) for column in indexes[name].columns)
            detail = {
                "table": table.name,
                "index": name,
                "unique": bool(indexes[name].unique),
                "kept_table": former,
                "is_of_values": all(cell in there for cell in cells),
            }
            yield Change(Kind.ADD_INDEX, Class.SAFE, table.name, what, detail=detail)
        for name in sorted(existing - indexes.keys()):
            if is_ours(table, name):
                yield Change(
                    Kind.DROP_INDEX, Class.SAFE, table.name, f"index `{name}` is needed no more", detail={"index": name}
                )

    def _left_over(self) -> Iterator[Change]:
        """Yield what the configuration had, and has no more."""
        tables = {self.renames.table(table.name): table for table in self.wanted.tables.all}
        for name in sorted(self.kept.ours):
            table = tables.get(name)
            if table is None:
                detail = {"table": name, "column": ""}
                yield Change(
                    Kind.SET_ASIDE, Class.DESTRUCTIVE, name, f"`{name}` is in the configuration no more", detail=detail
                )
                continue
            needed = {self.renames.column(table.name, column.name) for column in table.columns}
            for column in self.kept.columns[name]:
                place = f"{name}.{column}"
                if column not in needed and place in self.kept.meanings:
                    detail = {"table": table.name, "column": column}
                    says = f"`{place}` is in the configuration no more"
                    yield Change(Kind.SET_ASIDE, Class.DESTRUCTIVE, place, says, detail=detail)

    def _moved_entities(self) -> Iterator[Change]:
        """Yield the entities with a table of their own whose records would be kept in another one.

        Those that leave the table of others leave their records there, which are of what all of that table are.
        """
        for root, entity in self.wanted.entities():
            before = self.kept.meanings.get(ENTITY + entity.name)
            if before == entity.name and self.renames.table(root) != before and before in self.kept.columns:
                says = f"the records of `{entity.name}` are kept as `{before}` and would be as `{root}`"
                yield Change(
                    Kind.REFUSE,
                    Class.REFUSED,
                    entity.name,
                    says,
                    "`is_a` of an entity with records stays; move them by a feed to a new entity",
                    entity.node.place,
                    detail={"entity": entity.name, "table": before},
                )

    def _formulas(self) -> Iterator[Change]:
        declared = self.wanted.declared()
        for _, entity in self.wanted.entities():
            for attribute in entity.attributes.values():
                place = f"{FORMULA}{entity.name}.{attribute.name}"
                before = self.kept.meanings.get(place)
                if place in declared and before is not None and before != declared[place] and not entity.abstract:
                    subject = f"{entity.name}.{attribute.name}"
                    detail = {"entity": entity.name, "attribute": attribute.name, "place": place}
                    says = f"`{subject}` follows from another formula"
                    yield Change(Kind.RECOMPUTE, Class.LATER, subject, says, "", attribute.node.place, detail=detail)
