"""What a plugin imports, and how plugins are found: by entry point, or by the names in the settings."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, TypeVar

import pluggy

from sidra import built_in_parts, hookspecs
from sidra.errors import SidraError
from sidra.hookspecs import PROJECT, hookimpl
from sidra.plugin_calls import reported_function, reported_type
from sidra.plugin_promises import baseless, broken_promise, is_one
from sidra_metamodel.expressions import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    INTEGER,
    MONEY,
    STRING,
    Function,
    Overload,
)
from sidra_metamodel.language import Document, Element, Formula, Label, word
from sidra_metamodel.load import Language
from sidra_metamodel.model.built_in import BUILT_IN_TYPES, PluginType, Types
from sidra_metamodel.registry import PluginCode, Registry, Vocabularies, Vocabulary
from sidra_metamodel.widgets import Parameter, Sample, Widget

__all__ = [
    "BOOLEAN",
    "DATE",
    "DATETIME",
    "DECIMAL",
    "DURATION",
    "INTEGER",
    "MONEY",
    "STRING",
    "Document",
    "Element",
    "Formula",
    "Function",
    "Label",
    "Overload",
    "Parameter",
    "PluginFailed",
    "PluginType",
    "Plugins",
    "Sample",
    "Vocabulary",
    "Widget",
    "hookimpl",
    "load_plugins",
    "word",
]

PartT = TypeVar("PartT", Function, Widget)


class PluginFailed(SidraError):
    """A plugin that the settings name is missing, breaks, or returns what its hook does not promise."""

    code = "R004"


@dataclass(frozen=True, slots=True)
class Plugins:
    """What the built-in parts and all plugins add together."""

    names: tuple[str, ...]
    """The plugins that were loaded, without the built-in parts."""
    registry: Registry
    functions: Mapping[str, Function]
    types: Types
    vocabularies: Vocabularies

    @property
    def language(self) -> Language:
        """What configuration may be written in."""
        return Language(self.registry, self.functions, self.types, self.vocabularies)


def load_plugins(names: Sequence[str] | None = None) -> Plugins:
    """Return what plugins add: those installed as entry points of the group `sidra`, or exactly the `names`.

    A name is that of an entry point or of a module. Raises PluginFailed, which names the plugin.
    """
    modules = {name: _import(name) for name in (_installed() if names is None else names)}
    return assemble(modules)


def assemble(modules: Mapping[str, object]) -> Plugins:
    """Return what the built-in parts and the plugins in `modules`, by name, add together."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    for name, module in {BUILT_IN: built_in_parts, **_parts(), **modules}.items():
        _register(manager, name, module)
    types = [
        (name, type_ if name == BUILT_IN else reported_type(name, type_))
        for name, type_ in _asked(manager, "register_types", PluginType)
    ]
    types_by_name = Types(type_ for _, type_ in types)
    _check_bases(types, types_by_name)
    functions = [
        (name, function if name == BUILT_IN else reported_function(name, function))
        for name, function in _asked(manager, "register_functions", Function)
    ]
    kinds = _asked(manager, "register_kinds", Document)
    drawn = _asked(manager, "register_widgets", Widget)
    widgets = _by_name(drawn, "widget")
    words = [each for _, each in _asked(manager, "register_vocabularies", Vocabulary)]
    vocabularies = Vocabularies(words, widgets.values())
    code = PluginCode(
        functions=frozenset(function.name for name, function in functions if name in modules),
        types=frozenset(type_.name for name, type_ in types if name in modules),
        widgets=frozenset(widget.name for name, widget in drawn if name in modules),
        kinds=frozenset(kind.kind for name, kind in kinds if name in modules),
    )
    registry = Registry((kind for _, kind in kinds), code)
    return Plugins(tuple(modules), registry, _by_name(functions, "function"), types_by_name, vocabularies)


BUILT_IN = "the built-in parts"
PAGE = "docs/reference/hooks.md lists the hooks and what they return"
PARTS = f"{PROJECT}.parts"
"""Entry points of this group are parts of Sidra that the runtime does not know, such as the screens; all are loaded."""


def _parts() -> dict[str, object]:
    return {f"the part {entry.name}": entry.load() for entry in entry_points(group=PARTS)}


def _installed() -> list[str]:
    return sorted({entry.name for entry in entry_points(group=PROJECT)})


def _import(name: str) -> ModuleType:
    """Import a plugin, whatever its author's code does on import."""
    module = next((entry.value for entry in entry_points(group=PROJECT) if entry.name == name), name)
    try:
        return importlib.import_module(module)
    except Exception as error:
        reason = f"the plugin `{name}` cannot be imported: {_said(error)}"
        raise PluginFailed(reason, hint="install it, mend it, or take it out of the setting `plugins`") from error


def _register(manager: pluggy.PluginManager, name: str, module: object) -> None:
    try:
        manager.register(module, name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        reason = f"the plugin `{name}` does not fit its hooks: {_said(error)}"
        raise PluginFailed(reason, hint=PAGE) from error


def _asked(manager: pluggy.PluginManager, hook: str, expected: type) -> list[tuple[str, Any]]:
    """Ask every plugin in the order of registration; what comes back is checked, so that its author is named."""
    found: list[tuple[str, Any]] = []
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        answer = _answer(implementation.plugin_name, hook, implementation.function)
        found += [(implementation.plugin_name, item) for item in answer]
    for name, item in found:
        if not is_one(expected, item):
            reason = f"`{hook}` of the plugin `{name}` returned {type(item).__name__}, not {expected.__name__}"
            raise PluginFailed(reason, hint=PAGE)
        if name != BUILT_IN and (broken := broken_promise(expected, item)):
            part = item.__name__ if isinstance(item, type) else item.name
            reason = f"`{hook}` of the plugin `{name}` returned a {expected.__name__} `{part}` that cannot be: {broken}"
            raise PluginFailed(reason, hint=PAGE)
    return found


def _check_bases(types: Iterable[tuple[str, PluginType]], by_name: Types) -> None:
    """Raise PluginFailed for a plugin's type that refines nothing."""
    plugins = {type_.name: name for name, type_ in types}
    for type_, base in baseless(by_name.by_name):
        reason = f"the type `{type_.name}` of the plugin `{plugins[type_.name]}` refines `{base}`, which is no type"
        raise PluginFailed(reason, hint=f"a `base` is one of {', '.join(sorted(BUILT_IN_TYPES))}, or of a plugin")


def _answer(name: str, hook: str, implementation: Callable[[], object]) -> Iterable[object]:
    """Call a plugin's hook, whatever it raises."""
    try:
        answer = implementation()
    except Exception as error:
        reason = f"`{hook}` of the plugin `{name}` failed: {_said(error)}"
        raise PluginFailed(reason, hint="mend it, or take it out of the setting `plugins`") from error
    if not isinstance(answer, Iterable):
        raise PluginFailed(f"`{hook}` of the plugin `{name}` returned no list", hint=PAGE)
    return answer


def _by_name(parts: list[tuple[str, PartT]], what: str) -> Mapping[str, PartT]:
    found: dict[str, tuple[str, PartT]] = {}
    for plugin, part in parts:
        if part.name in found:
            reason = f"the {what} `{part.name}` comes from `{found[part.name][0]}` and from `{plugin}`"
            raise PluginFailed(reason, hint="rename one of them")
        found[part.name] = (plugin, part)
    return {name: part for name, (_, part) in found.items()}


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no reason given'}"
