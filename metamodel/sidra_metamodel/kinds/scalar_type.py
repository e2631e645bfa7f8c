"""Kinds `enum` and `type`: code lists and scalar types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from sidra_metamodel.kinds.widget_use import WidgetUse
from sidra_metamodel.language import Document, Element, Formula, Label, word
from sidra_metamodel.traits import ACCUMULATE, FINAL, HIGHER, LOWER, SUBSET, TIGHTEN, Site

Tone = Literal["neutral", "info", "good", "warn", "bad", "accent", "gold", "violet", "teal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValue(Element):
    """One value of an enum."""

    label: Label = word("As people read it.")
    help: Label = word("What it means, for a tooltip.")
    tone: Tone | None = word("Colour of its badge; the text says the same.", default=None)
    icon: str | None = word("Icon of its badge.", default=None, among="icon")
    api_name: str | None = word("Spelling in the API where camelCase of the name is not it.", rule=FINAL, default=None)
    hidden: bool = word("Not offered for new records; records that have it keep it.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum(Document):
    """A code list."""

    kind: ClassVar[str] = "enum"
    folder: ClassVar[str] = "enums"

    label: Label = word("As people read it.")
    values: Mapping[str, EnumValue] = word(
        "Values in order. An overlay adds prefixed ones only where the enum says `$extend: true`.",
        rule=TIGHTEN,
        narrower=SUBSET,
        removable=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarType(Document):
    """A scalar type: a base type with constraints."""

    kind: ClassVar[str] = "type"
    folder: ClassVar[str] = "types"

    base: str = word("A built-in type, or another `type:`.", required=True, rule=FINAL, refers="type")
    label: Label = word("As people read it.")
    help: Label = word("How a value is written, for a tooltip.")
    example: str | None = word("A value that is valid, shown as placeholder.", default=None)
    pattern: tuple[str, ...] = word(
        "Whole match, RE2; the patterns of all layers must match.", rule=ACCUMULATE, single=True
    )
    check: tuple[Formula, ...] = word(
        "Must hold for `value`; the checks of all layers must hold.",
        rule=ACCUMULATE,
        single=True,
        site=Site.VALUE,
        expects="boolean",
    )
    message: Label = word("What a person is told whose value does not fit.")
    min: int | float | str | None = word("Least value.", rule=TIGHTEN, narrower=HIGHER, default=None)
    max: int | float | str | None = word("Greatest value.", rule=TIGHTEN, narrower=LOWER, default=None)
    min_length: int | None = word("Fewest characters.", rule=TIGHTEN, narrower=HIGHER, default=None, least=0)
    max_length: int | None = word("Most characters.", rule=TIGHTEN, narrower=LOWER, default=None, least=1)
    strip: str | None = word(
        "Characters that are dropped from what people type, such as spaces and dashes.", default=None, rule=FINAL
    )
    case: Literal["upper", "lower"] | None = word("Case that a value is brought to.", default=None, rule=FINAL)
    mask: str | None = word('Shape for readers who may see it masked only: "•••• {last:4}".', default=None, rule=FINAL)
    widget: WidgetUse | None = word("Control of the form, where not the base type's.", default=None)
