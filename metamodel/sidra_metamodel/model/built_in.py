"""What every Model knows without a document: the columns of each record, and the scalar types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.expressions.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    IDENTIFIER,
    INTEGER,
    JSON,
    MONEY,
    PERIOD,
    STRING,
    TIME,
    DecimalType,
    Type,
)

SYSTEM_ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "id",
        "kind": "string",
        "created_at": "datetime",
        "created_by": "string",
        "updated_at": "datetime",
        "updated_by": "string",
        "version": "integer",
        "unit": "string",
    }
)
"""The members that every record has without declaring them, with their types; `id` is a type of its own."""

ACTIONS: Final = ("create", "read", "update", "delete", "merge")
"""What a role may be granted on records, besides the transitions of their life cycle."""


class TypeTaken(SidraError):
    """Two registrations give one name to a scalar type."""

    code = "E305"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginType:
    """A scalar type made by code; built-in ones and those of plugins are registered alike."""

    name: str
    doc: str
    base: str | None = None
    """The type it refines; None only for built-in ones."""
    expression: Type | None = None
    """What expressions take its values for; None: as the base."""
    normalise: Callable[[str], str] | None = None
    """Brings what a person typed to the form that is kept."""
    check: Callable[[object], bool] | None = None
    """Whether a value, already of the base type, is one of this type."""
    message: Mapping[str, str] = field(default_factory=dict)
    """What a person is told, by locale, when it is not."""


class Types:
    """The scalar types that code defines, by name; immutable."""

    def __init__(self, types: Iterable[PluginType] = ()) -> None:
        """Keep built-in types and `types`; raises TypeTaken when two have one name."""
        found: dict[str, PluginType] = dict(BUILT_IN_TYPES)
        for type_ in types:
            if type_.name in found and found[type_.name] is not type_:
                raise TypeTaken(f"the type `{type_.name}` is registered twice", hint="rename one of them")
            found[type_.name] = type_
        self.by_name: Mapping[str, PluginType] = MappingProxyType(found)

    def built_in(self, name: str) -> str:
        """Return the built-in type behind a name of code; the name itself when it is unknown."""
        type_ = self.by_name.get(name)
        return name if type_ is None or type_.base is None else self.built_in(type_.base)

    def refining(self, name: str) -> tuple[PluginType, ...]:
        """Return the types of code from a name down to its built-in one, which is left out; none for other names."""
        type_ = self.by_name.get(name)
        return () if type_ is None or type_.base is None else (type_, *self.refining(type_.base))

    def expression_type(self, name: str) -> Type:
        """Return what expressions take values of a type for; text when it is unknown."""
        type_ = self.by_name.get(name)
        if type_ is None:
            return IDENTIFIER if name == "id" else STRING
        return type_.expression or self.expression_type(type_.base or "string")


def _built_in(name: str, doc: str, expression: Type) -> PluginType:
    return PluginType(name=name, doc=doc, expression=expression)


BUILT_IN_TYPES: Final[Mapping[str, PluginType]] = MappingProxyType(
    {
        type_.name: type_
        for type_ in (
            _built_in("string", "A line of text.", STRING),
            _built_in("text", "Text of several lines.", STRING),
            _built_in("integer", "A whole number of 64 bits.", INTEGER),
            _built_in("decimal", "An exact number with `scale` decimal places.", DecimalType()),
            _built_in("money", "An amount in a currency.", MONEY),
            _built_in("boolean", "Yes or no.", BOOLEAN),
            _built_in("date", "A day.", DATE),
            _built_in("datetime", "An instant, kept in UTC.", DATETIME),
            _built_in("time", "A time of day.", TIME),
            _built_in("duration", "A span of time.", DURATION),
            _built_in("period", "From one instant to another; either may be open.", PERIOD),
            _built_in("enum", "One value of the code list that `enum:` names.", STRING),
            _built_in("queue", "Where work waits: the name of a `queue:` document.", STRING),
            _built_in("user", "A person with an account, kept by the login name.", STRING),
            _built_in("email", "An address of electronic mail.", STRING),
            _built_in("phone", "A telephone number, kept in international form.", STRING),
            _built_in("url", "An address on the web.", STRING),
            _built_in("address", "A postal address in parts.", JSON),
            _built_in("json", "Data of any shape.", JSON),
            _built_in("file", "A file.", JSON),
            _built_in("image", "A picture.", JSON),
            _built_in("percent", "A share in hundredths.", DecimalType()),
            _built_in("rating", "A whole number of stars.", INTEGER),
            _built_in("geo", "A place on earth: latitude and longitude.", JSON),
            _built_in("sequence", "A number that the system gives, shaped by `sequence:`.", STRING),
            _built_in("characteristics", "Values by name, as TM Forum's characteristics.", JSON),
        )
    }
)
"""The types that need no document, by name."""
