"""Screens of a proposal beside those in force, as a role that is chosen sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sidra.releases.proposals import Proposal
from sidra_metamodel.model import Model
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.plans.planning import short
from sidra_ui.presenting.plans.previewing import FORMS, LIST, Seen, after, desk_as, earlier, seen
from sidra_ui.viewmodels.common import Badge
from sidra_ui.viewmodels.fields import Option
from sidra_ui.viewmodels.plans import Preview, PreviewField, PreviewSide

MAY = "may"


@dataclass(frozen=True, slots=True)
class Wished:
    """What the reader asks to see; empty for the first that there is."""

    role: str = ""
    screen: str = ""
    """Form and entity, such as `list:customer`."""


def preview(desk: Desk, proposal: Proposal, before: Model, now: Model, wished: Wished, href: str) -> Preview | None:
    """The screen that is asked for, before and after; None where no screen changes."""
    screens = dict.fromkeys(touched(proposal, before, now))
    roles = dict.fromkeys((*[item.role for item in proposal.plan if item.role], *sorted(now.roles)))
    names = [name for name in roles if name in now.roles]
    if not screens or not names:
        return None
    role = wished.role if wished.role in names else names[0]
    screen = wished.screen if wished.screen in screens else next(iter(screens))
    form, _, entity = screen.partition(":")
    desks = desk_as(before, role, desk.locale), desk_as(now, role, desk.locale)
    sides = compared(
        desk,
        proposal,
        form,
        seen(desks[0], form, entity),
        seen(desks[1], form, entity),
        withheld=hidden(desks[0], entity),
    )
    text = desk.messages.text
    return Preview(
        href=href,
        roles=tuple(Option(name, desk.label(now.roles[name]), name == role) for name in names),
        screens=tuple(Option(name, screen_text(desk, now, name), name == screen) for name in screens),
        sides=sides,
        note=text("plan_same_screen") if not any(one.mark for side in sides for one in side.fields) else "",
        legend=(
            Badge(text("added"), "green", dot=True),
            Badge(text("changed"), "amber", dot=True),
            Badge(text("more_visible"), "red", dot=True),
        ),
    )


def hidden(desk: Desk, entity: str) -> frozenset[str]:
    """The members of an entity that are there, and that the role does not see."""
    found = desk.model.entities.get(entity)
    names = (*found.attributes, *found.relations) if found is not None else ()
    return frozenset(name for name in names if not desk.may(entity, "read") or not desk.sees(entity, name))


def compared(
    desk: Desk,
    proposal: Proposal,
    form: str,
    before: tuple[Seen, ...],
    now: tuple[Seen, ...],
    *,
    withheld: frozenset[str],
) -> tuple[PreviewSide, PreviewSide]:
    """Both sides of one screen."""
    text = desk.messages.text
    words = {key: text(key) for key in ("added", "changed", "more_visible")}
    live = Badge(f"{text('plan_live')} {short(proposal.live or '')}", "neutral")
    proposed = Badge(f"{text('plan_proposed')} {short(proposal.revision)}", "blue")
    return (
        side(desk, form, live, tuple(earlier(before, now, text("removed")))),
        side(desk, form, proposed, tuple(after(before, now, withheld, words))),
    )


def side(desk: Desk, form: str, badge: Badge, fields: tuple[PreviewField, ...]) -> PreviewSide:
    """One side of a screen."""
    key = "columns_count" if form == LIST else "fields_count"
    note = desk.messages.text(key, count=len(fields)) if fields else desk.messages.text("plan_unseen")
    return PreviewSide(badge, fields, note, form == LIST)


def touched(proposal: Proposal, before: Model, now: Model) -> Iterator[str]:
    """The lists and records that a plan may change, by form and entity."""
    for item in proposal.plan:
        entities = [item.document] if item.kind == "entity" else []
        if item.kind == "role" and len(item.path) > 1 and item.path[0] == MAY:
            entities = [item.path[1]]
        screen = (
            (now.screens.get(item.document) or before.screens.get(item.document)) if item.kind == "screen" else None
        )
        if screen is not None and screen.kind_ in FORMS:
            yield f"{screen.kind_}:{screen.of}"
        for entity in entities:
            if entity in now.entities:
                yield from (f"{form}:{entity}" for form in reversed(FORMS))


def screen_text(desk: Desk, model: Model, screen: str) -> str:
    """What a screen is called."""
    form, _, name = screen.partition(":")
    found = model.entities.get(name)
    return desk.messages.text(f"screen_{form}", name=desk.plural(found) if found is not None else name)
