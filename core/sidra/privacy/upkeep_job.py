"""What privacy does as durable work: it goes on where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidra.jobs.handlers import LATER, SOON, Payload, job

if TYPE_CHECKING:
    from sidra.jobs.work import JobWork


@job("apply_retention", priority=LATER)
def retain(work: JobWork, payload: Payload) -> None:
    """Let go, at one affiliate, of what has been kept long enough."""
    del payload
    from sidra.privacy.retaining import apply_retention  # noqa: PLC0415 - whoever only asks for work does not load it

    done = apply_retention(work.runtime)
    work.progress(sum(one.count for one in done), 0)


@job("reseal", priority=LATER)
def seal_anew(work: JobWork, payload: Payload) -> None:
    """Seal, at one affiliate, what is not under the current keys, as after a rotation that was ended."""
    del payload
    from sidra.privacy.resealing import reseal  # noqa: PLC0415 - see above

    reseal(work.runtime, work.progress)


@job("erase_person", on=("privacy.erasure",), priority=SOON)
def erase_person(work: JobWork, payload: Payload) -> None:
    """Take the values of a person out, some records at a time, as somebody asked."""
    from sidra.errors import Busy, SidraError  # noqa: PLC0415 - see above
    from sidra.privacy.erasing import parts, refuse_fresh, stop  # noqa: PLC0415
    from sidra.privacy.ledger import Erased, keep_erased, ledger_file  # noqa: PLC0415
    from sidra.privacy.standing import Erasures  # noqa: PLC0415

    runtime, key = work.runtime, str(payload["erasure"])
    standing = Erasures(runtime.store).get(key)
    if standing is None or standing.is_done:
        return
    try:
        if not standing.done:
            refuse_fresh(runtime, standing)
        # Beside the databases before anything goes: a backup that is restored meanwhile has the person as well.
        keep_erased(
            ledger_file(work.home, runtime.affiliate), Erased(standing.subject, standing.reason, standing.asked_at)
        )
        for part in parts(runtime, key, work.actor):
            work.progress(part.done, part.total)
    except Busy:
        raise
    except SidraError as error:
        stop(runtime, key, error.code, work.actor)
        raise


@job("scrub", priority=LATER)
def scrub_disk(work: JobWork, payload: Payload) -> None:
    """Take off the disk of one affiliate what went of personal data since the last time."""
    del payload
    from sidra.privacy.scrubbing import scrub_wanted  # noqa: PLC0415 - see above

    scrub_wanted(work.runtime.store)


JOBS = (retain, seal_anew, erase_person, scrub_disk)
