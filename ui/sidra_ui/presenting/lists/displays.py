"""The forms in which one selection can be shown, and the quick filter of what is the reader's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sidra_metamodel.checking.boards import calendar_attribute, column_attribute
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.lists.listing import Listing
from sidra_ui.viewmodels.boards import FormLink

READABLE = frozenset({"read", "edit"})
PERSON = "user"
"""The type of attributes that say whose a record is."""


def forms(listing: Listing, current: str) -> Iterator[FormLink]:
    """The forms that the entity's records have for this reader, each with the selection of the present one."""
    desk, entity = listing.desk, listing.entity.name
    kept = listing.asked.parameters()
    for form, icon in (("", "list"), ("board", "kanban"), ("calendar", "calendar"), ("chart", "trending-up")):
        if form in {"", "chart"} or has_form(desk, entity, form):
            address = desk.addresses.page(entity, *([form] if form else []))
            text = desk.messages.text(f"form_{form or 'table'}")
            yield FormLink(text, with_query(address, kept), icon, form == current)


def has_form(desk: Desk, entity: str, form: str) -> bool:
    """Whether the reader sees what makes the columns of an entity's board, or the days of its calendar."""
    declared = desk.model.entity(entity)
    screen = desk.screens.board_of(entity) if form == "board" else desk.screens.calendar_of(entity)
    if screen is None:
        return False
    if form == "board":
        return desk.access(entity).level(column_attribute(screen, declared)) in READABLE
    attribute = declared.attributes.get(screen.at or "") or calendar_attribute(desk.model, declared)
    return attribute is not None and desk.access(entity).level(attribute.name) in READABLE


def mine(listing: Listing) -> FormLink | None:
    """The way to what is the reader's own, and back; None where the list offers no filter that says whose it is."""
    desk, asked = listing.desk, listing.asked
    source = next((each for each in listing.filters if each.type(desk) == PERSON), None)
    if source is None:
        return None
    own = (desk.records.actor.name,)
    is_on = tuple(asked.filters.get(source.name, ())) == own
    rest = {name: values for name, values in asked.filters.items() if name != source.name}
    wanted = rest if is_on else {**rest, source.name: own}
    return FormLink(desk.messages.text("board_mine"), listing.address(replace(asked, filters=wanted)), "user", is_on)
