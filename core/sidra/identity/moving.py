"""What led to one record leads to another: references move as they are, whatever the rules of their records ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import Conflict
from sidra.identity.references import ColumnReference, LinkReference, column_references, link_references
from sidra.records.compiled import later
from sidra.records.journaling import record_moved
from sidra.records.linking import LINK_COLUMNS
from sidra.records.proposed import Proposed
from sidra.records.search_index import forget_record, index_texts
from sidra.store.codecs import is_other
from sidra.store.identifiers import id_bytes, id_text

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.records.readers import Row
    from sidra.records.ruling import Step
    from sidra.records.work import UnitOfWork

MAX_MOVED = 20_000
"""References of one record that move in one transaction."""

Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MovedLink:
    """A link as it was, and what it became."""

    root: str
    relation: str
    end: str
    was: Cells
    became: Cells | None
    """None where the survivor had the same, or where it would lead to itself."""


@dataclass(slots=True)
class Moved:
    """What was moved, for whoever takes it back."""

    columns: list[tuple[str, str, str]] = field(default_factory=list)
    """Root entity, relation, id of the record."""
    removed: list[tuple[str, Cells]] = field(default_factory=list)
    """Kind and row of each owned record that the other one had already."""
    links: list[MovedLink] = field(default_factory=list)
    """In the order in which they moved."""


@dataclass(frozen=True, slots=True)
class Way:
    """From which record to which one, and what its entries in the audit say."""

    entity: str
    former: str
    new: str
    step: Step


def move_all(unit: UnitOfWork, way: Way) -> Moved:
    """Make all that leads to a record lead to another one; raises Conflict where that is too much at once."""
    moved = Moved()
    for reference in column_references(unit.runtime, way.entity):
        for row in _rows(unit, reference, way):
            if len(moved.columns) >= MAX_MOVED:
                raise Conflict(f"more than {MAX_MOVED:,} records lead to it", hint="ask the operator")
            _move_row(unit, way, reference, row, moved)
    for link in link_references(unit.runtime, way.entity):
        _move_links(unit, way, link, moved)
    return moved


def _rows(unit: UnitOfWork, reference: ColumnReference, way: Way) -> list[Row]:
    """Return the rows of other records that lead to the former one."""
    statement = unit.runtime.store.compile(reference.rows(unit.runtime))
    rows = statement.run(unit.connection, {"k_id": id_bytes(way.former)}).fetchall()
    position = unit.runtime.entity(reference.root).positions["id"]
    apart = {id_bytes(way.former), id_bytes(way.new)}
    return [row for row in rows if row[position] not in apart]


def _move_row(unit: UnitOfWork, way: Way, reference: ColumnReference, row: Row, moved: Moved) -> None:
    compiled = unit.runtime.entity(unit.runtime.entity(reference.root).kind_of(row))
    is_owned = reference.relation in compiled.owners and compiled.owners[reference.relation] == unit.runtime.model.root(
        way.entity
    )
    if is_owned and _is_had(unit, compiled, reference, row, way):
        moved.removed.append((compiled.name, cells_of(compiled, row)))
        remove_row(unit, compiled, row, way)
        return
    lead(unit, compiled, row, reference.relation, way)
    moved.columns.append((reference.root, reference.relation, id_text(row[compiled.positions["id"]])))


def lead(unit: UnitOfWork, compiled: CompiledEntity, row: Row, relation: str, way: Way) -> Row:
    """Make a relation of the record of a row lead to the new record, with all that follows from it."""
    before = unit.system.whole(compiled.name, row)
    proposed = Proposed(before, compiled.name, row, unit.system)
    proposed[f"{relation}_id"] = way.new
    unit.runtime.rules(compiled.name).compute(unit.records.environment(proposed))
    changed = {name: value for name, value in proposed.items() if is_other(before.get(name), value)}
    changed |= {"version": before["version"] + 1, "updated_at": unit.now, "updated_by": unit.actor.id}
    proposed.update(changed)
    after = compiled.change(frozenset(changed)).run(unit.connection, proposed, row)
    if after is None:
        raise Conflict("a record that leads to it changed meanwhile", hint="try again")
    texts = {name: changed[name] for name in compiled.searched if name in changed}
    index_texts(unit.runtime.store, unit.connection, compiled.root, before.id, texts)
    record_moved(unit, compiled, before, changed, way.step)
    _touch_owners(unit, compiled, row, way)
    unit.recompute(compiled, row, after, changed)
    return after


def _touch_owners(unit: UnitOfWork, compiled: CompiledEntity, row: Row, way: Way) -> None:
    """Give the owners of a record that changed a new version; those that are merged get theirs by that."""
    apart = {id_bytes(way.former), id_bytes(way.new), None}
    for inverse, root in compiled.owners.items():
        owner = row[compiled.positions[f"{inverse}_id"]]
        if owner not in apart:
            given = {"k_id": owner, "v_at": unit.microseconds, "v_by": unit.actor.id}
            unit.runtime.entity(root).touch.run(unit.connection, given)


def _is_had(unit: UnitOfWork, compiled: CompiledEntity, reference: ColumnReference, row: Row, way: Way) -> bool:
    """Tell whether the new owner has the same already: a record that nothing leads to and that owns nothing."""
    statement = unit.runtime.store.compile(reference.rows(unit.runtime))
    theirs = statement.run(unit.connection, {"k_id": id_bytes(way.new)}).fetchall()
    mine = _content(unit, compiled, row, reference)
    of_kind = [one for one in theirs if compiled_of(unit, one, reference).name == compiled.name]
    is_same = any(_content(unit, compiled, one, reference) == mine for one in of_kind)
    return is_same and not is_led_to(unit, compiled, row[compiled.positions["id"]])


def compiled_of(unit: UnitOfWork, row: Row, reference: ColumnReference) -> CompiledEntity:
    """Return the entity of a row of a reference's table."""
    return unit.runtime.entity(unit.runtime.entity(reference.root).kind_of(row))


