"""What Sidra itself adds to the language, through the hooks that plugins use."""

from __future__ import annotations

from sidra.hookspecs import hookimpl
from sidra.vocabularies import vocabularies
from sidra_metamodel.expressions import STANDARD_FUNCTIONS, Function
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.language import Document
from sidra_metamodel.model.built_in import BUILT_IN_TYPES, PluginType
from sidra_metamodel.registry import Vocabulary


@hookimpl
def register_types() -> list[PluginType]:
    """Return the built-in scalar types."""
    return list(BUILT_IN_TYPES.values())


@hookimpl
def register_functions() -> list[Function]:
    """Return the functions that every expression may call."""
    return list(STANDARD_FUNCTIONS.values())


@hookimpl
def register_kinds() -> list[type[Document]]:
    """Return the built-in kinds of documents."""
    return list(BUILT_IN_KINDS)


@hookimpl
def register_vocabularies() -> list[Vocabulary]:
    """Return the functions of roles, and the currencies, countries and languages of the world."""
    return list(vocabularies())
