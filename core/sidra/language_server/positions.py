"""Places as editors count them: lines from 0, columns in the units that client and server agreed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lsprotocol import types

_ENCODINGS: Final = {
    types.PositionEncodingKind.Utf8: ("utf-8", 1),
    types.PositionEncodingKind.Utf16: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text, for counting columns."""

    lines: Sequence[str]
    encoding: types.PositionEncodingKind

    def column(self, position: types.Position) -> int:
        """Return the column in characters of a place that a client names; the end of the line for one behind it."""
        line = self._line(position.line)
        name, size = _ENCODINGS[self.encoding]
        data = line.encode(name, "surrogatepass")[: position.character * size]
        return len(data.decode(name, "ignore"))

    def position(self, line: int, column: int) -> types.Position:
        """Return the place of a character as the client counts."""
        name, size = _ENCODINGS[self.encoding]
        return types.Position(line, len(self._line(line)[:column].encode(name, "surrogatepass")) // size)

    def range(self, line: int, start: int, end: int) -> types.Range:
        """Return the range of some characters of one line."""
        return types.Range(self.position(line, start), self.position(line, end))

    def whole(self, line: int, start: int, last_line: int) -> types.Range:
        """Return the range from a character to the end of a line."""
        return types.Range(self.position(line, start), self.position(last_line, len(self._line(last_line))))

    def _line(self, number: int) -> str:
        return self.lines[number] if 0 <= number < len(self.lines) else ""


def split_lines(text: str) -> list[str]:
    """Return the lines of a text without their ends, whatever these are."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
