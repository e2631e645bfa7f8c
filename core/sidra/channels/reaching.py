"""Whether a customer may be written to by a channel now, and where; each refusal says why."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sidra.channels.conversations import channels_of, items_of, recorded
from sidra.channels.receiving import IDENTIFY
from sidra.errors import SidraError
from sidra.jobs.scheduling import is_working_day
from sidra.records.query import Filter, Query
from sidra.records.record import Masked, Record
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.layer import Calendar

if TYPE_CHECKING:
    from sidra.records.service import Records

ANSWER = datetime.timedelta(hours=1)
"""How long an answer may go out also in quiet hours."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNWRITTEN = frozenset({"voice", "ivr", "shop"})
"""Media on which nothing is written."""


class NotReachable(SidraError):
    """A message may not be sent now; `reason` is the word of its sentence."""

    def __init__(self, code: str, reason: str, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.code, self.reason = code, reason


REFUSALS = {
    "window": ("R130", "the time in which an answer may be sent is over", "use another channel, or wait for a message"),
    "quiet": ("R131", "these are quiet hours", "send it later, or call where it cannot wait"),
    "consent": ("R132", "the customer has not agreed to be written to", "ask for consent first, or call"),
    "address": ("R133", "there is no number or address for this channel", "add a contact medium, or link the customer"),
    "ended": ("R134", "the conversation is over", "wait until the customer writes again, or begin another one"),
}
"""By reason: code, sentence, way out."""


@dataclass(frozen=True, slots=True)
class Way:
    """A channel by which a conversation can be gone on with, or cannot now."""

    name: str
    channel: Interface
    to: str = ""
    refusal: str = ""
    """A key of REFUSALS; empty where nothing stands against it."""
    until: datetime.datetime | None = None
    """When its window ends."""
    is_masked: bool = False

    def check(self) -> None:
        """Raise NotReachable where something stands against it."""
        if self.refusal:
            code, message, hint = REFUSALS[self.refusal]
            raise NotReachable(code, self.refusal, message, hint)


def ways(records: Records, conversation: Record, customer: str | None) -> list[Way]:
    """Return the channels that are written on, each with what stands against it; `customer` is the relation to them.

    The rights are those of the reader: whoever may not see a customer's media cannot write to them.
    """
    said = list(_heard(records, conversation))
    return [
        _way(records, conversation, customer, one, said)
        for one in channels_of(records.runtime.model).values()
        if one.outbound is not None and one.medium not in UNWRITTEN
    ]


def _heard(records: Records, conversation: Record) -> Iterator[tuple[str, datetime.datetime]]:
    """Yield the channel and the moment of each message of the customer."""
    entity = records.runtime.model.entities[conversation.entity].relations["items"].to[0]
    for item in records.list(entity, items_of(records.runtime, conversation, conversation.entity)).records:
        if item["direction"] == "inbound" and item["item_kind"] == "message":
            yield item["channel"], item["item_date"]


def _way(
    records: Records,
    conversation: Record,
    customer: str | None,
    channel: Interface,
    said: list[tuple[str, datetime.datetime]],
) -> Way:
    last = max((at for name, at in said if name == channel.name), default=None)
    until = last + channel.window if last is not None and channel.window is not None else None
    to = _address(records, conversation, customer, channel)
    refusal = ""
    if not to:
        refusal = "address"
    elif channel.window is not None and (until is None or until < records.now):
        refusal = "window"
    elif last is None and not _has_consent(records, conversation, customer, channel):
        refusal = "consent"
    elif (last is None or last + ANSWER < records.now) and _is_quiet(records, channel):
        refusal = "quiet"
    return Way(channel.name, channel, str(to), refusal, until)


def _address(records: Records, conversation: Record, customer: str | None, channel: Interface) -> str:
    """Return where a channel leads: to who wrote by it, else to the preferred medium of its kind."""
    sender = conversation["sender"]
    if conversation["channel"] == recorded(channel.medium) and sender:
        return str(records.system.get(conversation.entity, conversation.id)["sender"])
    party = _party(conversation, customer)
    found = IDENTIFY.fullmatch(channel.inbound.identify or "") if channel.inbound is not None else None
    if party is None or found is None:
        return ""
    entity, attribute = found[1], found[2]
    owner = next(iter(records.runtime.entity(entity).owners), "")
    query = Query(filters=(Filter(owner, "eq", party.id),), limit=50, count=False)
    media = [one for one in records.list(entity, query).records if one[attribute]]
    chosen = next((one for one in media if one.get("preferred")), media[0] if media else None)
    if chosen is None:
        return ""
    # Whoever sees it masked may write there all the same: the number itself is shown to nobody.
    is_masked = isinstance(chosen[attribute], Masked)
    return str(records.system.get(entity, chosen.id)[attribute] if is_masked else chosen[attribute])


def _party(conversation: Record, customer: str | None) -> Record | None:
    """Return the person or organization behind a conversation."""
    found = conversation.get(customer) if customer else None
    party = found.get("engaged_party") if isinstance(found, Record) else None
    return party if isinstance(party, Record) else None


def _has_consent(records: Records, conversation: Record, customer: str | None, channel: Interface) -> bool:
    """Tell whether a customer has agreed to be written to, on this channel or on all of them."""
    if channel.consent is None:
        return True
    party = _party(conversation, customer)
    if party is None:
        return False
    wanted = (
        Filter("party", "eq", party.id),
        Filter("purpose", "eq", channel.consent),
        Filter("status", "eq", "given"),
    )
    today = records.runtime.today(records.now)
    for one in records.system.list("consent", Query(filters=wanted, limit=50, count=False)).records:
        is_valid = one["valid_until"] is None or one["valid_until"] >= today
        if is_valid and one["channel"] in {None, recorded(channel.medium)}:
            return True
    return False


def _is_quiet(records: Records, channel: Interface) -> bool:
    calendar = records.runtime.model.calendars.get(channel.quiet or "")
    return calendar is not None and not is_within(calendar, records.now.astimezone(records.runtime.model.time_zone))


def is_within(calendar: Calendar, moment: datetime.datetime) -> bool:
    """Tell whether a local moment is in the hours of a calendar, on a day that is no holiday."""
    hours = calendar.week.get(DAYS[moment.weekday()])
    if hours is None or not is_working_day(calendar, moment.date()):
        return False
    return str(hours.from_) <= moment.strftime("%H:%M") < str(hours.to)
