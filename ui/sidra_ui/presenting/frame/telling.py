"""What a reader is told while a page stands: notifications, who else is here, and that a record is another now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from sidra.access.accounts import Accounts
from sidra.access.actor import SYSTEM_ROLE
from sidra.access.tables import access_tables_alone
from sidra.live.notifications import MOST_COUNTED, Notification
from sidra.live.signals import key_of
from sidra.queues.serving import queues_of
from sidra.records.record import Record
from sidra.store.codecs import encode_datetime
from sidra.store.identifiers import id_text
from sidra_ui.messages import UnknownMessage
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import isolated
from sidra_ui.presenting.values import name_of, page_of, who
from sidra_ui.viewmodels.common import Action, avatar
from sidra_ui.viewmodels.live import BellView, Bystander, Changed, HereView, NotificationView, PresenceSpot
from sidra_ui.viewmodels.shell import Live

NOTIFICATIONS = "notifications"
COUNTS = "counts"
MOST_QUEUES = 10
"""Whose changes make a page count anew at once; a tab is told of so many topics."""
SHOWN = 30
ICONS: Mapping[str, str] = MappingProxyType(
    {
        "assigned": "user-plus",
        "bulk_done": "circle-check",
        "export_done": "download",
        "commented": "message-square",
        "job_done": "circle-check",
        "job_failed": "circle-alert",
        "mentioned": "message-circle",
        "plan_waits": "check-check",
        "queued": "inbox",
    }
)


def live(desk: Desk, *, is_counting: bool = False) -> Live:
    """How the reader's page is told what happens, and where its counts are asked for anew."""
    seen, actor = bell(desk), desk.records.actor
    since = id_text(key_of(encode_datetime(desk.records.now)))
    address = desk.addresses.page("live")
    bell_href = desk.addresses.page(NOTIFICATIONS, "bell")
    counts_href = desk.addresses.page(COUNTS) if is_counting else ""
    queues = tuple(f"queue:{name}" for name in queues_of(desk.records.runtime, actor)[:MOST_QUEUES])
    return Live(
        address, f"account:{actor.id}", since, bell_href, seen.href, seen.text, seen.count, seen.news_id,
        counts_href, queues if is_counting else (),
    )  # fmt: skip


def bell(desk: Desk, *, with_news: bool = False) -> BellView:
    """How many notifications are unread, and perhaps what the latest of them says."""
    found = desk.records.runtime.notifications
    account = desk.records.actor.id
    count = found.unread(account)
    text = desk.messages.text("notifications_unread", count=count)
    shown = desk.formats.number(count) if count < MOST_COUNTED else f"{desk.formats.number(MOST_COUNTED - 1)}+"
    latest = next(iter(found.page(account, limit=1)), None) if count else None
    is_news = latest is not None and not latest.is_read
    news = sentence(desk, latest, names(desk, [latest.by_id])) if with_news and latest is not None and is_news else ""
    href = desk.addresses.page(NOTIFICATIONS)
    return BellView(href, text, shown if count else "", news, latest.id if latest is not None else "")


def entries(desk: Desk, found: Iterable[Notification]) -> Iterator[NotificationView]:
    """Notifications as they are read now: a record that is not the reader's any more has no name."""
    listed = list(found)
    known = names(desk, [one.by_id for one in listed])
    for one in listed:
        yield NotificationView(
            sentence(desk, one, known),
            desk.formats.ago(one.at),
            one.at.isoformat(),
            ICONS.get(one.kind, "bell-ring"),
            desk.addresses.page(NOTIFICATIONS, one.id, "open"),
            one.is_read,
        )


def sentence(desk: Desk, one: Notification, known: Mapping[str, str]) -> str:
    """What a notification says to the reader."""
    values = {"who": isolated(known.get(one.by_id) or who(desk, one.by_id)), "what": isolated(about(desk, one))}
    try:
        return desk.messages.text(f"notification_{one.kind}", **values)
    except UnknownMessage:
        return desk.messages.text("notification_other", **values)


def about(desk: Desk, one: Notification) -> str:
    """The record of a notification, as the reader may see it."""
    record = record_of(desk, one)
    if record is None:
        return desk.messages.text("notification_gone")
    entity, name = desk.label(desk.model.entity(record.entity)), name_of(desk, record)
    return name if name == entity else f"{entity} {isolated(name)}"


def record_of(desk: Desk, one: Notification) -> Record | None:
    """What a notification is about; None where that is nothing, or not the reader's to see."""
    return desk.records.find(one.entity, one.record_id) if one.record_id else None


def place_of(desk: Desk, one: Notification) -> str:
    """Where a notification leads."""
    if one.kind == "bulk_done" and one.record_id:
        return desk.addresses.page("bulk", one.record_id)
    if one.kind == "plan_waits" and one.record_id:
        return desk.addresses.page("plans", one.record_id)
    if one.kind == "export_done" and one.record_id:
        return desk.addresses.page("exports", one.record_id)
    record = record_of(desk, one)
    return page_of(desk, record) if record is not None else desk.addresses.page(NOTIFICATIONS)


def names(desk: Desk, ids: Iterable[str]) -> dict[str, str]:
    """The names of accounts; who is none is left out."""
    runtime = desk.records.runtime
    accounts = Accounts(runtime.store, access_tables_alone(), clock=runtime.clock)
    wanted = dict.fromkeys(id for id in ids if id and SYSTEM_ROLE not in id)
    found = ((id, accounts.get(id)) for id in wanted)
    return {id: account.name for id, account in found if account is not None}


def spot(desk: Desk, record: Record, *, edits: bool = False, version: str | None = None) -> PresenceSpot:
    """Where on the page of a record stands who else is there; `version` is what the form began with."""
    parameters = [("version", version or str(record.version)), ("edits", "yes" if edits else "")]
    address = with_query(desk.addresses.record(record.entity, record.id, "here"), parameters)
    return PresenceSpot(f"record:{record.entity}:{record.id}", address, edits)


def here(desk: Desk, record: Record, version: str, *, edits: bool) -> HereView:
    """Who else has a record open, and whether it is another than the page shows."""
    runtime, reader = desk.records.runtime, desk.records.actor.id
    others = [one for one in runtime.presence.of(record.id, runtime.now()) if one.account_id != reader]
    changed = version.isdecimal() and int(version) < record.version
    by = record.get("updated_by") or ""
    known = names(desk, [*(one.account_id for one in others), by if changed else ""])
    people = tuple(
        Bystander(
            avatar(known[one.account_id]),
            desk.messages.text("here_editing", name=isolated(known[one.account_id]))
            if one.edits
            else known[one.account_id],
            one.edits,
        )
        for one in others
        if one.account_id in known
    )
    note = changed_note(desk, record, known.get(by) or who(desk, by), edits=edits) if changed and by != reader else None
    return HereView(people, note)


def changed_note(desk: Desk, record: Record, name: str, *, edits: bool) -> Changed:
    """Who changed a record meanwhile; a form keeps what is entered, and asks when it is saved."""
    when = desk.formats.ago(record.updated_at)
    if edits:
        return Changed(desk.messages.text("changed_while_editing", who=isolated(name), when=when))
    link = Action(desk.messages.text("changed_show"), desk.addresses.record(record.entity, record.id), "refresh-cw")
    return Changed(desk.messages.text("changed_by", who=isolated(name), when=when), link)
