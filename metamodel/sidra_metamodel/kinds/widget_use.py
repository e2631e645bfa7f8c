"""The widget that shows or edits a value, with what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sidra_metamodel.language import Element, word


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetUse(Element):
    """A registered widget."""

    shorthand: ClassVar[str | None] = "use"

    use: str | None = word("Its name; docs/reference/widgets.md lists them.", default=None, among="widget")
    with_: Mapping[str, object] = word("Its parameters by name.", borrowed=True)