def _content(unit: UnitOfWork, compiled: CompiledEntity, row: Row, reference: ColumnReference) -> tuple[Any, ...]:
    """Return what a record says: its attributes, unsealed, and where else it leads."""
    whole = unit.records.view(compiled.name).whole(row)
    return tuple(
        whole.get(key)
        for key, stored in compiled.stored_keys.items()
        if (stored.attribute is not None or stored.relation is not None) and key != reference.column
    )


def is_led_to(unit: UnitOfWork, compiled: CompiledEntity, stored_id: bytes) -> bool:
    """Tell whether anything leads to a record, or belongs to it."""
    for reference in column_references(unit.runtime, compiled.name):
        statement = unit.runtime.store.compile(reference.rows(unit.runtime).limit(1))
        if statement.run(unit.connection, {"k_id": stored_id}).fetchone() is not None:
            return True
    return any(_links(unit, link, id_text(stored_id)) for link in link_references(unit.runtime, compiled.name))


def remove_row(unit: UnitOfWork, compiled: CompiledEntity, row: Row, way: Way) -> None:
    """Remove a record to which nothing leads any more."""
    before = unit.system.whole(compiled.name, row)
    compiled.delete.run(unit.connection, {"k_id": row[compiled.positions["id"]]})
    forget_record(unit.runtime.store, unit.connection, before.id)
    gone: Mapping[str, Any] = dict.fromkeys(before)
    record_moved(unit, compiled, before, gone, way.step)
    unit.recompute(compiled, row, None, dict(before))


