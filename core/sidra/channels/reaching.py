"""Whether a customer may be written to by a channel now, and where; each refusal says why."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sidra.channels.conversations import channels_of, identified, item_entity, items_of, recorded, ways_to_party
from sidra.errors import Problem, SidraError
from sidra.jobs.scheduling import is_working_day
from sidra.privacy.consents import has_consent
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra_metamodel.checking.layers import DAYS
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.layer import Calendar, Hours

if TYPE_CHECKING:
    from sidra.records.service import Records

ANSWER = datetime.timedelta(hours=1)
"""How long an answer may go out also in quiet hours."""


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

    def check(self) -> None:
        """Raise NotReachable where something stands against it."""
        if self.refusal:
            code, message, hint = REFUSALS[self.refusal]
            raise NotReachable(code, self.refusal, message, hint)


def is_written(channel: Interface) -> bool:
    """Tell whether texts go out by a channel; by others, calls are made."""
    return channel.outbound is not None and "text" in channel.outbound.takes


def ways(records: Records, conversation: Record, customer: str | None) -> list[Way]:
    """Return the channels that are written on, each with what stands against it; `customer` is the relation to them.

    The rights are those of the reader: whoever may not see a customer's media cannot write to them.
    """
    said = list(_heard(records, conversation))
    channels = channels_of(records.runtime.model).values()
    return [_way(records, conversation, customer, one, said) for one in channels if is_written(one)]


def way_by(records: Records, conversation: Record, customer: str | None, channel: Interface) -> Way:
    """Return one channel, written on or not, with what stands against it."""
    return _way(records, conversation, customer, channel, list(_heard(records, conversation)))


def _heard(records: Records, conversation: Record) -> Iterator[tuple[str, datetime.datetime]]:
    """Yield the channel and the moment of each message of the customer."""
    entity, _ = item_entity(records.runtime.model, conversation.entity)
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
    party = _party(records, conversation, customer, channel)
    to = _address(records, conversation, party, channel)
    refusal = ""
    if not to:
        refusal = "address"
    elif channel.window is not None and (until is None or until < records.now):
        refusal = "window"
    elif last is None and not _agrees(records, party, channel):
        refusal = "consent"
    elif (last is None or last + ANSWER < records.now) and _is_quiet(records, channel):
        refusal = "quiet"
    return Way(channel.name, channel, to, refusal, until)


def _party(records: Records, conversation: Record, customer: str | None, channel: Interface) -> Record | None:
    """Return the person or organization behind a conversation, as the reader may see them."""
    _, by = ways_to_party(records.runtime, channel)
    found = conversation.get(customer) if customer else None
    party = found.get(by) if isinstance(found, Record) and by else None
    return party if isinstance(party, Record) else None


def _address(records: Records, conversation: Record, party: Record | None, channel: Interface) -> str:
    """Return where a channel leads: to who wrote by it, else to the preferred medium of its kind."""
    entity, attribute, _ = identified(channel)
    if conversation["channel"] == recorded(channel.medium) and conversation["sender"]:
        sender = str(records.system.get(conversation.entity, conversation.id)["sender"])
        return sender if not entity or _is_address(records, entity, attribute, sender) else ""
    if party is None or not entity:
        return ""
    owner, _ = ways_to_party(records.runtime, channel)
    query = Query(filters=(Filter(owner, "eq", party.id),), limit=50, count=False)
    media = [one for one in records.list(entity, query).records if one[attribute]]
    chosen = next((one for one in media if one.get("preferred")), media[0] if media else None)
    # Whoever sees it masked may write there all the same: the number itself is shown to nobody.
    return "" if chosen is None else str(records.system.get(entity, chosen.id)[attribute])


def _is_address(records: Records, entity: str, attribute: str, sender: str) -> bool:
    """Tell whether a sender can be written to: a short word in the place of a number cannot."""
    typed = records.runtime.entity(entity).coercion(attribute)(sender, None)
    return typed is not None and not isinstance(typed, Problem)


def _agrees(records: Records, party: Record | None, channel: Interface) -> bool:
    """Tell whether a customer has agreed to be written to, on this channel or on all of them."""
    if channel.consent is None:
        return True
    by = recorded(channel.medium)
    return party is not None and has_consent(records.system, party.id, channel.consent, by)


def _is_quiet(records: Records, channel: Interface) -> bool:
    calendar = records.runtime.model.calendars.get(channel.quiet or "")
    return calendar is not None and is_within(calendar, records.now.astimezone(records.runtime.model.time_zone))


def is_within(calendar: Calendar, moment: datetime.datetime) -> bool:
    """Tell whether a local moment is in the hours of a calendar, those included that began the day before."""
    clock, day = moment.strftime("%H:%M"), moment.date()
    today, before = _hours(calendar, day), _hours(calendar, day - datetime.timedelta(days=1))
    if today is not None and today.from_ <= clock and (clock < today.to or today.to < today.from_):
        return True
    return before is not None and before.to < before.from_ and clock < before.to


def _hours(calendar: Calendar, day: datetime.date) -> Hours | None:
    return calendar.week.get(DAYS[day.weekday()]) if is_working_day(calendar, day) else None
