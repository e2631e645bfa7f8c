"""Positioned nodes: what a YAML file becomes before and after layers are merged.

A node is immutable by convention: no code assigns to one after its construction, so unchanged
subtrees are shared by all affiliates and by all snapshots.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Scalar = str | int | float | bool | None

COLUMN_BITS = 12
MAX_COLUMN = (1 << COLUMN_BITS) - 1


@dataclass(frozen=True, slots=True)
class Source:
    """One file of one layer: where its nodes come from."""

    path: str
    """As shown to people: relative to the folder that holds the layers, with forward slashes."""
    layer: str
    """As shown to people: `group`, `pack:b2b`, `region:waf`, `affiliate:sn`, `environment:test`."""
    rank: int
    """Layers of a higher rank override those of a lower one; packs share one rank."""
    text: str = field(default="", repr=False, compare=False)
    """The file's text, for excerpts in diagnostics."""

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without its end, or nothing when the file is shorter."""
        lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""


def pack_position(line: int, column: int) -> int:
    """Return one integer for a line and a column (both from 1); a column beyond 4095 counts as 4095."""
    return line << COLUMN_BITS | min(column, MAX_COLUMN)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position that a person can open: file, line, column (from 1), and its layer."""

    path: str
    line: int
    column: int
    layer: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Node:
    """A value with its origin and what it shadows.

    value: a scalar, a dict of name to node in document order, or a tuple of scalar nodes.
    at, key_at: packed positions of the value and of the key that names it (0 when it has none).
    text: a plain scalar as written (`1.0`, `NO`), for keywords whose type is text; None otherwise.
    under: the node of a lower layer that this one was merged over.
    directives: the `$keys` written in this map, without their dollar sign.
    """

    __slots__ = ("at", "directives", "key_at", "source", "text", "under", "value")

    def __init__(  # noqa: PLR0913, PLR0917 - one per slot; a builder would cost twice the time for each of 100,000 nodes
        self,
        value: Scalar | dict[str, Node] | tuple[Node, ...],
        source: Source,
        at: int,
        key_at: int = 0,
        text: str | None = None,
        under: Node | None = None,
        directives: Mapping[str, Node] | None = None,
    ) -> None:
        self.value = value
        self.source = source
        self.at = at
        self.key_at = key_at
        self.text = text
        self.under = under
        self.directives = directives

    def __repr__(self) -> str:
        return f"Node({self.value!r}, {self.place})"

    @property
    def is_map(self) -> bool:
        """Whether the value is a map."""
        return isinstance(self.value, dict)

    @property
    def items(self) -> dict[str, Node]:
        """The children of a map, in order; empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def entries(self) -> tuple[Node, ...]:
        """The members of a list; empty for anything else."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def scalar(self) -> Scalar:
        """The scalar value; None for a map or a list."""
        return None if isinstance(self.value, dict | tuple) else self.value

    @property
    def place(self) -> Place:
        """Where the value stands."""
        return _place(self.source, self.at)

    @property
    def key_place(self) -> Place:
        """Where the key stands; the value's place when nothing names it."""
        return _place(self.source, self.key_at or self.at)

    def directive(self, name: str) -> Node | None:
        """Return the `$name` written in this map, or None."""
        return self.directives.get(name) if self.directives else None

    def get(self, *path: str) -> Node | None:
        """Return the node under the names of `path`, or None."""
        node: Node | None = self
        for name in path:
            node = node.items.get(name) if node else None
        return node

    def chain(self) -> Iterator[Node]:
        """Yield this node and then each one it shadows, the highest layer first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.under

    def plain(self) -> object:
        """Return plain data: dicts, lists and scalars, without directives."""
        if isinstance(self.value, dict):
            return {name: child.plain() for name, child in self.value.items()}
        if isinstance(self.value, tuple):
            return [entry.plain() for entry in self.value]
        return self.value


def _place(source: Source, at: int) -> Place:
    return Place(source.path, at >> COLUMN_BITS, at & MAX_COLUMN, source.layer)
