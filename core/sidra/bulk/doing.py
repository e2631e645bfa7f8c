"""Changes many records one by one, as durable work: whatever dies, each record has its turn once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sidra.jobs.handlers import SOON, Payload, job

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.bulk.runs import BulkRun, Item
    from sidra.jobs.work import JobWork
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime

CHUNK = 20
"""Records after which the rights of the person are asked for anew, and whoever looks on is told."""
NO_ACCOUNT, UNFORESEEN = "R142", "R500"


@job("change_many", on=("bulk.asked",), priority=SOON)
def change_many(work: JobWork, payload: Payload) -> None:
    """Change the records of a run that have not had their turn."""
    from sidra.bulk.runs import CANCELLED  # noqa: PLC0415 - whoever only asks for work does not load what does it
    from sidra.errors import Busy, SidraError  # noqa: PLC0415 - as above
    from sidra.jobs.work import Ended  # noqa: PLC0415 - as above

    run_id = str(payload["run_id"])
    try:
        while _chunk(work, run_id):
            pass
    except Ended:
        if work.is_cancelled():
            _end(work.runtime, run_id, CANCELLED)
        raise
    except Busy:
        raise
    except Exception as error:
        _end(work.runtime, run_id, error.code if isinstance(error, SidraError) else UNFORESEEN)
        raise


def _chunk(work: JobWork, run_id: str) -> bool:
    """Change the next records; returns whether the run goes on."""
    runtime = work.runtime
    run = runtime.bulk.get(runtime, run_id)
    if run is None or run.is_over:
        return False
    work.progress(run.done, run.total)
    actor = person_of(runtime, run)
    items = runtime.bulk.items(run_id, "waiting", limit=CHUNK)
    if actor is None or not items:
        _end(runtime, run_id, "" if actor is not None else NO_ACCOUNT)
        return False
    for item in items:
        change_one(runtime, actor, run, item, is_told=item is items[-1])
    return True


def person_of(runtime: Runtime, run: BulkRun) -> Actor | None:
    """Return who asked for it, with the rights of now; None where they may not come in any more."""
    from sidra.access.entrance import Entrance  # noqa: PLC0415 - whoever only asks for work does not load what does it

    account = Entrance.of(runtime.affiliate, runtime.store).accounts.get(run.account_id)
    return None if account is None else replace(account.actor(runtime.affiliate), locale=run.locale)


def change_one(runtime: Runtime, actor: Actor, run: BulkRun, item: Item, *, is_told: bool = False) -> None:
    """Change a record and note it, in one transaction; where it is refused, note why."""
    from sidra.errors import Busy, SidraError  # noqa: PLC0415 - whoever only asks for work does not load what does it
    from sidra.store.database import PATIENCE_SECONDS  # noqa: PLC0415 - as above

    def attempt(unit: UnitOfWork) -> None:
        _changed(unit, run, item, is_told=is_told)

    try:
        runtime.transact(actor, attempt, patience=PATIENCE_SECONDS)
    except Busy:
        raise
    except Exception as error:  # noqa: BLE001 - a rule of a plugin may raise anything, and the other records have their turn
        told = _told(error)
        if not isinstance(error, SidraError):
            _log(runtime, run, error)

        def note(unit: UnitOfWork) -> None:
            if unit.runtime.bulk.note(unit, run.id, item.place, "failed", None, told) and is_told:
                _tell(unit, run.id, "progress")

        runtime.transact(actor, note, patience=PATIENCE_SECONDS)


def _log(runtime: Runtime, run: BulkRun, error: Exception) -> None:
    import structlog  # noqa: PLC0415 - whoever only asks for work does not load what does it

    told = {"affiliate": runtime.affiliate, "run": run.id, "error": type(error).__name__}
    structlog.get_logger("sidra.bulk").error("a record was not changed", **told)


def _changed(unit: UnitOfWork, run: BulkRun, item: Item, *, is_told: bool) -> None:
    bulk = unit.runtime.bulk
    # Noted first: of two workers that both believe the run to be theirs, the second finds nothing to note.
    if not bulk.is_open(unit, run.id) or not bulk.note(unit, run.id, item.place, "same"):
        return
    found = _write(unit, run, item)
    if found is not None:
        bulk.remark(unit, run.id, item.place, *found)
    if is_told:
        _tell(unit, run.id, "progress")


def _write(unit: UnitOfWork, run: BulkRun, item: Item) -> tuple[int, str | None] | None:
    """Return the version of the record after its change, and what it was; None where nothing changed."""
    from sidra.bulk.undoing import former, kept  # noqa: PLC0415 - whoever only asks for work does not load what does it

    change, records, entity = run.change, unit.records, run.entity
    before = records.get(entity, item.record_id)
    if change.action == "delete":
        records.delete(entity, before.id, work=unit)
        return before.version, None
    if change.action == "step":
        reason = change.reason or None
        after = records.transition(entity, before.id, change.member, reason=reason, work=unit)
    elif change.action == "undo":
        after = records.update(entity, before.id, former(unit, run, item, before), version=item.version, work=unit)
    else:
        after = records.update(entity, before.id, {change.member: change.value}, work=unit)
    return (after.version, kept(unit, run, before)) if after.version != before.version else None


def _told(error: Exception) -> tuple[tuple[str, str, str], ...]:
    """Return what refused a record: code, member and sentence."""
    from sidra.errors import Invalid  # noqa: PLC0415 - whoever only asks for work does not load what does it

    if isinstance(error, Invalid):
        return tuple((one.code, one.path, one.message) for one in error.problems if one.severity == "error")
    return ((str(getattr(error, "code", UNFORESEEN)), "", ""),)


def _end(runtime: Runtime, run_id: str, stopped_by: str) -> None:
    run = runtime.bulk.get(runtime, run_id)
    if run is None:
        return

    def work(unit: UnitOfWork) -> None:
        from sidra.audit.journal import Event  # noqa: PLC0415 - whoever only asks for work does not load what does it
        from sidra.bulk.asking import ENDED  # noqa: PLC0415 - as above
        from sidra.live.notifications import notify  # noqa: PLC0415 - as above

        if not runtime.bulk.end(unit, run_id, stopped_by):
            return
        _tell(unit, run_id, "ended")
        told = ", ".join(f"{state}: {number}" for state, number in sorted(run.counts.items()))
        event = Event(actor=unit.actor, at=unit.now, action=ENDED, entity=run.entity, reason=told)
        runtime.audit.write(unit, event)
        notify(unit, run.account_id, "bulk_done", "", run_id, also_self=True)

    runtime.transact(runtime.system_actor, work)


def _tell(unit: UnitOfWork, run_id: str, kind: str) -> None:
    from sidra.live.signals import tell  # noqa: PLC0415 - whoever only asks for work does not load what does it

    tell(unit, f"job:{run_id}", kind)


JOBS = (change_many,)
