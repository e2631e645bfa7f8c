"""The operations of connectors by their dotted names, as screens and processes name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sidra_metamodel.kinds.interface import Interface
    from sidra_metamodel.kinds.interfaces.connector import Operation
    from sidra_metamodel.model import Model


def operations(model: Model) -> Mapping[str, Operation]:
    """Return what all connectors can be asked, by names such as `billing.bills`."""
    return {
        f"{connector.name}.{name}": operation
        for connector in connectors(model)
        for name, operation in connector.operations.items()
    }


def connectors(model: Model) -> list[Interface]:
    """Return the interfaces that are connectors, in order of their names."""
    return sorted((each for each in model.interfaces.values() if each.kind_ == "connector"), key=lambda each: each.name)
