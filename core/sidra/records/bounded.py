"""A cache that does not grow without end."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """A mapping of at most `size` entries, safe for threads; the oldest goes first.

    The one that was not used for longest would be the better one to go, but to note each use costs as much as the
    whole reading of a cached entry, and what is in use is soon made again.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        # A plain dict looks for its oldest entry among the places of all that went before it.
        self._entries: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the entry, made when absent; two threads may make it twice, and the first result stays."""
        found = self._entries.get(key)
        if found is not None:
            return found
        made = make()
        with self._lock:
            kept = self._entries.setdefault(key, made)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)
        return kept
