"""How values of attributes with `encrypt: true` are kept: sealed for the very record and attribute they stand in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sidra.privacy.keys import BRING_BACK, KeyMissing, is_sealed, key_of
from sidra.records.record import Illegible

if TYPE_CHECKING:
    from sidra.privacy.keys import KeyRing

Seal = Callable[[str, bytes], str]
Unseal = Callable[[str, bytes], str]
Index = Callable[[str], str]

COLON = 11
"""Where a sealed text has the end of its key's id; of other texts, hardly one has a colon there."""


def place_of(root: str, attribute: str) -> bytes:
    """Return what a value is sealed about, with the id of its record behind it."""
    return f"{root}.{attribute}\n".encode()


class Sealing:
    """Seals the values of one table's records under the keys of its affiliate."""

    def __init__(self, keys: KeyRing, root: str) -> None:
        self.keys = keys
        self._root = root

    def sealer(self, attribute: str) -> Seal:
        """Return the function from a value and its record's stored id to the text that is kept.

        It raises KeyMissing for a value that cannot be read, such as one that a merge takes over.
        """
        seal, place = self.keys.seal, place_of(self._root, attribute)

        def sealed(value: str, id: bytes) -> str:
            if value.__class__ is Illegible:
                raise KeyMissing(f"`{attribute}` cannot be read, and so not be taken over", hint=BRING_BACK)
            return seal("attribute", value.encode("utf-8"), place + id)

        return sealed

    def unsealer(self, attribute: str) -> Unseal:
        """Return the function from a kept text and its record's stored id to the value; it raises KeyMissing.

        A text that is not sealed is the value: it was kept before the attribute was `encrypt: true`.
        """
        unseal, place = self.keys.unseal, place_of(self._root, attribute)

        def unsealed(text: str, id: bytes) -> str:
            if text[COLON : COLON + 1] != ":" or not is_sealed(text):
                return text
            try:
                return unseal("attribute", text, place + id).decode("utf-8")
            except KeyMissing as missing:
                self.keys.tell_missing(key_of(text), missing)
                raise

        return unsealed

    def indexer(self, attribute: str) -> Index:
        """Return the function from a value to its blind index: equal values have the same, and it tells no more."""
        index, place = self.keys.index, place_of(self._root, attribute)
        return lambda value: index("index", place + value.encode("utf-8"))
