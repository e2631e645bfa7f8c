"""Screens of a proposal beside those in force, as a role that is chosen sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sidra.releases.proposals import Proposal
from sidra_metamodel.model import Model
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import PLANS, shell
from sidra_ui.presenting.plans.planning import short
from sidra_ui.presenting.plans.previewing import FORMS, LIST, Seen, after, desk_as, earlier, seen
from sidra_ui.viewmodels.common import Badge, Link
from sidra_ui.viewmodels.fields import Option
from sidra_ui.viewmodels.plans import Preview, PreviewField, PreviewPair, PreviewSide, ScreensPage
from sidra_ui.viewmodels.shell import Place

MAY = "may"
MOST_DRAWN = 8
"""Screens among which those that differ are looked for."""


@dataclass(frozen=True, slots=True)
class Wished:
    """What the reader asks to see; empty for the first that there is."""

    role: str = ""
    screen: str = ""
    """Form and entity, such as `list:customer`."""
    most: int = 1
    """Screens that are shown where none is named."""


def screens_page(desk: Desk, proposal: Proposal, found: Preview) -> ScreensPage:
    """Screens before and after in full size."""
    above = desk.addresses.page(PLANS)
    links = Link(desk.messages.text(PLANS), above), Link(proposal.title, f"{above}/{proposal.id}")
    return ScreensPage(shell(desk), Place(desk.messages.text("plan_before_after"), links), as_page(found))


def as_page(found: Preview) -> Preview:
    """The same on a page of its own, which asks for itself."""
    return replace(found, href=found.full_href, full_href="")


def preview(desk: Desk, proposal: Proposal, before: Model, now: Model, wished: Wished) -> Preview | None:
    """The screen that is asked for, or the first that differ, before and after; None where no screen changes."""
    screens = dict.fromkeys(touched(proposal, before, now))
    roles = dict.fromkeys((*[item.role for item in proposal.plan if item.role], *sorted(now.roles)))
    names = [name for name in roles if name in now.roles]
    if not screens or not names:
        return None
    role = wished.role if wished.role in names else names[0]
    chosen = [wished.screen] if wished.screen in screens else list(screens)[:MOST_DRAWN]
    desks = desk_as(before, role, desk.locale), desk_as(now, role, desk.locale)
    drawn = (pair(desk, proposal, desks, now, screen) for screen in chosen)
    pairs = tuple(sorted(drawn, key=lambda one: not is_marked(one))[: wished.most])
    text, href = desk.messages.text, desk.addresses.page(PLANS, proposal.id)
    is_same = not any(map(is_marked, pairs))
    return Preview(
        href=href,
        roles=tuple(Option(name, desk.label(now.roles[name]), name == role) for name in names),
        screens=tuple(Option(name, screen_text(desk, now, name), [name] == chosen) for name in screens),
        pairs=pairs,
        note=text("plan_same_screen") if is_same else "",
        legend=(
            Badge(text("added"), "green", dot=True),
            Badge(text("changed"), "amber", dot=True),
            Badge(text("more_visible"), "red", dot=True),
        ),
        full_href=f"{href}/screens",
    )


def is_marked(found: PreviewPair) -> bool:
    """Whether anything of a screen is otherwise than before."""
    return any(one.mark for side in found.sides for one in side.fields)


def pair(desk: Desk, proposal: Proposal, desks: tuple[Desk, Desk], now: Model, screen: str) -> PreviewPair:
    """One screen under both configurations, as they are seen by a role."""
    form, _, entity = screen.partition(":")
    sides = compared(
        desk,
        proposal,
        form,
        seen(desks[0], form, entity),
        seen(desks[1], form, entity),
        withheld=hidden(desks[0], entity),
    )
    return PreviewPair(screen_text(desk, now, screen), sides)


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
