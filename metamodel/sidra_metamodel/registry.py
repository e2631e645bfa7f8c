"""The kinds of documents and the vocabularies of their values: built-ins and plugins register theirs alike."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.language import Document
from sidra_metamodel.widgets import Widget


class KindTaken(SidraError):
    """Two classes register the same kind."""

    code = "E302"


@dataclass(frozen=True, slots=True)
class PluginCode:
    """The names of what plugins bring, as configuration makes use of it."""

    functions: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    widgets: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.functions or self.types or self.widgets or self.kinds)


class Registry:
    """The kinds of documents by name; immutable, so that a Model can keep the one it was built with."""

    def __init__(self, kinds: Iterable[type[Document]] = (), code: PluginCode = PluginCode()) -> None:
        self.code = code
        found: dict[str, type[Document]] = {}
        for kind in kinds:
            if kind.kind in found:
                other = found[kind.kind]
                reason = f"`{kind.kind}` is registered by {other.__module__} and by {kind.__module__}"
                raise KindTaken(reason, hint="rename one of them")
            found[kind.kind] = kind
        self.kinds: Mapping[str, type[Document]] = types.MappingProxyType(found)

    def extended(self, kinds: Iterable[type[Document]]) -> Registry:
        """Return a registry with further kinds."""
        return Registry((*self.kinds.values(), *kinds), self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Values that a keyword may take and that the language itself does not know, such as the icons of the screens."""

    name: str
    """What the keywords say in `among`: `icon`, `widget`, `function`, `currency`, `country`, `locale`."""
    values: frozenset[str]
    """Some of the values; those of all registrations of one name count."""
    help: str = ""
    """How such a value is found, for who wrote another one."""


class Vocabularies:
    """The registered vocabularies by name, those of one name as one; immutable."""

    def __init__(self, vocabularies: Iterable[Vocabulary] = (), widgets: Iterable[Widget] = ()) -> None:
        self.widgets: Mapping[str, Widget] = types.MappingProxyType({each.name: each for each in widgets})
        found: dict[str, Vocabulary] = {}
        for each in vocabularies:
            first = found.get(each.name, each)
            found[each.name] = Vocabulary(
                name=each.name, values=first.values | each.values, help=first.help or each.help
            )
        if self.widgets:
            found["widget"] = Vocabulary(name="widget", values=frozenset(self.widgets))
        self.by_name: Mapping[str, Vocabulary] = types.MappingProxyType(found)
