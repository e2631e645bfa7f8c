"""The step that gives tables, columns and values their new names, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from sidra.store.indexes import KEY_PREFIX, index_name, primary_key_name
from sidra.store.meanings import MEANING, REFERENCES, SEALED, SEALED_FOR, meaning_table, sealed_for
from sidra.store.schema.changes import Change, Changes, Kind
from sidra.store.schema.ddl import Ddl
from sidra.store.schema.fencing import Fencing
from sidra.store.schema.keeping import aside_table
from sidra.store.schema.renames import Renames
from sidra.store.schema.shape import ENTITY, ENUM, FORMULA, Kept, Wanted
from sidra.store.schema.steps import Step
from sidra.store.text_index import TABLE as SEARCH

KINDS = "kinds beside ids"
UNCHANGED = ("audit_", "record_history")
"""Tables whose rows are never changed: what they name is read under its present name."""


def rename_step(ddl: Ddl, changes: Changes, wanted: Wanted, kept: Kept, fencing: Fencing) -> Step:
    """Return the one step that makes all renames: tables first, then columns, then what names them."""
    renames = Renames.between(wanted, kept)
    told = [change for change in changes if change.kind in {Kind.RENAME, Kind.RENAME_VALUE}]
    for now, was in renames.tables.items():
        ddl.do.rename_table(was, now)
    for (of, now), was in renames.columns.items():
        ddl.do.alter_column(of, was, new_column_name=now)
    for table in wanted.tables.all:
        if renames.table(table.name) in kept.columns:
            _rename_beside(ddl, table, renames, kept)
    _rename_places(ddl, renames, kept)
    fencing.follow()
    aside = aside_table(sa.MetaData())
    for now, was in renames.tables.items():
        ddl.say(ddl.literal(aside.update().where(aside.c.table_name == was).values(table_name=now)))
    for change in told:
        if "entity" in change.detail:
            _rename_entity(ddl, change, wanted, kept, renames)
        if "field" in change.detail:
            _rename_field(ddl, change)
        if change.kind is Kind.RENAME_VALUE:
            _rename_value(ddl, change, wanted, kept, renames, fencing)
    return Step("give new names: " + ", ".join(change.subject for change in told), before=tuple(ddl.taken()))


def _rename_beside(ddl: Ddl, table: sa.Table, renames: Renames, kept: Kept) -> None:
    """Rename the indexes of a table, and where they have names the references that the database watches."""
    former = renames.table(table.name)
    existing = kept.indexes.get(former, set())
    for index in table.indexes:
        before = renames.index(table.name, index)
        if before != index.name and before in existing and str(index.name) not in existing:
            ddl.rename_index(before, index)
    key, key_now = primary_key_name(former), primary_key_name(table.name)
    if ddl.is_postgresql and key != key_now and key in existing:
        ddl.say(f"ALTER TABLE {ddl.quote(table.name)} RENAME CONSTRAINT {ddl.quote(key)} TO {ddl.quote(key_now)}")
    for column in table.columns if ddl.is_postgresql else ():
        was = index_name(KEY_PREFIX, former, (renames.column(table.name, column.name),))
        now = index_name(KEY_PREFIX, table.name, (column.name,))
        is_there = renames.column(table.name, column.name) in kept.columns[former]
        if column.foreign_keys and was != now and is_there:
            ddl.say(f"ALTER TABLE {ddl.quote(table.name)} RENAME CONSTRAINT {ddl.quote(was)} TO {ddl.quote(now)}")


def _rename_places(ddl: Ddl, renames: Renames, kept: Kept) -> None:
    """Rename the places of columns, and the tables that their meanings name."""
    tables = {was: now for now, was in renames.tables.items()}
    columns = {(renames.table(table), was): now for (table, now), was in renames.columns.items()}
    known = meaning_table(sa.MetaData())
    for place, meaning in kept.meanings.items():
        if " " in place:
            continue
        table, _, column = place.partition(".")
        now = f"{tables.get(table, table)}.{columns.get((table, column), column)}"
        target = meaning.removeprefix(REFERENCES).strip("`")
        becomes = f"{REFERENCES}`{tables[target]}`" if meaning.startswith(REFERENCES) and target in tables else meaning
        plain, sealed = sealed_for(meaning, place)
        if sealed not in {"", now}:
            becomes = f"{SEALED}{plain}{SEALED_FOR}{sealed}"
        if (now, becomes) != (place, meaning):
            # A place that is there already is of a column that is gone, or has moved away itself.
            ddl.say(ddl.literal(known.delete().where(known.c.place == now)))
            changed = known.update().where(known.c.place == place).values(place=now, meaning=becomes)
            ddl.say(ddl.literal(changed))


def _rename_entity(ddl: Ddl, change: Change, wanted: Wanted, kept: Kept, renames: Renames) -> None:
    was, now = change.detail["entity"]
    known = meaning_table(sa.MetaData())
    ddl.say(ddl.literal(known.delete().where(known.c.place == ENTITY + was)))
    _rename_formulas(ddl, kept, f"{FORMULA}{was}.", f"{FORMULA}{now}.")
    for table, column in _naming(wanted, kept, renames):
        _replace(ddl, table, column, was, now)
    if "was" in change.detail:
        _replace(ddl, SEARCH, "root", was, now)
    for place, root in kept.meanings.items():
        if place.startswith(ENTITY) and place != ENTITY + was and root == was:
            ddl.say(ddl.literal(known.update().where(known.c.place == place).values(meaning=now)))


def _naming(wanted: Wanted, kept: Kept, renames: Renames) -> Iterator[tuple[str, str]]:
    """Yield the columns that have names of entities."""
    own = wanted.tables.metadata.tables
    for table in wanted.tables.all:
        existing = kept.columns.get(renames.table(table.name), {})
        for column in table.columns:
            is_own = table.name in own
            names = column.name == "entity" if is_own else column.info.get(MEANING) == KINDS
            names = names or (not is_own and column.name in {"kind", "target_kind"} and not column.info)
            is_there = renames.column(table.name, column.name) in existing
            if names and is_there and not table.name.startswith(UNCHANGED):
                yield table.name, column.name


def _rename_field(ddl: Ddl, change: Change) -> None:
    (was, now), table = change.detail["field"], change.detail["table"]
    where = f"root = {_text(table)} AND field = {_text(was)}"
    ddl.say(f"UPDATE {SEARCH} SET field = {_text(now)} WHERE {where}")


def _rename_formulas(ddl: Ddl, kept: Kept, was: str, now: str) -> None:
    known = meaning_table(sa.MetaData())
    for place in kept.meanings:
        if place.startswith(was):
            changed = known.update().where(known.c.place == place).values(place=now + place.removeprefix(was))
            ddl.say(ddl.literal(changed))


def _rename_value(ddl: Ddl, change: Change, wanted: Wanted, kept: Kept, renames: Renames, fencing: Fencing) -> None:
    was, now = change.detail["values"]
    known, place = meaning_table(sa.MetaData()), ENUM + change.detail["enum"]
    values = [now if value == was else value for value in kept.meanings[place].split("\n")]
    ddl.say(ddl.literal(known.update().where(known.c.place == place).values(meaning="\n".join(values))))
    done: set[tuple[str, str]] = set()
    for entity in wanted.tables.entities.values():
        for stored in entity.members.values():
            cell = (entity.table.name, stored.name)
            is_of = stored.attribute is not None and stored.attribute.enum == change.detail["enum"]
            existing = kept.columns.get(renames.table(entity.table.name), {})
            if is_of and cell not in done and renames.column(*cell) in existing:
                done.add(cell)
                fencing.put(entity.table.name)
                _replace(ddl, *cell, was, now)


def _replace(ddl: Ddl, table: str, column: str, was: str, now: str) -> None:
    name = ddl.quote(column)
    ddl.say(f"UPDATE {ddl.quote(table)} SET {name} = {_text(now)} WHERE {name} = {_text(was)}")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
