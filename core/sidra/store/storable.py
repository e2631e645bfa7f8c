"""Texts as every database takes them."""

from __future__ import annotations


def storable(text: str) -> str:
    """Return a text without what no database keeps: a lone surrogate is no character, and PostgreSQL takes no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
