"""Whether a person has agreed to something: what a campaign asks before each message."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sidra.records.query import Filter, Query

if TYPE_CHECKING:
    from sidra.records.record import Record
    from sidra.records.service import Records

ENTITY = "consent"
MAX_CONSENTS = 500
"""Of one person; more than that nobody is ever asked."""


def has_consent(
    records: Records, party: str, purpose: str, channel: str | None = None, at: datetime.datetime | None = None
) -> bool:
    """Tell whether a person's consent stands for a purpose, by a channel, at a moment (now, unless it is named).

    The last one that was given for the channel, or for all of them, decides. Without any there is none.
    """
    moment = at or records.now
    filters = (Filter("party", "eq", party), Filter("purpose", "eq", purpose))
    query = Query(filters=filters, sort=("-given_at",), limit=MAX_CONSENTS, count=False)
    for consent in records.list(ENTITY, query).records:
        if consent["given_at"] <= moment and consent["channel"] in {None, channel}:
            return _stands(consent, moment, records.runtime.today(moment))
    return False


def _stands(consent: Record, moment: datetime.datetime, day: datetime.date) -> bool:
    withdrawn, until = consent["withdrawn_at"], consent["valid_until"]
    return (withdrawn is None or withdrawn > moment) and (until is None or until >= day)
