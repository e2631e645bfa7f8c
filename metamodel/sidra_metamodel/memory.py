"""What earlier loads made, remembered by the very nodes that it was made of: an edit costs only what it changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

ResultT = TypeVar("ResultT")

_NOTHING: Final = object()
"""Stands for what is not known; None may be."""

Key = tuple[Hashable, ...]
"""What a result follows from: a word for the kind of result, names, and nodes, which are equal only to themselves.

Nodes are never changed, and the key keeps them alive, so that no other node can take the identity of one of them.
"""


class Memory:
    """Remembers what the last load of each owner used; affiliates share what is the same for them."""

    def __init__(self) -> None:
        # The word in a key tells of what type its result is.
        self._known: dict[Key, Any] = {}
        self._used: dict[str, set[Key]] = {}
        self._using: set[Key] = set()
        self._kept = 0

    def of(self, key: Key, make: Callable[[], ResultT]) -> ResultT:
        """Return what `make` gave for an equal key, or gives now; two threads may make it twice."""
        self._using.add(key)
        found = self._known.get(key, _NOTHING)
        result: ResultT = self._known.setdefault(key, make()) if found is _NOTHING else found
        return result

    @contextmanager
    def load(self, owner: str) -> Iterator[None]:
        """Count what is asked for as the owner's, in place of what its last load asked for."""
        self._using = self._used[owner] = set()
        yield
        # Half of it may be out of use: so forgetting costs little beside what was made since the last time.
        if len(self._known) > 2 * self._kept:
            used = set().union(*self._used.values())
            self._known = {key: found for key, found in self._known.items() if key in used}
            self._kept = len(self._known)
