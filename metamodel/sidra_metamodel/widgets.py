"""Widgets: how a value is shown and edited, as registered by the screens and by plugins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sidra_metamodel.nodes import Scalar

ParameterType = Literal["number", "text", "boolean"]
PYTHON: Mapping[str, tuple[type, ...]] = {"number": (int, float), "text": (str,), "boolean": (bool,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What YAML may say about a widget: `widget: {use: meter, with: {max: 10}}`."""

    name: str
    doc: str
    type: ParameterType = "text"
    default: Scalar = None
    among: tuple[str, ...] = ()
    """The texts it may be; empty: any."""

    def refusal(self, value: object) -> str:
        """Return why a value cannot be given; empty where it can."""
        if not isinstance(value, PYTHON[self.type]) or (isinstance(value, bool) and self.type != "boolean"):
            return f"`{self.name}` is a {self.type}"
        return f"`{self.name}` is one of {', '.join(self.among)}" if self.among and value not in self.among else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A value to show a widget with, in the gallery."""

    value: str
    """As a form posts it."""
    text: str
    """As people read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """A way to show a value, to edit it, or both."""

    name: str
    doc: str
    """What it is for, in a sentence."""
    types: frozenset[str] = frozenset()
    """The built-in types of the values it takes; empty: every type."""
    parameters: tuple[Parameter, ...] = ()
    template: str = ""
    """A Jinja template with the macros `reading(field, given)`, `editing(field, given)`, or one of them; `field` is a
    `FieldView`, `given` has each parameter. Empty: the screens draw it themselves."""
    samples: tuple[Sample, ...] = ()

    def given(self, written: Mapping[str, Scalar]) -> dict[str, Scalar]:
        """Return every parameter with what is written for it, or its default."""
        return {each.name: written.get(each.name, each.default) for each in self.parameters}
