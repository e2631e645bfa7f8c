"""The hooks of Sidra: what plugins and the built-in parts add to the language."""

from __future__ import annotations

import pluggy

from sidra_metamodel.expressions import Function
from sidra_metamodel.language import Document
from sidra_metamodel.model.built_in import PluginType
from sidra_metamodel.registry import Vocabulary
from sidra_metamodel.widgets import Widget

PROJECT = "sidra"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_types() -> list[PluginType]:  # type: ignore[empty-body]  # a specification has no body
    """Asked once at start: return the scalar types that attributes may have besides the known ones."""


@hookspec
def register_functions() -> list[Function]:  # type: ignore[empty-body]  # a specification has no body
    """Asked once at start: return the functions that expressions may call besides the known ones."""


@hookspec
def register_kinds() -> list[type[Document]]:  # type: ignore[empty-body]  # a specification has no body
    """Asked once at start: return the kinds of documents that YAML may declare besides the known ones."""


@hookspec
def register_vocabularies() -> list[Vocabulary]:  # type: ignore[empty-body]  # a specification has no body
    """Asked once at start: return values that keywords may take besides the known ones, such as further icons."""


@hookspec
def register_widgets() -> list[Widget]:  # type: ignore[empty-body]  # a specification has no body
    """Asked once at start: return the widgets that YAML may name in `widget` besides the known ones."""
