"""What is left of a value for those who see it masked: its shape, and whether that shows a part of it."""

from __future__ import annotations

from typing import Final

from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.model import Model

PARTLY_SHOWN: Final = frozenset({"email", "phone"})
"""Built-in types whose masked values show a part where nobody wrote a shape."""


def shape_of(model: Model, attribute: Attribute) -> str:
    """Return the shape that is written for an attribute, the nearest first; nothing for that of its built-in type."""
    return next((one for one in (attribute.mask, *(each.mask for each in model.type_chain(attribute))) if one), "")


def shows_part(model: Model, attribute: Attribute) -> bool:
    """Tell whether those who see a value masked see a part of it."""
    shape = shape_of(model, attribute)
    return "{" in shape if shape else model.base_type(attribute) in PARTLY_SHOWN