def _move_links(unit: UnitOfWork, way: Way, link: LinkReference, moved: Moved) -> None:
    """Move the links of a record; one that the new record has already, or that would lead to itself, goes."""
    has = {_told(one) for one in _links(unit, link, way.new)}
    for one in _links(unit, link, way.former):
        drop_link(unit, link, one)
        changed = {**one, link.end: id_bytes(way.new)}
        is_loop = changed["source_id"] == changed["target_id"]
        is_new = not is_loop and _told(changed) not in has
        moved.links.append(MovedLink(link.root, link.relation, link.end, one, changed if is_new else None))
        if is_new:
            add_link(unit, link, changed)
            has.add(_told(changed))
        if link.end == "target_id" and not is_loop:
            tell_source(unit, link, one["source_id"], way)


def tell_source(unit: UnitOfWork, link: LinkReference, stored_id: bytes, way: Way) -> None:
    """Give the record whose link leads elsewhere now a new version, and its history the reason."""
    root = unit.runtime.entity(link.root)
    row = root.select.run(unit.connection, {"k_id": stored_id}).fetchone()
    if row is None:
        return
    compiled = unit.runtime.entity(root.kind_of(row))
    before = unit.system.whole(compiled.name, row)
    root.touch.run(unit.connection, {"k_id": stored_id, "v_at": unit.microseconds, "v_by": unit.actor.id})
    version = {"version": before["version"] + 1}
    record_moved(unit, compiled, before, version, way.step, {link.relation: ([way.former], [way.new])})


def _links(unit: UnitOfWork, link: LinkReference, id: str) -> list[Cells]:
    table = link.table(unit.runtime)
    names = ("source_id", *LINK_COLUMNS)
    select = sa.select(*(table.c[name] for name in names)).where(table.c[link.end] == later("k_id"))
    rows = unit.runtime.store.compile(select).run(unit.connection, {"k_id": id_bytes(id)}).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _told(link: Cells) -> tuple[Any, ...]:
    return tuple(link.values())


def add_link(unit: UnitOfWork, link: LinkReference, cells: Cells) -> None:
    """Add a link, all its cells given."""
    table = link.table(unit.runtime)
    insert = sa.insert(table).values({name: later(f"v_{name}") for name in cells})
    given = {f"v_{name}": cell for name, cell in cells.items()}
    unit.runtime.store.compile(insert).run(unit.connection, given)


def drop_link(unit: UnitOfWork, link: LinkReference, cells: Cells) -> bool:
    """Remove a link with exactly these cells; tell whether it was there."""
    table = link.table(unit.runtime)
    given = {f"k_{name}": cell for name, cell in cells.items() if cell is not None}
    same = (_is(table.c[name], f"k_{name}", cell) for name, cell in cells.items())
    return unit.runtime.store.compile(sa.delete(table).where(*same)).run(unit.connection, given).rowcount > 0


def _is(column: sa.Column[Any], name: str, cell: object) -> sa.ColumnElement[bool]:
    return column.is_(None) if cell is None else column == later(name)


def cells_of(compiled: CompiledEntity, row: Row) -> Cells:
    """Return a row by its columns, encrypted values in the clear: who keeps it seals it, and their key may go first."""
    # A plain text: SQLAlchemy gives columns names of its own kind, which JSON does not take.
    cells = {str(name): row[position] for name, position in compiled.positions.items()}
    for stored in compiled.table.members.values():
        column = stored.columns[0]
        if stored.is_sealed and cells.get(column) is not None:
            cells[column] = compiled.sealing.unsealer(stored.name)(cells[column], cells["id"])
    return cells


def row_of(compiled: CompiledEntity, cells: Mapping[str, Any]) -> Row:
    """Return the row of cells that were kept; a column that is new since is empty."""
    return tuple(cells.get(name) for name in compiled.positions)


def own_references(unit: UnitOfWork, compiled: CompiledEntity) -> Iterator[str]:
    """Yield the relations to one record by which a record may lead to one of its own table."""
    for reference in column_references(unit.runtime, compiled.name):
        if reference.root == compiled.root and reference.column in compiled.stored_keys:
            yield reference.relation
