"""Makes lists into files, as durable work: who dies begins anew, since a file is whole or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from sidra.jobs.handlers import NORMAL, Payload, job

if TYPE_CHECKING:
    from sidra.exports.runs import ExportRun
    from sidra.jobs.work import JobWork
    from sidra.records.exporting import Export
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork

OTHER_RIGHTS, UNFORESEEN = "R143", "R500"
TOLD_ROWS = 500
"""After so many rows whoever looks on is told."""
IN_MEMORY = 4 * 1024 * 1024
"""Larger files wait on the disk until they are kept."""


class GivenUp(Exception):
    """Somebody ended or deleted it while it was made."""


@job("make_export", on=("export.asked",), priority=NORMAL, most_at_once=2)
def make_export(work: JobWork, payload: Payload) -> None:
    """Make a list into a file, with the rights that its person has now."""
    from sidra.errors import Busy, SidraError  # noqa: PLC0415 - whoever only asks for work does not load what does it
    from sidra.exports.runs import CANCELLED  # noqa: PLC0415 - as above
    from sidra.jobs.work import Ended  # noqa: PLC0415 - as above

    run = work.runtime.exports.get(work.runtime, str(payload["run_id"]))
    if run is None or run.is_over:
        return
    try:
        _make(work, run)
    except Ended:
        if work.is_cancelled():
            _end(work, run, CANCELLED)
        raise
    except Busy:
        raise
    except GivenUp:
        return
    except Exception as error:
        _end(work, run, error.code if isinstance(error, SidraError) else UNFORESEEN)
        raise


def _make(work: JobWork, run: ExportRun) -> None:
    import tempfile  # noqa: PLC0415 - whoever only asks for work does not load what does it

    records = _records_of(work, run)
    if records is None:
        _end(work, run, OTHER_RIGHTS)
        return
    export, total = _export_of(records, run)
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        rows = _write(work, run, export, file, total)
        size = file.tell()
        file.seek(0)
        _keep(work, run, file)
        _end(work, run, "", rows=rows, size=size)


def _records_of(work: JobWork, run: ExportRun) -> Records | None:
    """Return what the person sees; None where that is not what they saw when they asked."""
    from dataclasses import replace  # noqa: PLC0415 - whoever only asks for work does not load what does it

    from sidra.access.entrance import Entrance  # noqa: PLC0415 - as above
    from sidra.exports.asking import rights_of  # noqa: PLC0415 - as above

    runtime = work.runtime
    account = Entrance.of(runtime.affiliate, runtime.store).accounts.get(run.account_id)
    if account is None:
        return None
    records = runtime.records(replace(account.actor(runtime.affiliate), locale=run.wanted.locale))
    return records if rights_of(records.actor) == run.wanted.rights else None


def _export_of(records: Records, run: ExportRun) -> tuple[Export, int]:
    from dataclasses import replace  # noqa: PLC0415 - whoever only asks for work does not load what does it

    from sidra.records.exporting import Export  # noqa: PLC0415 - as above
    from sidra.records.selecting import Selecting  # noqa: PLC0415 - as above

    wanted = run.wanted
    where = Selecting(records.readable(wanted.entity)).checked(run.where) if run.where else None
    query = replace(wanted.query, where=where)
    count = records.list(wanted.entity, replace(query, limit=1, count=True, counts_all=True)).count
    total = min(count.value, wanted.limit) if count is not None else 0
    return Export(records, wanted.entity, query, wanted.members, limit=wanted.limit), total


def _write(work: JobWork, run: ExportRun, export: Export, file: IO[bytes], total: int) -> int:
    """Write the file; return how many rows it has."""

    def progress(done: int) -> None:
        def note(unit: UnitOfWork) -> bool:
            goes_on = unit.runtime.exports.note(unit, run.id, done, total)
            if goes_on:
                _tell(unit, run, "progress")
            return goes_on

        work.progress(done, total)
        if not work.runtime.transact(work.actor, note):
            raise GivenUp

    progress(0)
    if run.wanted.form == "xlsx":
        return _write_sheet(work, run, export, file, progress)
    count = -1
    for count, line in enumerate(export.lines(run.wanted.titles, marks_bytes=True)):
        file.write(line)
        if count and not count % TOLD_ROWS:
            progress(count)
    return count


def _write_sheet(
    work: JobWork, run: ExportRun, export: Export, file: IO[bytes], progress: Callable[[int], None]
) -> int:
    from sidra.records.spreadsheet import write_sheet  # noqa: PLC0415 - whoever only asks for work does not load what does it

    wanted, model = run.wanted, work.runtime.model
    name, is_rtl = wanted.name or wanted.entity, wanted.is_right_to_left
    zone = model.time_zone
    return write_sheet(export, file, wanted.titles, name=name, zone=zone, is_right_to_left=is_rtl, progress=progress)


def _keep(work: JobWork, run: ExportRun, file: IO[bytes]) -> None:
    from sidra.exports.runs import content_parts  # noqa: PLC0415 - whoever only asks for work does not load what does it

    for number, part in enumerate(content_parts(file)):
        _keep_part(work, run, number, part)


def _keep_part(work: JobWork, run: ExportRun, number: int, part: bytes) -> None:
    from sidra.store.database import PATIENCE_SECONDS  # noqa: PLC0415 - whoever only asks for work does not load what does it

    def keep(unit: UnitOfWork) -> None:
        unit.runtime.exports.keep_part(unit, run.id, number, part)

    work.runtime.transact(work.actor, keep, patience=PATIENCE_SECONDS)


def _end(work: JobWork, run: ExportRun, stopped_by: str, *, rows: int = 0, size: int = 0) -> None:
    """Keep that it is over, and tell its person."""
    from sidra.live.notifications import notify  # noqa: PLC0415 - whoever only asks for work does not load what does it

    def end(unit: UnitOfWork) -> None:
        exports = unit.runtime.exports
        if exports.end(unit, run.id, stopped_by, rows=rows, size=size):
            _tell(unit, run, "ended")
            notify(unit, run.account_id, "export_done", "", run.id, also_self=True)
            return
        now = exports.get(unit.runtime, run.id, unit.connection)
        if now is None or not now.is_ready:
            # It was ended or deleted meanwhile: nothing of it stays.
            exports.drop(unit, run.id)

    work.runtime.transact(work.actor, end)


def _tell(unit: UnitOfWork, run: ExportRun, kind: str) -> None:
    from sidra.live.signals import tell  # noqa: PLC0415 - whoever only asks for work does not load what does it

    tell(unit, f"job:{run.id}", kind)


JOBS = (make_export,)
"""The work of this topic."""
