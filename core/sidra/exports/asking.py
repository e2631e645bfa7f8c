"""Asking for a list as a file: begun at once, made by durable work, and given to who asked alone, with a trace.

A page does it so: `run_id = begin(records, Wanted(entity=…, query=…, members=…, titles=…, form="xlsx"), most)`, where
`most` is `row_limit(records, settings.export_rows)`; it leads to a page that shows `own(records, run_id)` and looks at
the topic `job:<run_id>`, which is told `progress` and `ended`; whoever asked is also notified by `export_done`, whose
`record_id` is that of the run. `given(records, run_id)` yields the file, `stop(records, run_id)` ends or deletes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import orjson

from sidra.access.functions import EXPORT
from sidra.audit.journal import Event
from sidra.errors import Conflict, Forbidden, NotFound
from sidra.exports.runs import CANCELLED, ExportRun, Wanted
from sidra.live.signals import tell
from sidra.preferences.saved_views import account_of
from sidra.records.exporting import Export

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork

EVENT = "export.asked"
GIVEN = "export_given"
"""What the audit keeps besides what `Export` does: that the file was handed out."""
MOST_KEPT = 3
"""Files of one person: the oldest goes for the next."""


def row_limit(records: Records, otherwise: int) -> int:
    """Return how many rows a person may export at once: what the most generous of their roles says, or `otherwise`."""
    roles = records.runtime.model.roles
    told = [role.export_rows for name in records.actor.roles if (role := roles.get(name)) is not None]
    return max((most for most in told if most is not None), default=otherwise)


def begin(records: Records, wanted: Wanted, limit: int) -> str:
    """Return the id of the run that makes a list into a file; raises Forbidden, NotFound, BadQuery."""
    if account_of(records) is None or records.actor.scopes is not None:
        raise Forbidden("only people who signed in have files made", hint="ask for the list page by page")
    # What it would refuse later it refuses now, while somebody is there to be told.
    Export(records, wanted.entity, replace(wanted.query, limit=1), wanted.members, limit=1)
    asked = replace(wanted, limit=limit, locale=records.actor.locale, rights=rights_of(records.actor))

    def work(unit: UnitOfWork) -> str:
        exports = unit.runtime.exports
        for old in exports.of(unit.connection, unit.actor.id)[MOST_KEPT - 1 :]:
            exports.drop(unit, old)
        run_id = exports.begin(unit, asked)
        unit.emit(EVENT, payload={"run_id": run_id})
        return run_id

    return records.runtime.transact(records.actor, work)


def rights_of(actor: Actor) -> str:
    """Return what decides what somebody sees, as text."""
    return orjson.dumps([sorted(actor.roles), sorted(actor.units)]).decode()


def own(records: Records, run_id: str) -> ExportRun:
    """Return a run of the person's own; raises NotFound for that of anybody else alike."""
    run = records.runtime.exports.get(records.runtime, run_id)
    if run is None or run.account_id != records.actor.id:
        raise NotFound("there is no such file", hint="it is kept for a day; export the list again")
    return run


def stop(records: Records, run_id: str) -> None:
    """End a run that goes on, or delete its file. Raises NotFound."""
    own(records, run_id)

    def work(unit: UnitOfWork) -> None:
        if unit.runtime.exports.end(unit, run_id, CANCELLED):
            tell(unit, f"job:{run_id}", "ended")
        else:
            unit.runtime.exports.drop(unit, run_id)

    records.runtime.transact(records.actor, work)


def given(records: Records, run_id: str) -> Iterator[bytes]:
    """Return the parts of a file, once it is kept who got it.

    Raises NotFound, Conflict where it is not ready, and Forbidden where its person has other rights by now.
    """
    run = own(records, run_id)
    if not run.is_ready:
        raise Conflict("the file is not ready", hint="wait for it, or export the list again")
    records.profile.demand(EXPORT)
    if run.wanted.rights != rights_of(records.actor):
        raise Forbidden("the file was made with other rights than yours are now", hint="export the list again")

    def work(unit: UnitOfWork) -> None:
        reason = f"rows: {run.rows}"
        event = Event(actor=unit.actor, at=unit.now, action=GIVEN, entity=run.wanted.entity, reason=reason)
        unit.runtime.audit.write(unit, event)

    records.runtime.transact(records.actor, work)
    return records.runtime.exports.parts(records.runtime, run)
