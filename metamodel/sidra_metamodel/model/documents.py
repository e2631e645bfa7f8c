"""The documents of one kind, built one by one when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from sidra_metamodel.language import Document
from sidra_metamodel.memory import Memory
from sidra_metamodel.model.build import build
from sidra_metamodel.nodes import Node

DocumentT = TypeVar("DocumentT", bound=Document)


class Documents(Mapping[str, DocumentT], Generic[DocumentT]):
    """The documents of one kind by name; each is built when it is first asked for."""

    def __init__(self, kind: type[DocumentT], nodes: Mapping[str, Node], memory: Memory) -> None:
        self._kind = kind
        self._nodes = nodes
        self._memory = memory
        self._built: dict[str, DocumentT] = {}

    def __getitem__(self, name: str) -> DocumentT:
        """Return the document; two threads may build it twice, and either result serves."""
        found = self._built.get(name)
        if found is None:
            node = self._nodes[name]
            made = self._memory.of(("build", self._kind.kind, name, node), lambda: build(self._kind, name, node))
            found = self._built.setdefault(name, made)
        return found

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._nodes)

    def __len__(self) -> int:
        """Count the documents."""
        return len(self._nodes)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is such a document, without building it."""
        return name in self._nodes
