"""Texts as people compare them: without case, accents, and the variants of Arabic letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

SORT_KEY_CHARACTERS = 120
"""Beginnings decide the order; equal ones are told apart by the record's id."""
FOLDED_CHARACTERS = 500

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


def fold(text: str) -> str:
    """Return a text as search compares it: `Łódź` as `lodz`, `أحمد` as `احمد`, at most 500 characters."""
    return " ".join(_folded(text[:FOLDED_CHARACTERS]).split())


def sort_key(text: str, locale: str = "") -> str:
    """Return a text whose code points order it as people of a locale do, 120 characters at most."""
    special = _LETTERS_OF_LOCALE.get(locale)
    lowered = unicodedata.normalize("NFC", text[:SORT_KEY_CHARACTERS]).casefold()
    if special is None:
        return " ".join(_folded(lowered).split())[:SORT_KEY_CHARACTERS]
    return " ".join(_folded(lowered.translate(special)).split())[:SORT_KEY_CHARACTERS]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower().replace("\0", " ")
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.translate(_LETTERS)
