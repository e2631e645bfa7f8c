"""Asking for a change to many records: what is chosen is what a list shows, and what it shows now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sidra.audit.journal import Event
from sidra.bulk.runs import CANCELLED, BulkRun, Change
from sidra.errors import BadQuery, Conflict, Forbidden, Invalid, NotFound, Problem
from sidra.live.signals import tell
from sidra.preferences.saved_views import account_of
from sidra.records.query import Query
from sidra.store.identifiers import id_bytes, id_text

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime

PAGE = 500
Wanted = tuple[str, int | None, str | None]
"""A record's id; of an undo, the version that it must have, and what it was."""
MAX_REASON = 500
EVENT = "bulk.asked"
BEGUN, ENDED, STOPPED = "bulk", "bulk_end", "bulk_stop"
"""What the audit keeps besides each change: that it was asked for, and how it ended."""
TOO_MANY, NOTHING_CHOSEN = "R140", "R141"


def selected(records: Records, entity: str, query: Query, most: int) -> list[str]:
    """Return the ids of all records of a list, in its order; raises Invalid where they are more than `most`."""
    found: list[str] = []
    page: str | None = ""
    while page is not None:
        asked = replace(query, limit=min(PAGE, most + 1), after=page or None, offset=0, count=False)
        answer = records.list(entity, asked)
        found += [record.id for record in answer.records]
        if len(found) > most:
            raise too_many(most)
        page = answer.next_cursor
    return found


def too_many(most: int) -> Invalid:
    """What is raised for more records than are changed at once."""
    return Invalid([Problem(TOO_MANY, "", f"at most {most} records are changed at once")])


def demand(records: Records, entity: str, change: Change) -> None:
    """Raise Forbidden, NotFound or BadQuery unless a person may ask for a change to records of an entity at all.

    Whether it may be done with each of them is asked when it is done.
    """
    if account_of(records) is None:
        raise Forbidden("only people change many records", hint="sign in with an account")
    declared = records.runtime.model.entity(entity)
    records.readable(entity)
    kinds = records.runtime.model.subtypes(entity)
    action = {"set": "update", "step": change.member, "delete": "delete"}.get(change.action)
    lifecycle = declared.lifecycle
    if change.action == "step" and (lifecycle is None or change.member not in lifecycle.transitions):
        raise NotFound("no such step", hint="go back to the list")
    if change.action == "set" and change.member not in declared.attributes:
        raise NotFound("no such attribute", hint="go back to the list")
    if action is None or not any(records.may(kind, action) for kind in kinds):
        raise Forbidden("you may not do this with these records", hint="ask for a role that may")
    if change.action == "set" and not any(records.access(kind).level(change.member) == "edit" for kind in kinds):
        raise Forbidden("you may not change this attribute", hint="ask for a role that may")
    if len(change.reason) > MAX_REASON:
        raise BadQuery(f"a reason has at most {MAX_REASON} characters", hint="say it in fewer words")


def begin(records: Records, entity: str, change: Change, ids: list[str]) -> str:
    """Return the id of the run that changes records one by one; raises Forbidden, NotFound, Invalid, BadQuery."""
    demand(records, entity, change)
    if not ids:
        raise Invalid([Problem(NOTHING_CHOSEN, "", "no record is chosen")])
    wanted: list[Wanted] = [(one, None, None) for one in dict.fromkeys(map(_id, ids))]
    return records.runtime.transact(records.actor, lambda unit: _begun(unit, entity, change, wanted))


def _id(text: str) -> str:
    """Return an id in the one form in which ids are written; raises BadQuery for what is none."""
    try:
        return id_text(id_bytes(text))
    except (ValueError, AttributeError) as error:
        raise BadQuery("what was chosen is no record", hint="choose records in the list") from error


def undo(records: Records, run_id: str, within: timedelta) -> str:
    """Return the id of the run that takes another one back; raises NotFound, and Conflict where that is too late."""
    runtime = records.runtime
    run = own(records, run_id)
    if run.change.action not in {"set", "step"} or run.undone_by or not run.is_over:
        raise Conflict("this cannot be taken back", hint="it was taken back already, goes on, or deleted records")
    if runtime.now() - run.at > within:
        raise Conflict("it is too late to take this back", hint="change the records by hand")
    items = list(changed(runtime, run_id))
    if not items:
        raise Conflict("no record was changed", hint="there is nothing to take back")
    change = Change("undo", run.change.member, run.change.action)
    return runtime.transact(records.actor, lambda unit: _begun(unit, run.entity, change, items, run_id))


def changed(runtime: Runtime, run_id: str) -> Iterator[Wanted]:
    """Yield the records that a run has changed, with the versions that it gave them and what they were before."""
    after = 0
    while items := runtime.bulk.items(run_id, "changed", after=after, limit=PAGE):
        yield from ((item.record_id, item.version, item.former) for item in items)
        after = items[-1].place


def stop(records: Records, run_id: str) -> None:
    """Let no further record be changed; what is changed stays. Raises NotFound."""
    own(records, run_id)

    def work(unit: UnitOfWork) -> None:
        if unit.runtime.bulk.end(unit, run_id, CANCELLED):
            tell(unit, f"job:{run_id}", "ended")
            _note(unit, STOPPED, records, "by its person")

    records.runtime.transact(records.actor, work)


def own(records: Records, run_id: str) -> BulkRun:
    """Return a run of the person's own; raises NotFound for that of anybody else alike."""
    run = records.runtime.bulk.get(records.runtime, run_id)
    if run is None or run.account_id != records.actor.id:
        raise NotFound("there is no such work", hint="it may be long over")
    return run


def _begun(unit: UnitOfWork, entity: str, change: Change, wanted: Sequence[Wanted], undo_of: str = "") -> str:
    bulk = unit.runtime.bulk
    if undo_of and (run := bulk.get(unit.runtime, undo_of, unit.connection)) is not None and run.undone_by:
        raise Conflict("this was taken back already", hint="see what became of it")
    run_id = bulk.begin(unit, entity, change, wanted, undo_of)
    unit.emit(EVENT, payload={"run_id": run_id})
    told = f"{change.action} {change.member}".strip()
    event = Event(actor=unit.actor, at=unit.now, action=BEGUN, entity=entity, reason=f"{told}: {len(wanted)} records")
    unit.runtime.audit.write(unit, event)
    return run_id


def _note(unit: UnitOfWork, action: str, records: Records, reason: str) -> None:
    event = Event(actor=records.actor, at=unit.now, action=action, reason=reason)
    unit.runtime.audit.write(unit, event)
