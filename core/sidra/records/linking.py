"""The rows of relations that have a table of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.records.compiled import later
from sidra.store.codecs import encode_datetime
from sidra.store.database import Statement
from sidra.store.identifiers import id_bytes

if TYPE_CHECKING:
    from sidra.records.given import LinkGiven
    from sidra.records.planning import Plan
    from sidra.records.work import UnitOfWork

LINK_COLUMNS = ("source_id", "target_id", "target_kind", "role", "valid_from", "valid_to")


def write_links(unit: UnitOfWork, plan: Plan) -> None:
    """Make the linked relations of a plan lead where it says, and nowhere else."""
    for name, links in plan.links.items():
        table = unit.runtime.tables.links[plan.view.compiled.root, name]
        source = id_bytes(plan.proposed["id"])
        for target in _seen(unit, plan, name):
            _remove(plan, table).run(unit.connection, {"k_id": source, "k_target": id_bytes(target)})
        for row in _rows(source, links):
            _add(plan, table).run(unit.connection, row)


def _seen(unit: UnitOfWork, plan: Plan, name: str) -> list[str]:
    """Return the ids of the linked records that the actor sees: links to others are not the actor's to remove."""
    if plan.row is None:
        return []
    return [record.id for record in unit.records.record(plan.view, plan.row).get(name) or ()]


def _rows(source: bytes, links: Iterable[LinkGiven]) -> Iterable[dict[str, Any]]:
    for link in links:
        ends = [None if moment is None else encode_datetime(moment) for moment in (link.valid_from, link.valid_to)]
        cells = (source, id_bytes(link.id), link.kind, link.role, *ends)
        yield {f"v_{name}": cell for name, cell in zip(LINK_COLUMNS, cells, strict=True)}


def _remove(plan: Plan, table: sa.Table) -> Statement:
    store = plan.view.compiled.store
    delete = sa.delete(table).where(table.c.source_id == later("k_id"), table.c.target_id == later("k_target"))
    return plan.view.statements.get(("unlink", table.name), lambda: store.compile(delete))


def _add(plan: Plan, table: sa.Table) -> Statement:
    store = plan.view.compiled.store
    insert = sa.insert(table).values({name: later(f"v_{name}") for name in LINK_COLUMNS})
    return plan.view.statements.get(("link", table.name), lambda: store.compile(insert))
