"""What an expression may name: the record it speaks of, the names of its site, and what is known everywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

from sidra_metamodel.expressions.types import (
    DATE,
    DATETIME,
    IDENTIFIER,
    STRING,
    ListType,
    StructType,
    Type,
)

USER: Final = StructType(
    "user",
    (
        ("id", IDENTIFIER),
        ("login", STRING),
        ("units", ListType(STRING)),
        ("roles", ListType(STRING)),
        ("locale", STRING),
    ),
)
AFFILIATE: Final = StructType(
    "affiliate", (("name", STRING), ("currency", STRING), ("locale", STRING), ("time_zone", STRING))
)
CONTEXT: Final[Mapping[str, Type]] = MappingProxyType(
    {"now": DATETIME, "today": DATE, "user": USER, "affiliate": AFFILIATE}
)
"""Names that every site knows; each is bound once for an evaluation or a statement."""


class Schema(Protocol):
    """What the checker asks of the metamodel."""

    def member(self, entity: str, name: str) -> Type | None:
        """Give the type of an attribute or relation, with `id` and the other columns of every record, or None."""
        ...

    def members(self, entity: str) -> Iterable[str]:
        """Give the names of all attributes and relations, for hints."""
        ...

    def is_subtype(self, entity: str, ancestor: str) -> bool:
        """Tell whether `entity` is `ancestor` or stands below it."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one site: the entity that `this` is of (None: there is none), and others with their types."""

    this: str | None = None
    names: Mapping[str, Type] = field(default_factory=dict)
