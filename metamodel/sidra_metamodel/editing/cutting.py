"""What is cut out of a text when an entry goes: its lines, its comments, its comma."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sidra_metamodel.editing.pieces import Document, Entry, Piece, Uneditable
from sidra_metamodel.editing.splices import Splice, column, is_indented, line_end, line_start, next_line

_DASH: Final = re.compile(r" *- +")
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#[^\r\n]*", re.MULTILINE)
_IN_LINES: Final = "write the map around it in lines of its own, then retry"

Path = Sequence[str]


@dataclass(frozen=True, slots=True)
class Cut:
    """An entry in lines of its own, with the comments directly above it."""

    lines: tuple[str, ...]
    column: int
    """Where the key begins."""
    key_line: int
    key_length: int
    comments: tuple[str, ...]
    """What people wrote above and in it."""


def find(root: Piece | None, path: Path) -> Piece | None:
    """Return the value at a path, or the member of that name where the last is one of a list."""
    piece = root
    for index, name in enumerate(path):
        if piece is None:
            return None
        if piece.members is not None:
            is_last = index == len(path) - 1
            return next((one for one in piece.members if one.text == name and is_last), None)
        entry = (piece.entries or {}).get(name)
        piece = entry.value if entry is not None else None
    return piece


def removing(document: Document, path: Path) -> list[Splice]:
    """Return what takes an entry out of a text."""
    around = find(document.root, path[:-1])
    assert around is not None, "what is to go has been found"  # noqa: S101 - told to the type checker
    if around.is_flow:
        return [_between_brackets(around, path[-1])]
    if around.members is not None:
        member = next(one for one in around.members if one.text == path[-1])
        start = line_start(document.text, member.start)
        if not _DASH.fullmatch(document.text, start, member.start):
            raise Uneditable(f"`{path[-1]}` cannot be taken out of its line", hint=_IN_LINES)
        return [Splice(start, next_line(document.text, member.end - 1))]
    return [Splice(*_lines(document.text, entry_at(around, path[-1])))]


def lines_of(document: Document, path: Path) -> Cut | None:
    """Return the lines of an entry of a block map; None for one in brackets, or in a list."""
    around = find(document.root, path[:-1])
    if around is None or around.is_flow or around.entries is None:
        return None
    text, entry = document.text, around.entries[path[-1]]
    start, end = _lines(text, entry)
    lines = text[start:end].replace("\r\n", "\n").removesuffix("\n").split("\n")
    above = text[start : entry.key.start].count("\n")
    length, comments = entry.key.end - entry.key.start, tuple(_comments(text, start, end, entry))
    return Cut(tuple(lines), column(text, entry.key.start), above, length, comments)


def _comments(text: str, start: int, end: int, entry: Entry) -> Iterator[str]:
    """Yield the comments in the lines of an entry, from their marks on."""
    within = list(_scalars(entry))
    while (found := _COMMENT.search(text, start, end)) is not None:
        inside = next((stop for begin, stop in within if begin <= found.start() < stop), None)
        if inside is None:
            yield found.group()
        start = inside or found.end()


def _scalars(entry: Entry) -> Iterator[tuple[int, int]]:
    yield entry.key.start, entry.key.end
    waiting = [entry.value]
    for piece in waiting:
        if piece.entries is None and piece.members is None:
            yield piece.start, piece.end
        waiting += piece.members or ()
        for inner in (piece.entries or {}).values():
            yield inner.key.start, inner.key.end
            waiting.append(inner.value)


def entry_at(around: Piece, name: str) -> Entry:
    """Return an entry of a map, which is there."""
    return (around.entries or {})[name]


def spans(around: Piece) -> list[tuple[str, int, int]]:
    """Return the name, the start and the end of all that stands in brackets."""
    if around.members is not None:
        return [(member.text, member.start, member.end) for member in around.members]
    return [(name, entry.key.start, entry.end) for name, entry in (around.entries or {}).items()]


def _between_brackets(around: Piece, name: str) -> Splice:
    found = spans(around)
    index = next(index for index, span in enumerate(found) if span[0] == name)
    if len(found) == 1:
        return Splice(around.start + 1, around.end - 1)
    if index == len(found) - 1:
        return Splice(found[index - 1][2], found[index][2])
    return Splice(found[index][1], found[index + 1][1])


def _lines(text: str, entry: Entry) -> tuple[int, int]:
    """Return where the lines of an entry begin and end, with the comments directly above it."""
    if not is_indented(text, entry.key.start):
        raise Uneditable("this cannot be taken out of its line", hint=_IN_LINES)
    indent = column(text, entry.key.start)
    start = line_start(text, entry.key.start)
    while start and _is_comment(text, before := line_start(text, start - 1), indent):
        start = before
    return start, next_line(text, max(entry.end - 1, entry.key.start))


def _is_comment(text: str, start: int, indent: int) -> bool:
    line = text[start : line_end(text, start)]
    return line.startswith("#", indent) and not line[:indent].strip(" ")


def comments_below(text: str, start: int, indent: int) -> int:
    """Return where the comments end that stand directly below a line and at least as deep."""
    while start < len(text):
        line = text[start : line_end(text, start)]
        blanks = len(line) - len(line.lstrip(" "))
        if blanks < indent or not line.startswith("#", blanks):
            break
        start = next_line(text, start)
    return start
