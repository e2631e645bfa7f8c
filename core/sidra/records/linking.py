"""The rows of relations that have a table of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from sidra.records.compiled import later
from sidra.store.codecs import encode_datetime
from sidra.store.database import Statement
from sidra.store.identifiers import id_bytes, id_text

if TYPE_CHECKING:
    from sidra.records.given import LinkGiven
    from sidra.records.planning import Plan
    from sidra.records.work import UnitOfWork

LINK_COLUMNS = ("target_id", "target_kind", "role", "valid_from", "valid_to")

# The cells of LINK_COLUMNS.
Link = tuple[Any, ...]


class LinkChange(msgspec.Struct, frozen=True):
    """What becomes of the links of one relation; each is written once, however often it is named."""

    cleared: list[bytes]
    """Stored ids of the records to which no link stays as it is."""
    added: list[Link]

    def __bool__(self) -> bool:
        return bool(self.cleared or self.added)

    def told(self) -> tuple[list[str], list[str]]:
        """Return the ids that the relation leaves and those that it takes up: in both, where only a role changes."""
        return [id_text(target) for target in self.cleared], [
            id_text(target) for target in dict.fromkeys(link[0] for link in self.added)
        ]


def plan_links(unit: UnitOfWork, plan: Plan, name: str, links: Iterable[LinkGiven], seen: Iterable[str]) -> LinkChange:
    """Return what makes a linked relation lead where it shall; `seen` are the ids that it may be led away from.

    A link that is named by nothing but its record stays as it is.
    """
    reached = set(map(id_bytes, seen))
    mine = [link for link in _existing(unit, plan, name) if link[0] in reached]
    wanted = list(dict.fromkeys(cells for link in links for cells in _cells(link, mine)))
    cleared = {link[0] for link in mine if link not in wanted}
    return LinkChange(sorted(cleared), [link for link in wanted if link[0] in cleared or link not in mine])


def write_links(unit: UnitOfWork, plan: Plan) -> None:
    """Make the linked relations of a plan lead where it says."""
    source = id_bytes(plan.proposed["id"])
    for name, change in plan.links.items():
        table = unit.runtime.tables.links[plan.view.compiled.root, name]
        for target in change.cleared:
            _remove(plan, table).run(unit.connection, {"k_id": source, "k_target": target})
        for link in change.added:
            cells = {f"v_{column}": cell for column, cell in zip(LINK_COLUMNS, link, strict=True)}
            _add(plan, table).run(unit.connection, {"v_source_id": source, **cells})


def _existing(unit: UnitOfWork, plan: Plan, name: str) -> list[Link]:
    if plan.row is None:
        return []
    table, store = unit.runtime.tables.links[plan.view.compiled.root, name], plan.view.compiled.store
    select = sa.select(*(table.c[column] for column in LINK_COLUMNS)).where(table.c.source_id == later("k_id"))
    statement = plan.view.statements.get(("linked", table.name), lambda: store.compile(select))
    return statement.run(unit.connection, {"k_id": id_bytes(plan.proposed["id"])}).fetchall()


def _cells(link: LinkGiven, mine: Iterable[Link]) -> list[Link]:
    target = id_bytes(link.id)
    if link.is_bare and (kept := [one for one in mine if one[0] == target]):
        return kept
    ends = (None if moment is None else encode_datetime(moment) for moment in (link.valid_from, link.valid_to))
    return [(target, link.kind, link.role, *ends)]


def _remove(plan: Plan, table: sa.Table) -> Statement:
    store = plan.view.compiled.store
    delete = sa.delete(table).where(table.c.source_id == later("k_id"), table.c.target_id == later("k_target"))
    return plan.view.statements.get(("unlink", table.name), lambda: store.compile(delete))


def _add(plan: Plan, table: sa.Table) -> Statement:
    store = plan.view.compiled.store
    insert = sa.insert(table).values({name: later(f"v_{name}") for name in ("source_id", *LINK_COLUMNS)})
    return plan.view.statements.get(("link", table.name), lambda: store.compile(insert))
