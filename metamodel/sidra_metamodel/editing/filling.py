"""What is put into a text when a value is written: in the form that its surroundings have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sidra_metamodel.editing import plainly
from sidra_metamodel.editing.cutting import Cut, comments_below, entry_at, find, spans
from sidra_metamodel.editing.pieces import Data, Document, Entry, Piece, Uneditable
from sidra_metamodel.editing.splices import Splice, column, is_indented, line_break, line_end, line_start, next_line
from sidra_metamodel.editing.writing import inline, key, lines
from sidra_metamodel.explaining.show import INDENT

Path = tuple[str, ...]


def setting(document: Document, path: Path, value: Data) -> list[Splice]:
    """Return what writes a value at a path, in place of what is there."""
    if document.root is None:
        return [_appended(document.text, document.end, lines(path[0], _nested(path[1:], value), ""))]
    there = _way_there(document.root, path)
    around = find(document.root, there)
    if around is not None and around.entries is not None and len(there) < len(path):
        return [_added(document.text, around, path[len(there)], _nested(path[len(there) + 1 :], value))]
    # A list of names becomes a map, an empty value one that holds the rest of the path.
    rest = path[len(there) :]
    data = plainly.with_set(around.data, rest, value) if around is not None and rest else value
    if not there:
        raise Uneditable("the document is a list", hint="begin it with a header such as `entity: customer`")
    holder = find(document.root, there[:-1])
    assert holder is not None, "the way leads there"  # noqa: S101 - told to the type checker
    return _replaced(document.text, entry_at(holder, there[-1]), data, is_flow=holder.is_flow)


def renaming(document: Document, path: Path, name: str) -> list[Splice]:
    """Return what gives a key, or a member of a list of names, another name."""
    around = find(document.root, path[:-1])
    if around is not None and around.entries is not None:
        piece = around.entries[path[-1]].key
        return [Splice(piece.start, piece.end, key(name))]
    found = find(document.root, path)
    return [Splice(found.start, found.end, inline(name))] if found is not None else []


def placing(document: Document, path: Path, cut: Cut | None, value: Data) -> list[Splice]:
    """Return what puts an entry at a path where nothing is: by its lines if they can stand there, else by its value."""
    there = _way_there(document.root, path) if document.root is not None else ()
    around = find(document.root, there)
    if cut is None or around is None or not stands_in_lines(document, path):
        return setting(document, path, value)
    indent = column(document.text, _first(document.text, around).start)
    *between, name = path[len(there) :]
    new = [f"{' ' * indent}{INDENT * depth}{key(one)}:" for depth, one in enumerate(between)]
    new += _indented(cut, name, indent + len(INDENT) * len(between))
    return [_appended(document.text, _end(document.text, around), new)]


def stands_in_lines(document: Document, path: Path) -> bool:
    """Tell whether what is put at a path, where nothing is, has lines of its own there."""
    around = find(document.root, _way_there(document.root, path)) if document.root is not None else None
    return around is not None and around.entries is not None and not around.is_flow


def commenting(document: Document, path: Path, comments: Iterable[str]) -> list[Splice]:
    """Return what puts comments above the lines in which a path stands; one that is there already is not repeated."""
    text, key_at = document.text, 0
    for length in range(len(path)):
        around = find(document.root, path[:length])
        if around is None or around.is_flow or path[length] not in (around.entries or {}):
            break
        entry = entry_at(around, path[length])
        key_at = entry.key.start if is_indented(text, entry.key.start) else key_at
    start, above = line_start(text, key_at), []
    while start and (line := text[line_start(text, start - 1) : line_end(text, start - 1)].strip(" ")).startswith("#"):
        above.append(line)
        start = line_start(text, start - 1)
    indent, at = " " * column(text, key_at), line_start(text, key_at)
    new = "".join(f"{indent}{one}{line_break(text)}" for one in comments if one not in above)
    return [Splice(at, at, new)]


def _way_there(root: Piece, path: Path) -> Path:
    """Return the part of a path that is written as maps, and what it leads to."""
    length = len(path)
    while length:
        around = find(root, path[: length - 1])
        if around is not None and path[length - 1] in (around.entries or {}):
            break
        length -= 1
    return path[:length]


def _nested(path: Path, value: Data) -> Data:
    for name in reversed(path):
        value = {name: value}
    return value


def _added(text: str, around: Piece, name: str, value: Data) -> Splice:
    """Return an entry behind the last one of a map."""
    if not around.is_flow:
        indent = " " * column(text, _first(text, around).start)
        return _appended(text, _end(text, around), lines(name, value, indent))
    written = f"{key(name)}: {inline(value)}"
    found = spans(around)
    if not found:
        return Splice(around.start + 1, around.end - 1, written)
    return Splice(found[-1][2], found[-1][2], f", {written}")


def _first(text: str, around: Piece) -> Piece:
    first = next(iter((around.entries or {}).values())).key
    if not is_indented(text, first.start):
        raise Uneditable("nothing can be added to a map that begins on the line of a dash or mark")
    return first


def _end(text: str, around: Piece) -> int:
    """Return where the lines of a block map end, with the comments below its last entry that are its own."""
    entries = list((around.entries or {}).values())
    below = next_line(text, max(entries[-1].end - 1, entries[-1].key.start))
    return comments_below(text, below, column(text, entries[0].key.start))


def _appended(text: str, at: int, new: Iterable[str]) -> Splice:
    """Return lines at a place between two lines; the end of a text without a line break stays without."""
    newline = line_break(text)
    block = newline.join(new)
    if at == len(text) and text and text[-1] not in "\r\n":
        return Splice(at, at, newline + block)
    return Splice(at, at, block + newline)


def _replaced(text: str, entry: Entry, value: Data, *, is_flow: bool) -> list[Splice]:
    piece = entry.value
    if is_flow:
        return [_inline(text, entry, inline(value))]
    indent = " " * column(text, entry.key.start)
    _head, *below = lines(entry.key.text, value, indent)
    if not below and not piece.is_block:
        return [_inline(text, entry, inline(value))]
    colon = text.index(":", entry.key.end) + 1
    said = "" if below else f" {inline(value)}"
    new = "".join(line_break(text) + line for line in below)
    if piece.is_block:
        # What stands behind the colon is a comment on the map as a whole.
        return [Splice(colon, colon, said), Splice(line_end(text, colon), piece.end, new)]
    end = line_end(text, _end_of(text, piece))
    return [Splice(colon, max(colon, _end_of(text, piece))), Splice(end, end, new)]


def _inline(text: str, entry: Entry, written: str) -> Splice:
    piece = entry.value
    if not piece.is_empty:
        return Splice(piece.start, _end_of(text, piece), written)
    if ":" in text[entry.key.end : piece.start]:
        return Splice(piece.start, piece.start, f" {written}")
    return Splice(entry.key.end, entry.key.end, f": {written}")


def _end_of(text: str, piece: Piece) -> int:
    return piece.start + len(text[piece.start : piece.end].rstrip("\r\n "))


def _indented(cut: Cut, name: str, indent: int) -> Sequence[str]:
    """Return the lines of a cut entry deeper or less deep, with another key."""
    moved = []
    for index, line in enumerate(cut.lines):
        rest = line[cut.column :] if not line[: cut.column].strip(" ") else line.lstrip(" ")
        if index == cut.key_line:
            rest = key(name) + rest[cut.key_length :]
        moved.append(f"{' ' * indent}{rest}" if rest else rest)
    return moved
