"""The order of texts as people of a locale read them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from sidra_metamodel.folding import folded

SORT_KEY_CHARACTERS = 120
"""Beginnings decide the order; equal ones are told apart by the record's id."""

_LAST = "\x7f"
_LETTERS_OF_LOCALE: Mapping[str, Mapping[int, str]] = MappingProxyType(
    {
        # Letters of their own in Polish: after the letter that they fold to.
        "pl": MappingProxyType(
            str.maketrans(
                {letter: letter_base + _LAST for letter, letter_base in zip("ąćęłńóś", "acelnos", strict=True)}
            )
            | str.maketrans({"ź": "z\x7e", "ż": "z\x7f"})
        )
    }
)


def sort_key(text: str, locale: str = "") -> str:
    """Return a text whose code points order it as people of a locale do, 120 characters at most."""
    special = _LETTERS_OF_LOCALE.get(locale)
    lowered = unicodedata.normalize("NFC", text[:SORT_KEY_CHARACTERS]).casefold()
    if special is None:
        return " ".join(folded(lowered).split())[:SORT_KEY_CHARACTERS]
    return " ".join(folded(lowered.translate(special)).split())[:SORT_KEY_CHARACTERS]
