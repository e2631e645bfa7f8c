"""Where the form of a record goes: saved, previewed, kept as a draft, left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidra.store.identifiers import new_id
from sidra_ui.presenting.addresses import THEN, with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.opened import seal
from sidra_ui.viewmodels.records import RecordForm

if TYPE_CHECKING:
    from sidra_ui.presenting.forms.form import Entry


def record_form(desk: Desk, entry: Entry) -> RecordForm:
    """Where the form goes."""
    addresses, stored = desk.addresses, entry.stored
    known = ((THEN, entry.then), *entry.prefilled.items())
    if stored is None:
        preview = with_query(addresses.page(entry.entity, "preview"), known)
        cancel = entry.then or addresses.list(entry.entity)
        text, who = desk.messages.text("create"), desk.records.actor.id
        once = entry.posted.texts.get("once") or new_id(int(desk.records.now.timestamp() * 1000))
        draft = with_query(addresses.page(entry.entity, "draft"), entry.prefilled.items())
        discard = with_query(
            addresses.page(entry.entity, "draft", "discard"), (*entry.prefilled.items(), (THEN, cancel))
        )
        return RecordForm(addresses.new(entry.entity, *known), cancel, "", preview, text, who, draft, discard, once)
    version = entry.posted.texts.get("version") or str(stored.version)
    opened = entry.posted.texts.get("opened") or seal(desk, stored)
    return RecordForm(
        with_query(addresses.record(entry.entity, stored.id, "edit"), known),
        entry.then or addresses.record(entry.entity, stored.id),
        version,
        with_query(addresses.record(entry.entity, stored.id, "preview"), known),
        who=desk.records.actor.id,
        draft_href=addresses.record(entry.entity, stored.id, "draft"),
        discard_href=with_query(
            addresses.record(entry.entity, stored.id, "draft", "discard"),
            ((THEN, entry.then or addresses.record(entry.entity, stored.id)),),
        ),
        opened=opened,
    )
