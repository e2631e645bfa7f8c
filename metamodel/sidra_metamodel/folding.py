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


LIGATURES: Final[Mapping[str, str]] = MappingProxyType({"æ": "ae", "œ": "oe", "ß": "ss"})
"""Letters that stand for two."""
_BLOCKS: Final = ((0x41, 0x5B), (0xC0, 0x250), (0x300, 0x500), (0x600, 0x700), (0x1E00, 0x1F00))
"""Latin, marks, Greek, Cyrillic, Arabic, and Latin with two marks."""


def letter(character: str) -> str:
    """Return what is left of one character without case, accent and variant: one, or none of a mark."""
    capital = {"Æ": "æ", "Œ": "œ", "ẞ": "ß"}.get(character)
    bare = folded(character)
    return capital or (character if len(bare) > 1 or character in LIGATURES else bare)


def letters() -> Mapping[str, str]:
    """Return the characters that `letter` changes, each with what is left of it."""
    found = ((chr(code), letter(chr(code))) for first, end in _BLOCKS for code in range(first, end))
    return {character: bare for character, bare in found if character != bare}


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
