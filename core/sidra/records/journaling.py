"""History and audit of a unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sidra.records.planning import Plan
    from sidra.records.record import Record
    from sidra.records.views import View
    from sidra.records.work import UnitOfWork


class Journal:
    """Keeps what a unit of work does."""

    def __init__(self, unit: UnitOfWork) -> None:
        self.unit = unit

    def record(self, plan: Plan, changed: Mapping[str, Any]) -> None:
        """Keep that a record was made or changed."""

    def deleted(self, view: View, before: Record) -> None:
        """Keep that a record was removed."""

    def computed(self, entity: str, before: Record, changed: Mapping[str, Any]) -> None:
        """Keep that values followed from another change."""
