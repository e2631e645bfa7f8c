"""What stands where in a text that may be half-written: keys, values and their places, by indentation and brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sidra_metamodel.nodes import Node, Source

_KEY: Final = re.compile(
    r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#{}\[\],"'&*!|>%@`-][^#{}\[\],]*?|-[^\s][^:]*?)\s*:(?=\s|$)"""
)
_FLOW_KEY: Final = re.compile(
    r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s{}\[\],:"'#][^{}\[\],:"']*?)\s*:(?=[\s,}\]]|$)"""
)
_COMMENT: Final = re.compile(r"(^|\s)#.*$")
_BLOCK_TEXT: Final = re.compile(r"[|>][-+0-9]*\s*(#.*)?$")


@dataclass(slots=True, eq=False)
class Piece:
    """A key with its value, an entry of a list, or the whole text; lines and columns count characters from 0."""

    key: str
    line: int
    start: int
    end: int
    parent: Piece | None = None
    text: str | None = None
    """The scalar, without its quotes; None where there is none."""
    value_line: int = 0
    value_start: int = 0
    value_end: int = 0
    items: dict[str, Piece] = field(default_factory=dict)
    entries: list[Piece] = field(default_factory=list)
    indent: int = -1
    """The column of the keys below it, in block style."""
    is_flow: bool = False
    last_line: int = 0

    @property
    def path(self) -> tuple[str, ...]:
        """The keys from the root to this one."""
        return (*self.parent.path, self.key) if self.parent is not None else ()

    def walk(self) -> Iterator[Piece]:
        """Yield this piece and all below it, in order."""
        yield self
        for child in (*self.items.values(), *self.entries):
            yield from child.walk()

    def node(self, source: Source) -> Node:
        """Return what was read as a node, for what asks for nodes."""
        if self.items:
            own = {name: child.node(source) for name, child in self.items.items() if name[:1] != "$"}
            return Node(own, source, 0)
        if self.entries:
            return Node(tuple(child.node(source) for child in self.entries), source, 0)
        return Node(self.text, source, 0, 0, self.text)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where somebody writes: in which map or list, whether at a key or at a value, and what is typed so far."""

    holder: Piece
    """The piece whose map, list or scalar it is."""
    is_key: bool
    typed: str
    start: int
    """The column where what is typed begins."""
    quote: str = ""
    """The quotation mark that is open."""


class Outline:
    """The pieces of a text."""

    def __init__(self, text: str) -> None:
        self.lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.root = Piece("", 0, 0, 0, indent=0)
        self.root.last_line = len(self.lines) - 1
        _Reading(self.lines, self.root).read()

    @property
    def header(self) -> tuple[str, str]:
        """The kind and the name that the first key gives; empty texts where there is none."""
        first = next(iter(self.root.items.values()), None)
        return (first.key, first.text or "") if first is not None else ("", "")

    def piece_at(self, line: int, column: int) -> Piece | None:
        """Return the piece whose key or scalar stands at a place."""
        for piece in self.root.walk():
            at_key = piece.key and piece.line == line and piece.start <= column <= piece.end
            at_value = piece.text is not None and piece.value_line == line
            if at_key or (at_value and piece.value_start <= column <= piece.value_end):
                return piece
        return None

    def cursor(self, line: int, column: int) -> Cursor:
        """Return where somebody writes, by what stands before; what follows may be anything."""
        before = [*self.lines[:line], self.lines[line][:column] if line < len(self.lines) else ""]
        reading = _Reading(before, Piece("", 0, 0, 0, indent=0))
        reading.read()
        return reading.cursor(column)


class _Reading:
    """Goes through lines; its state at the end of a text that is cut off says where that end stands."""

    def __init__(self, lines: list[str], root: Piece) -> None:
        self._lines = lines
        self._root = root
        self._stack: list[tuple[int, Piece]] = []
        """Keys in block style that are open, with their columns."""
        self._flow: list[Piece] = []
        """Maps and lists in brackets that are open."""
        self._kinds: list[str] = []
        """The brackets of those."""
        self._value: Piece | None = None
        """The key whose value is expected, on this line."""
        self._token = 0
        """Where the last token begins."""
        self._quote = ""
        self._text_of: int | None = None
        """The column of the key whose text of several lines is open."""
        self._is_text = False

    def read(self) -> None:
        for number, line in enumerate(self._lines):
            self._is_text = False
            if self._quote:
                self._close_quote(number, line)
            elif self._flow:
                self._in_brackets(number, line, 0)
            else:
                self._block(number, line)

    def cursor(self, column: int) -> Cursor:
        line = self._lines[-1]
        typed = line[self._token : column]
        if self._is_text:
            return Cursor(self._holder(), is_key=False, typed="", start=column, quote="|")
        if self._value is not None:
            return Cursor(self._value, is_key=False, typed=typed, start=self._token, quote=self._quote)
        if self._flow:
            return Cursor(self._flow[-1], self._kinds[-1] == "{", typed, self._token, self._quote)
        stripped = line.lstrip(" ")
        indent = len(line) - len(stripped)
        if stripped.startswith("- "):
            holder = self._parent(indent + 1)
            return Cursor(holder, is_key=False, typed=stripped[2:].lstrip(), start=column - len(stripped[2:].lstrip()))
        return Cursor(self._parent(indent), is_key=True, typed=stripped, start=indent)

    def _holder(self) -> Piece:
        return self._stack[-1][1] if self._stack else self._root

    def _parent(self, indent: int) -> Piece:
        return next((piece for column, piece in reversed(self._stack) if column < indent), self._root)

    def _block(self, number: int, line: str) -> None:
        stripped = line.lstrip(" ")
        indent = len(line) - len(stripped)
        self._value, self._token = None, indent
        if self._text_of is not None:
            if not stripped or indent > self._text_of:
                self._is_text = True
                return
            self._text_of = None
        if not stripped or stripped[0] == "#":
            return
        if stripped.startswith("- "):
            self._entry(number, line, indent)
            return
        found = _KEY.match(line, indent)
        if found is None:
            return
        while self._stack and self._stack[-1][0] >= indent:
            self._stack.pop()
        parent = self._parent(indent)
        parent.indent = indent
        piece = self._add(parent, _bare(found["key"]), number, found.start("key"), found.end("key"))
        self._stack.append((indent, piece))
        self._begin_value(piece, number, line, found.end())

    def _entry(self, number: int, line: str, indent: int) -> None:
        """Take one entry of a list in block style."""
        parent = self._parent(indent + 1)
        piece = Piece("", number, indent, indent, parent)
        parent.entries.append(piece)
        self._begin_value(piece, number, line, indent + 1)

    def _add(self, parent: Piece, key: str, number: int, start: int, end: int) -> Piece:
        piece = Piece(key, number, start, end, parent, last_line=number)
        parent.items.setdefault(key, piece)
        above: Piece | None = parent
        while above is not None and above is not self._root:
            above.last_line = number
            above = above.parent
        return piece

    def _begin_value(self, piece: Piece, number: int, line: str, column: int) -> None:
        rest = line[column:]
        start = column + len(rest) - len(rest.lstrip(" \t"))
        value = line[start:]
        self._value, self._token = (piece, start) if rest[:1] in {"", " ", "\t"} else (None, start)
        if rest and not rest[0].isspace():
            return
        if not value or value[0] == "#":
            return
        if _BLOCK_TEXT.fullmatch(value) and self._stack:
            self._text_of, self._value = self._stack[-1][0], None
        elif value[0] in "{[":
            self._value = None
            self._open(piece, value[0])
            self._in_brackets(number, line, start + 1)
        elif value[0] in "'\"":
            self._quoted(piece, number, line, start)
        else:
            end = start + len(_COMMENT.sub("", value).rstrip())
            self._scalar(piece, number, line[start:end], start, end)
            if end < len(line.rstrip()):
                self._value = None

    @staticmethod
    def _scalar(piece: Piece, number: int, text: str, start: int, end: int) -> None:
        piece.text, piece.value_line, piece.value_start, piece.value_end = text, number, start, end
        piece.last_line = max(piece.last_line, number)

    def _open(self, piece: Piece, bracket: str) -> None:
        piece.is_flow = True
        self._flow.append(piece)
        self._kinds.append(bracket)

    def _quoted(self, piece: Piece, number: int, line: str, start: int) -> int:
        """Take a text in quotes and return the column behind it, or the end of the line where it is open."""
        end = _end_of_quote(line, start)
        if end is None:
            self._quote, self._value, self._token = line[start], piece, start + 1
            self._scalar(piece, number, line[start + 1 :], start + 1, len(line))
            return len(line)
        self._scalar(piece, number, _bare(line[start:end]), start + 1, end - 1)
        self._value = None
        self._token = end
        return end

    def _close_quote(self, number: int, line: str) -> None:
        end = _end_of_quote(self._quote + line, 0)
        if end is None:
            self._token = 0
            return
        self._quote, self._value, self._token = "", None, end - 1
        if self._flow:
            self._in_brackets(number, line, end - 1)

    def _in_brackets(self, number: int, line: str, column: int) -> None:
        self._token = column
        while column < len(line) and self._flow:
            character = line[column]
            if character in " \t,":
                column += 1
                self._value = None if character == "," else self._value
                self._token = column
            elif character == "#":
                self._value = None
                return
            elif character in "}]":
                self._flow.pop()
                self._kinds.pop()
                self._value = None
                column += 1
                self._token = column
            else:
                column = (
                    self._in_map(number, line, column)
                    if self._kinds[-1] == "{"
                    else self._in_list(number, line, column)
                )

    def _in_map(self, number: int, line: str, column: int) -> int:
        holder = self._flow[-1]
        if self._value is not None:
            return self._flow_value(self._value, number, line, column)
        found = _FLOW_KEY.match(line, column)
        if found is None:
            self._token = column
            return _end_of_word(line, column)
        self._value = self._add(holder, _bare(found["key"]), number, found.start("key"), found.end("key"))
        self._token = found.end()
        return found.end()

    def _in_list(self, number: int, line: str, column: int) -> int:
        holder = self._flow[-1]
        piece = Piece("", number, column, column, holder)
        holder.entries.append(piece)
        end = self._flow_value(piece, number, line, column)
        if self._value is piece and not self._quote:
            # What is typed last in a list is an entry of the list.
            self._value = None
            self._token = column
        return end

    def _flow_value(self, piece: Piece, number: int, line: str, column: int) -> int:
        if line[column] in "{[":
            self._value = None
            self._open(piece, line[column])
            self._token = column + 1
            return column + 1
        if line[column] in "'\"":
            return self._quoted(piece, number, line, column)
        end = _end_of_word(line, column)
        self._scalar(piece, number, line[column:end].rstrip(), column, end)
        self._value, self._token = piece, column
        return end


def _end_of_word(line: str, column: int) -> int:
    """Return where a plain text in brackets ends."""
    end = column + 1
    while end < len(line) and line[end] not in ",{}[]":
        if line[end] == "#" and line[end - 1] == " ":
            break
        end += 1
    return end


def _end_of_quote(line: str, start: int) -> int | None:
    """Return the column behind a text in quotes; None where it is open."""
    quote, column = line[start], start + 1
    while column < len(line):
        if line[column] == "\\" and quote == '"':
            column += 1
        elif line[column] == quote:
            if quote == '"' or line[column + 1 : column + 2] != "'":
                return column + 1
            column += 1
        column += 1
    return None


def _bare(text: str) -> str:
    """Return a text without its quotes."""
    if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
        return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1].replace('\\"', '"')
    return text
