"""What happened to a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidra.records.record import Change, Record

if TYPE_CHECKING:
    from sidra.records.service import Records


def history(records: Records, record: Record) -> list[Change]:
    """Return the changes of a record, the latest first."""
    del records, record
    return []
