"""The head of the audit is exported each day, so that nobody can cut off what was written before unseen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sidra.audit.heads import head_folder, keep_head, sign_head
from sidra.jobs.handlers import Payload, job

if TYPE_CHECKING:
    from sidra.jobs.work import JobWork
    from sidra.runtime import Runtime


def export_head(runtime: Runtime, home: Path) -> Path:
    """Write the signed head of an affiliate's audit, as it stands, into the data folder; return its file."""
    head = sign_head(runtime.store, runtime.keys, runtime.affiliate, runtime.now())
    return keep_head(head, head_folder(home, runtime.affiliate))


@job("export_audit_head")
def export_audit_head(work: JobWork, payload: Payload) -> None:
    """Keep how far the audit of an affiliate goes."""
    del payload
    export_head(work.runtime, work.home)


JOBS = (export_audit_head,)
