"""Documents of the configuration as configurators know them: their titles, and the screens that show them."""

from __future__ import annotations

from collections.abc import Iterator

from sidra_metamodel.kinds import Screen
from sidra_metamodel.language import Label
from sidra_metamodel.model.model import words_of
from sidra_ui.presenting.desk import Desk
from sidra_ui.viewmodels.common import Link

FEEDS = "feeds"


def title_of(desk: Desk, kind: str, name: str) -> str:
    """What people call a document, or its name in words."""
    if kind == Screen.kind and name in desk.model.screens and desk.model.screens[name].of in desk.model.entities:
        return desk.plural(desk.model.entity(str(desk.model.screens[name].of)))
    document = desk.model.documents(kind).get(name)
    label = getattr(document, "label", None)
    return desk.text(label) if isinstance(label, Label) and desk.text(label) else words_of(name)


def screen_of(desk: Desk, kind: str, name: str) -> Link | None:
    """The page where a document can be seen at work; None where there is none that the reader may open."""
    if kind == "menu":
        return Link(desk.messages.text("home"), desk.addresses.page())
    if kind == "interface" and name in desk.model.interfaces and desk.model.interfaces[name].kind_ == "feed":
        return Link(title_of(desk, kind, name), desk.addresses.page(FEEDS, name)) if may_feed(desk) else None
    for entity in entities_of(desk, kind, name):
        if entity in desk.model.entities and desk.may(entity, "read"):
            return Link(desk.plural(desk.model.entity(entity)), desk.addresses.list(entity))
    return None


def may_feed(desk: Desk) -> bool:
    """Whether the reader may run feeds."""
    return desk.records.profile.may_use(FEEDS)


def entities_of(desk: Desk, kind: str, name: str) -> Iterator[str]:
    """The entities whose pages show a document, the nearest first."""
    model = desk.model
    match kind:
        case "entity":
            yield name
        case "screen" if name in model.screens:
            yield model.screens[name].of or ""
        case "rule" if name in model.rules:
            yield model.rules[name].on or ""
        case "enum" | "type":
            for entity in model.entities.values():
                if any(name in {one.enum, one.type} for one in entity.attributes.values()):
                    yield entity.name
