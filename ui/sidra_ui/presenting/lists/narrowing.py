"""How a list is ordered and what narrows it: the choices of order, and one chip a filter in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sidra_metamodel.kinds.entity import Entity
from sidra_ui.presenting.desk import Desk
from sidra_ui.viewmodels.lists import FilterChip, SortChoice

if TYPE_CHECKING:
    from sidra_ui.presenting.lists.listing import Listing

ALWAYS_SORTED = ("created_at",)
MOST_SORTS = 3


def sortable(desk: Desk, entity: Entity) -> Iterator[str]:
    """The attributes by which the reader may order lists of an entity."""
    leading = {index.of[0] for index in entity.indexes.values()}
    for name, attribute in entity.attributes.items():
        if (attribute.sort or name in leading) and desk.access(entity.name).level(name) in {"read", "edit"}:
            yield name
    yield from ALWAYS_SORTED


def sort_addresses(listing: Listing) -> Mapping[str, str]:
    """For each column that orders the list: the way to it; the one in force turns round."""
    now = listing.sort[0] if listing.sort else ""
    return {name: listing.sorted_by(f"-{name}" if now == name else name) for name in listing.sortable}


def sort_choices(listing: Listing) -> Iterator[SortChoice]:
    """The orders of the list, for people who see no heads; then what orders those that are alike."""
    now = listing.sort[0] if listing.sort else ""
    for name in listing.sortable:
        descends = name in ALWAYS_SORTED or now == name
        wanted = f"-{name}" if descends else name
        is_current = now.removeprefix("-") == name or (not now and name in ALWAYS_SORTED)
        yield SortChoice(sort_text(listing, name), listing.sorted_by(wanted), is_current)
    taken = {name.removeprefix("-") for name in listing.sort}
    further = [name for name in listing.sortable if name not in taken] if 0 < len(listing.sort) < MOST_SORTS else []
    for name in further:
        text = listing.desk.messages.text("then_by", name=sort_text(listing, name))
        wanted = ",".join((*listing.sort, f"-{name}" if name in ALWAYS_SORTED else name))
        yield SortChoice(text, listing.sorted_by(wanted), is_further=True)


def sort_text(listing: Listing, name: str) -> str:
    """What an order is called."""
    attribute = listing.entity.attributes.get(name)
    return listing.desk.label(attribute) if attribute is not None else listing.desk.messages.text("member_created_at")


def chips(listing: Listing) -> Iterator[FilterChip]:
    """The filters in force."""
    for one in listing.applied:
        yield FilterChip(one.title, one.text, listing.address(listing.asked.without(one.parameter)))
    for cut in listing.slices:
        if cut.title:
            left = tuple(pair for pair in listing.asked.slices if pair != cut.pair)
            yield FilterChip(cut.title, cut.text, listing.address(replace(listing.asked, slices=left)))
    yield from condition_chips(listing)


def condition_chips(listing: Listing) -> Iterator[FilterChip]:
    """The conditions that were put together, one chip a group; those that this reader may not ask are not told."""
    conditions, asked = listing.conditions, listing.asked
    if conditions is None:
        return
    tie = listing.desk.messages.text("tie_all" if asked.where.is_any else "tie_any")
    for number, group in enumerate(asked.where.groups):
        if group not in listing.selection.groups:
            continue
        left = tuple(one for at, one in enumerate(asked.where.groups) if at != number)
        remove = listing.address(replace(asked, where=replace(asked.where, groups=left)))
        told = [(conditions.title(conditions.selecting.place(rule.path)), conditions.told(rule)) for rule in group]
        title, text = told[0]
        rest = "".join(f" {tie} {name} {said}" for name, said in told[1:])
        yield FilterChip(title, text + rest, remove, is_either=listing.asked.where.is_any and number > 0)
