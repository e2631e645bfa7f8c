"""Texts as people compare them: without case, accents, and the variants of Arabic letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FOLDED_CHARACTERS: Final = 500

_ALEF, _YEH, _HEH, _WAW, _KAF = "\u0627", "\u064a", "\u0647", "\u0648", "\u0643"
_TATWEEL = "\u0640"
_LETTERS: Mapping[int, str | None] = MappingProxyType(
    str.maketrans(
        {
            "ł": "l",
            "đ": "d",
            "ø": "o",
            "ı": "i",
            "æ": "ae",
            "œ": "oe",
            "\u0671": _ALEF,
            "\u0649": _YEH,
            "\u06cc": _YEH,
            "\u0629": _HEH,
            "\u06a9": _KAF,
            "\u0621": None,
            _TATWEEL: None,
            "\u00a0": " ",
            "\u2019": "'",
            # What no text holds and no database takes.
            "\0": " ",
            **{chr(surrogate): None for surrogate in range(0xD800, 0xE000)},
            **{chr(0x0660 + digit): str(digit) for digit in range(10)},
            **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
        }
    )
)
"""Letters that Unicode does not take apart into a base letter and a mark, and digits of Arabic scripts."""


def fold(text: str) -> str:
    """Return a text as search and signs of duplicates compare it: `Łódź` as `lodz`, `أحمد` as `احمد`.

    At most 500 characters of it count.
    """
    return " ".join(folded(text[:FOLDED_CHARACTERS]).split())


def folded(text: str) -> str:
    """Return a text of any length without case, accents and variants of letters; its white space stays."""
    if text.isascii():
        return text.lower().replace("\0", " ")
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.translate(_LETTERS)
