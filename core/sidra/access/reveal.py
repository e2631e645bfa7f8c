"""Masked values shown whole, one at a time: to whom the roles let it, for a reason, with a trace that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sidra.access.functions import REVEAL
from sidra.access.hashing import hashed
from sidra.access.reasons import checked_reason
from sidra.access.tables import access_tables_alone
from sidra.access.throttle import Attempts
from sidra.audit.journal import Event
from sidra.errors import NotFound

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.records.service import Records

ACTION = "reveal"
"""Under which the audit keeps it."""
REVEALS_OF_ACTOR = 50
"""In fifteen minutes: more than one agent needs, and too few to copy a register."""
TOO_MANY = "too many masked values were revealed"


def reveal(records: Records, entity: str, id: str, member: str, reason: str) -> Any:  # noqa: ANN401 - of the attribute's type
    """Return a value that the reader sees masked, whole, once it is kept who asked for it and why.

    Raises Forbidden without the function `reveal`, Invalid without a reason, NotFound for what is not there, hidden,
    or not masked, and TooManyAttempts: who reveals one value after the other copies the register.
    """
    records.profile.demand(REVEAL)
    told = checked_reason(reason, records.actor.locale)
    runtime = records.runtime
    with runtime.unit_of_work(records.actor) as unit:
        record = unit.records.get(entity, id)
        declared = runtime.model.entity(record.entity).attributes
        if member not in declared or unit.records.view(record.entity).level(member) != "mask":
            raise NotFound(f"nothing of `{entity}` is masked under this name", hint="open the record again")
        attempts = Attempts(runtime.store, access_tables_alone())
        attempts.add(unit.connection, _subject(records.actor), REVEALS_OF_ACTOR, unit.microseconds, TOO_MANY)
        event = Event(
            actor=records.actor,
            at=unit.now,
            action=ACTION,
            entity=record.entity,
            record_id=record.id,
            version=record.version,
            reason=told,
            seen=(member,),
        )
        runtime.audit.write(unit, event)
        return unit.records.whole(record.entity, record.row).get(member)


def _subject(actor: Actor) -> bytes:
    """Return what reveals are counted by."""
    return hashed(actor.id, "reveal")
