"""The Model: the whole configuration of one affiliate, typed and immutable, and the ways through it."""

from sidra_metamodel.model.model import Model

__all__ = ["Model"]
