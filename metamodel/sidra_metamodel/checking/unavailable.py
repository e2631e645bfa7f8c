"""Keywords that this version knows and does nothing about yet: who relies on them is told, not let down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.language import Element
from sidra_metamodel.model import Model

_INSTEAD: Final = {
    "encrypt": "take it away, and keep the database on an encrypted disk",
    "schedule": "take it away, and let the system's scheduler run `sidra feed run`",
    "reference_data": "take it away, and load the file with a feed",
}
"""What to do instead, by keyword."""


def check_unavailable(model: Model, diagnostics: Diagnostics) -> None:
    """Record keywords with a value that nothing acts on."""
    for keyword, element in _places(model):
        if getattr(element, keyword):
            message = f"`{keyword}` is not available in this version"
            diagnostics.report("E422", message, element.node.items[keyword], key=True, help=_INSTEAD[keyword])


def _places(model: Model) -> Iterator[tuple[str, Element]]:
    for entity in model.entities.values():
        yield "reference_data", entity
        for attribute in entity.attributes.values():
            yield "encrypt", attribute
    for interface in model.interfaces.values():
        yield "schedule", interface
