"""What people ask about their data, answered by who has the function `privacy`: the gate of packages and erasures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidra.access.functions import PRIVACY
from sidra.access.reasons import checked_reason
from sidra.errors import NotFound
from sidra.privacy.erasing import ask, ask_again, last_erasure
from sidra.privacy.links import Links
from sidra.privacy.packaging import Package, package
from sidra.privacy.surveying import Erasure, preview

if TYPE_CHECKING:
    from sidra.privacy.standing import Standing
    from sidra.records.record import Record
    from sidra.records.service import Records


class Requests:
    """The requests of the person of one record, whom the reader sees; raises Forbidden without the function.

    Raises NotFound for a record that is hidden, or that is no person's.
    """

    def __init__(self, records: Records, entity: str, id: str, links: Links | None = None) -> None:
        records.profile.demand(PRIVACY)
        self.record: Record = records.get(entity, id)
        model = records.runtime.model
        if model.root(self.record.entity) not in (links or Links(model)).persons:
            raise NotFound("this record is no person's", hint="open the record of the person")
        self._records = records

    def preview(self) -> Erasure:
        """Return what an erasure would do."""
        return preview(self._records.runtime, self.record.id)

    def last(self) -> Standing | None:
        """Return the last erasure, as it stands; None where nobody asked for one."""
        return last_erasure(self._records.runtime, self.record.id)

    def package(self, reason: str, locale: str | None = None) -> Package:
        """Return everything that is held about the person, also what the reader's roles do not show.

        Raises Invalid without a reason.
        """
        records = self._records
        told = checked_reason(reason, records.actor.locale)
        return package(records.runtime, self.record.id, actor=records.actor, locale=locale, reason=told)

    def erase(self, reason: str) -> Standing:
        """Let durable work erase the person. Raises Invalid without a reason, Held, and Conflict while one goes on."""
        records = self._records
        told = checked_reason(reason, records.actor.locale)
        return ask(records.runtime, self.record.id, records.actor, told, is_job=True)

    def erase_on(self) -> None:
        """Let durable work go on with an erasure that was stopped; raises Conflict where none was."""
        ask_again(self._records.runtime, self.record.id, self._records.actor)
