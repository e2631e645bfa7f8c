"""The types of expressions: those of the metamodel's attributes, and what relations and lists add."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression can hold; `str()` gives the word that messages use."""


@dataclass(frozen=True, slots=True)
class ScalarType(Type):
    """A type that its name alone describes."""

    name: str

    def __str__(self) -> str:
        """Give the word of the metamodel."""
        return self.name


@dataclass(frozen=True, slots=True)
class DecimalType(Type):
    """An exact number with a fixed count of decimal places."""

    scale: int = 4

    def __str__(self) -> str:
        """Give the word of the metamodel."""
        return "decimal"


@dataclass(frozen=True, slots=True)
class EnumType(Type):
    """A string out of a list; literals that meet it are checked against the list."""

    name: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        """Give the enum's name with its kind."""
        return f"enum {self.name}"


@dataclass(frozen=True, slots=True)
class RecordType(Type):
    """One record, or null: a to-one relation, `this`, a macro's variable.

    Several entities make it polymorphic: `x[individual]` narrows it. No entity at all means `to: any`.
    """

    entities: tuple[str, ...]

    def __str__(self) -> str:
        """Give the entities' names."""
        return " or ".join(self.entities) or "any record"


@dataclass(frozen=True, slots=True)
class ManyType(Type):
    """The records of a to-many relation."""

    entities: tuple[str, ...]

    def __str__(self) -> str:
        """Give the entities' names in a way that says many."""
        return f"many {' or '.join(self.entities) or 'records'}"


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """A list of values: a literal, the result of `map`, `user.roles`."""

    element: Type

    def __str__(self) -> str:
        """Give the word with the type of an element."""
        return f"list of {self.element}"


@dataclass(frozen=True, slots=True)
class StructType(Type):
    """A mapping with known members that is no record: `user`, `affiliate`, the source row of a feed, `process`."""

    name: str
    members: tuple[tuple[str, Type], ...]

    def __str__(self) -> str:
        """Give the struct's name."""
        return self.name

    def member(self, name: str) -> Type | None:
        """Give the type of one member, or None."""
        return next((type_ for known, type_ in self.members if known == name), None)


BOOLEAN: Final = ScalarType("boolean")
INTEGER: Final = ScalarType("integer")
DECIMAL = DecimalType
MONEY: Final = ScalarType("money")
STRING: Final = ScalarType("string")
DATE: Final = ScalarType("date")
DATETIME: Final = ScalarType("datetime")
DURATION: Final = ScalarType("duration")
TIME: Final = ScalarType("time")
PERIOD: Final = ScalarType("period")
IDENTIFIER: Final = ScalarType("id")
"""The `id` of a record: canonical UUID text in Python, 16 bytes in SQL."""
JSON: Final = ScalarType("json")
"""A value whose shape the metamodel does not know: members and indexes are read freely, in Python only."""
NULL: Final = ScalarType("null")

ORDERED: Final[frozenset[Type]] = frozenset({INTEGER, MONEY, STRING, DATE, DATETIME, DURATION, TIME})
"""Types that `<` compares, beside decimals and enums; a boolean has no order."""


def is_number(type_: Type) -> bool:
    """Tell whether the type is an integer or a decimal."""
    return type_ == INTEGER or isinstance(type_, DecimalType)


def is_text(type_: Type) -> bool:
    """Tell whether the value is a string in Python and in SQL."""
    return type_ == STRING or isinstance(type_, EnumType)


def is_ordered(type_: Type) -> bool:
    """Tell whether `<` has a meaning for the type."""
    return type_ in ORDERED or isinstance(type_, DecimalType | EnumType)


def scale_of(type_: Type) -> int:
    """Give the decimal places that the type has in its scaled integer form."""
    if isinstance(type_, DecimalType):
        return type_.scale
    return 4 if type_ == MONEY else 0
