"""Who acts: a person, an API client, or the program itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SYSTEM_ROLE = "system"
"""Held by the program alone: no role document can have this name, so no person can be given it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts and with what rights; `user` of expressions."""

    id: str
    name: str
    roles: frozenset[str]
    units: tuple[str, ...] = ()
    locale: str = "en"
    affiliate: str = ""
    scopes: frozenset[str] | None = None
    """What a token lets through of what the roles allow; None where nothing narrows them."""
    login: str = ""
    """By which records name the person; empty for who has no account."""

    @property
    def is_system(self) -> bool:
        """Whether the program itself acts: it may do everything, and the audit names it with its reason."""
        return SYSTEM_ROLE in self.roles


def system_actor(reason: str, *, affiliate: str = "", locale: str = "en") -> Actor:
    """The program as an actor that may do everything; audited as `system:<reason>`."""
    if not reason.strip():
        raise ValueError("a system actor states its reason")
    name = f"{SYSTEM_ROLE}:{reason}"
    return Actor(name, name, frozenset({SYSTEM_ROLE}), locale=locale, affiliate=affiliate)


OPERATOR = system_actor("operator")
"""Whoever has the command line of the installation."""

STRANGER = Actor("stranger", "stranger", frozenset())
"""Whoever did not prove to be somebody."""


def person_roles(roles: Iterable[str]) -> frozenset[str]:
    """The roles that a person or client may hold: all but that of the program."""
    return frozenset(roles) - {SYSTEM_ROLE}
