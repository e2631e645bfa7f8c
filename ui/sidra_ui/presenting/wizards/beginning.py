"""Which wizards a reader may begin, and where."""

from __future__ import annotations

from sidra.errors import Forbidden, NotFound
from sidra_metamodel.checking.wizards import chosen_among
from sidra_metamodel.kinds.screen import Screen
from sidra_ui.presenting.desk import Desk

WIZARDS = "wizards"


def wizard_of(desk: Desk, name: str) -> Screen:
    """A wizard; raises NotFound for a name that is none, and Forbidden where the reader may not make what it makes."""
    screen = desk.model.screens.get(name)
    if screen is None or screen.kind_ != "wizard":
        raise NotFound(f"no wizard `{name[:60]}`", hint="use the menu")
    if not may_use(desk, screen):
        raise Forbidden("you may not create what this makes", hint="ask for a role that may")
    return screen


def may_use(desk: Desk, screen: Screen) -> bool:
    """Whether the reader may make each of the records, and read what the wizard starts from."""
    may_start = screen.of is None or desk.may(screen.of, "read")
    return may_start and all(desk.records.may(made.entity, "create") for made in screen.makes.values())


def leading(screen: Screen) -> tuple[str, ...]:
    """The names of the record whose page follows, or of those of which one is made."""
    first = screen.then or next(iter(screen.makes))
    return chosen_among(screen, first) or (first,)


def wizard_of_new(desk: Desk, entity: str) -> str:
    """The address of the wizard that makes new records of an entity; empty where none does that the reader may use."""
    for screen in desk.model.screens.values():
        is_free = screen.kind_ == "wizard" and screen.of is None and may_use(desk, screen)
        if is_free and entity in {screen.makes[name].entity for name in leading(screen)}:
            return desk.addresses.page(WIZARDS, screen.name)
    return ""
