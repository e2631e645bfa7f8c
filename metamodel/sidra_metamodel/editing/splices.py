"""Texts in which parts take the place of others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Splice(NamedTuple):
    """A part of a text, from `start` to before `end`, and what takes its place."""

    start: int
    end: int
    text: str = ""


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Return a text with parts of it, which do not overlap, replaced."""
    for start, end, new in sorted(splices, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def line_start(text: str, at: int) -> int:
    """Return where the line of a position begins."""
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def line_end(text: str, at: int) -> int:
    """Return where the line of a position ends, before its line break."""
    ends = [found for found in (text.find("\r", at), text.find("\n", at)) if found >= 0]
    return min(ends, default=len(text))


def next_line(text: str, at: int) -> int:
    """Return where the line after that of a position begins, or the end of the text."""
    end = line_end(text, at)
    return end + 2 if text[end : end + 2] == "\r\n" else min(end + 1, len(text))


def line_break(text: str) -> str:
    """Return what the lines of a text end with."""
    return "\r\n" if "\r\n" in text else "\n"


def column(text: str, at: int) -> int:
    """Return how many characters stand before a position on its line."""
    return at - line_start(text, at)


def is_indented(text: str, at: int) -> bool:
    """Tell whether nothing but blanks stands before a position on its line."""
    return not text[line_start(text, at) : at].strip(" ")
