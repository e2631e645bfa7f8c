"""The kinds of documents: built-ins and plugins register theirs in the same way."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping

from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.language import Document


class KindTaken(SidraError):
    """Two classes register the same kind."""

    code = "E302"


class Registry:
    """The kinds of documents by name; immutable, so that a Model can keep the one it was built with."""

    def __init__(self, kinds: Iterable[type[Document]] = ()) -> None:
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
        return Registry((*self.kinds.values(), *kinds))
