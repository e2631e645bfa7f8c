"""Statements that may take only so long."""

from __future__ import annotations


class TookTooLong(Exception):
    """A statement did not end within its time; `Store.limited` raises it."""
