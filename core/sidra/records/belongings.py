"""What other topics keep of a record, and what goes with it: comments, files, drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork


def forget_belongings(unit: UnitOfWork, stored_id: bytes) -> None:
    """Drop what is kept of a record that is removed, or made anonymous."""
    runtime, connection = unit.runtime, unit.connection
    runtime.comments.forget(connection, stored_id)
    runtime.files.forget(unit, stored_id)
    runtime.drafts.forget(connection, stored_id)
