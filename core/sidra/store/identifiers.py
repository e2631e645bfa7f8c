"""Record ids: UUIDv7 text outside, 16 bytes in the database."""

import os

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_LOW_BITS = (1 << 62) - 1
_TWELVE_BITS = (1 << 12) - 1


def new_id(milliseconds: int, number: int | None = None) -> str:
    """Return a UUIDv7 for a moment (ms since 1970): ids made later sort later, within a millisecond by chance.

    number: orders the ids of one moment, from 0; beyond 4,095 they count into the next millisecond.
    """
    random = int.from_bytes(os.urandom(10), "big")
    middle = random >> 62 & _TWELVE_BITS
    if number is not None:
        milliseconds, middle = milliseconds + (number >> 12), number & _TWELVE_BITS
    value = (milliseconds << 80) | _VERSION_7 | (middle << 64) | _VARIANT | (random & _LOW_BITS)
    return id_text(value.to_bytes(16, "big"))


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
