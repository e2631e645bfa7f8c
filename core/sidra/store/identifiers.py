"""Record ids: UUIDv7 text outside, 16 bytes in the database."""

import os

NO_ID = bytes(16)
"""What no record has, and all ids are above."""
_VERSION_7 = 0x7000
_TWELVE_BITS = (1 << 12) - 1
_VARIANTS = tuple(bytes([0x80 | number & 0x3F]) for number in range(256))
"""The ninth byte: a mark, and six bits of chance."""


def new_id(milliseconds: int, number: int | None = None) -> str:
    """Return a UUIDv7 for a moment, as `new_key` does."""
    return id_text(new_key(milliseconds, number))


def new_key(milliseconds: int, number: int | None = None) -> bytes:
    """Return the stored form of a UUIDv7 for a moment (ms since 1970): those made later sort later.

    Within a millisecond they do by chance. number: orders the ids of one moment, from 0; beyond 4,095 they count into
    the next millisecond.
    """
    chance = os.urandom(10)
    if number is None:
        number = chance[8] << 8 | chance[9]
    else:
        milliseconds += number >> 12
    high = milliseconds << 16 | _VERSION_7 | number & _TWELVE_BITS
    return high.to_bytes(8, "big") + _VARIANTS[chance[0]] + chance[1:8]


def id_text(stored: bytes) -> str:
    """Return the canonical text of a stored id."""
    # Groups of two bytes have seven signs between them, of which the first and the last two go.
    digits = stored.hex("-", 2)
    return f"{digits[:4]}{digits[5:29]}{digits[30:34]}{digits[35:]}"


def id_bytes(text: str) -> bytes:
    """Return the stored form of an id; raises ValueError for text that is none."""
    stored = bytes.fromhex(text.replace("-", ""))
    if len(stored) != 16:  # noqa: PLR2004 - a UUID has 16 bytes
        raise ValueError(f"`{text}` is no id")
    return stored
