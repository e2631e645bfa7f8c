"""Stored computed values of records that are there, computed anew, some records at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra.access.actor import system_actor
from sidra.records.compiled import CompiledEntity, later
from sidra.store.database import PATIENCE_SECONDS
from sidra.store.identifiers import NO_ID, id_bytes, id_text

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime
    from sidra.store.database import Statement
    from sidra.store.schema.running import Keep

CHUNK = 200


class Recomputing:
    """Computes the records of one affiliate."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def __call__(self, entity: str, after: str | None, keep: Keep) -> bool:
        """Compute those that follow an id, in one transaction with what `keep` notes; return whether these were all."""
        runtime = self._runtime
        compiled = runtime.entity(entity)
        statement = _following(compiled)

        def compute(unit: UnitOfWork) -> bool:
            begins = NO_ID if after is None else id_bytes(after)
            rows = statement.run(unit.connection, {"k_id": begins}).fetchall()
            for row in rows:
                runtime.dependants.renew(unit, entity, row)
            is_last = len(rows) < CHUNK
            last = None if is_last else id_text(rows[-1][compiled.positions["id"]])
            keep(unit.connection, last, len(rows))
            return is_last

        actor = system_actor("schema", affiliate=runtime.affiliate)
        return runtime.transact(actor, compute, patience=PATIENCE_SECONDS)


def _following(compiled: CompiledEntity) -> Statement:
    table = compiled.table.table
    select = sa.select(*compiled.columns).where(table.c.id > later("k_id")).order_by(table.c.id)
    if compiled.table.has_kind:
        select = select.where(table.c.kind == compiled.name)
    return compiled.store.compile(select.limit(sa.literal_column(str(CHUNK))))
