"""Texts as every database takes them."""

from __future__ import annotations

REPLACED = "\N{REPLACEMENT CHARACTER}"
"""What stands where a text had a character that no database keeps."""


def storable(text: str) -> str:
    """Return a text without what no database keeps: a lone surrogate is no character, and PostgreSQL takes no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", REPLACED)
