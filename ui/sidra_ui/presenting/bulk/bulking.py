"""What can be done with many records of a list: by its screen, or by what follows from its entity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sidra.access.functions import EXPORT
from sidra.bulk.runs import Action as Done
from sidra.errors import NotFound
from sidra.preferences.saved_views import account_of
from sidra.records.record import Count
from sidra_metamodel.kinds.entity import Attribute, Transition
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.forms.controls import WIDGETS
from sidra_ui.viewmodels.bulk import BulkBar
from sidra_ui.viewmodels.common import Action, ButtonStyle

if TYPE_CHECKING:
    from sidra_ui.presenting.lists.listing import Listing

MOST_SHOWN = 3
"""Buttons of the bar; the others stand behind the last."""
MOST_GENERATED = 6
"""Attributes that a list offers to set whose screen says nothing of it."""
HANDED = ("queue", "user")
OFFERED = (*HANDED, "enum", "boolean", "date")
"""The types that are worth setting in many records, where nobody says which: the first are the first."""
NO_CONTROLS = frozenset({"file", "image", "period", "json", "characteristics", "geo", "sequence"})
ICONS = {"queue": "inbox", "user": "user-plus", "date": "calendar", "boolean": "square-check"}
BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing that can be done with many records."""

    key: str
    """As it stands in addresses."""
    action: Done
    member: str
    text: str
    icon: str
    step: Transition | None = None
    is_danger: bool = False


def doings(listing: Listing) -> list[Doing]:
    """What the reader may do with records of a list, in order; nothing for who has no account."""
    if account_of(listing.desk.records) is None:
        return []
    return listing.desk.kept(("doings", listing.entity.name), lambda: _doings(listing))


def _doings(listing: Listing) -> list[Doing]:
    found = [*_declared(listing)] if listing.screen.bulk else [*_generated(listing)]
    return list({one.key: one for one in found}.values())


def doing(listing: Listing, key: str) -> Doing:
    """One of them; raises NotFound, for what the reader may not do too."""
    for one in doings(listing):
        if one.key == key:
            return one
    raise NotFound("nothing of this name can be done with these records", hint="go back to the list")


def _declared(listing: Listing) -> Iterator[Doing]:
    for word in listing.screen.bulk.values():
        if word.hidden:
            continue
        made = None
        if word.set:
            made = setting(listing, word.set)
        elif word.transition:
            made = stepping(listing, word.transition)
        elif word.do == "delete":
            made = deleting(listing)
        if made is not None:
            text, icon = listing.desk.text(word.label) or made.text, listing.desk.optional_icon(word.icon) or made.icon
            yield Doing(made.key, made.action, made.member, text, icon, made.step, made.is_danger)


def _generated(listing: Listing) -> Iterator[Doing]:
    model, entity = listing.desk.model, listing.entity
    of_type = [
        name
        for wanted in OFFERED
        for name, attribute in entity.attributes.items()
        if model.base_type(attribute) == wanted and not attribute.hidden
    ]
    found = [made for name in of_type if (made := setting(listing, name)) is not None]
    yield from found[:MOST_GENERATED]
    for name in entity.lifecycle.transitions if entity.lifecycle is not None else ():
        if (made := stepping(listing, name)) is not None:
            yield made
    if (made := deleting(listing)) is not None:
        yield made


def setting(listing: Listing, name: str) -> Doing | None:
    """Setting an attribute; None where the reader may not, or nobody can."""
    desk, entity = listing.desk, listing.entity
    attribute = entity.attributes.get(name)
    if attribute is None or not may_set(listing, attribute):
        return None
    base = desk.model.base_type(attribute)
    text = desk.messages.text("bulk_assign" if base in HANDED else "bulk_set", name=desk.label(attribute))
    return Doing(f"set.{name}", "set", name, text, desk.optional_icon(ICONS.get(base, "tag")))


def may_set(listing: Listing, attribute: Attribute) -> bool:
    """Whether the reader may give an attribute a value, in some of the records at least."""
    desk, entity = listing.desk, listing.entity
    lifecycle = entity.lifecycle
    base = desk.model.base_type(attribute)
    is_given = attribute.compute is not None or base in NO_CONTROLS or WIDGETS.get(base) == "readonly"
    if is_given or attribute.unique or (lifecycle is not None and lifecycle.attribute == attribute.name):
        return False
    kinds = desk.model.subtypes(entity.name)
    return any(desk.records.may(one, "update") and desk.access(one).level(attribute.name) == "edit" for one in kinds)


def stepping(listing: Listing, name: str) -> Doing | None:
    """A step of the life cycle; None where the reader may not take it."""
    desk, lifecycle = listing.desk, listing.entity.lifecycle
    step = lifecycle.transitions.get(name) if lifecycle is not None else None
    if step is None or not desk.may(listing.entity.name, name):
        return None
    icon = desk.optional_icon(step.icon or "arrow-right")
    return Doing(f"step.{name}", "step", name, desk.label(step), icon, step, step.tone == "danger")


def deleting(listing: Listing) -> Doing | None:
    """Deleting; None where the reader may not."""
    if not listing.desk.may(listing.entity.name, "delete"):
        return None
    text = listing.desk.messages.text("delete")
    return Doing("delete", "delete", "", text, listing.desk.optional_icon("trash-2"), is_danger=True)


def bulk_bar(listing: Listing, count: Count | None, shown: int, most: int) -> BulkBar | None:
    """The bar of a list; None where nothing can be done."""
    found = [Action(one.text, address(listing, one.key), one.icon, _style(one)) for one in doings(listing)]
    if exports_chosen(listing):
        text = listing.desk.messages.text("export_sheet")
        icon = listing.desk.optional_icon("file-spreadsheet")
        found.append(Action(text, address(listing, "export"), icon, method="post"))
    if not found:
        return None
    key = with_query(listing.place, listing.asked.said())
    is_more = count is not None and count.value > shown and (count.value <= most or not count.is_exact)
    text = ""
    if count is not None and is_more:
        name = "bulk_take_all" if count.is_exact else "bulk_take_all_more"
        text = listing.desk.messages.text(name, count=count.value)
    return BulkBar(tuple(found[:MOST_SHOWN]), tuple(found[MOST_SHOWN:]), key, text, count.value if count else 0)


def exports_chosen(listing: Listing) -> bool:
    """Whether the reader may take the chosen records along as a file."""
    declared = listing.screen.bulk
    is_offered = not declared or any(word.do == "export" and not word.hidden for word in declared.values())
    return is_offered and listing.desk.records.profile.may_use(EXPORT)


def address(listing: Listing, key: str) -> str:
    """Where the chosen records are posted to."""
    return with_query(listing.desk.addresses.page(listing.entity.name, BULK, key), listing.asked.parameters())


def _style(one: Doing) -> ButtonStyle:
    return "danger" if one.is_danger else "plain"
