"""Where each key and value of a YAML text begins and ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # it imports the name from where it finds one
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.nodes import Scalar
from sidra_metamodel.reading.scalars import plain_value

Data = Scalar | Sequence["Data"] | dict[str, "Data"]
"""Plain data as YAML holds it; keys of instructions begin with `$`."""

# An event of the parser; the library ships no types for them.
Event = Any

_FORBIDDEN: Final = "write the value out; anchors, aliases, tags and merge keys are not allowed"


class Uneditable(SidraError):
    """A text that cannot be edited as asked."""

    code = "E240"


@dataclass(slots=True)
class Piece:
    """A value, or a key, in a text: from `start` to before `end`, both positions of characters."""

    start: int
    end: int
    scalar: Scalar = None
    text: str = ""
    """Of a scalar: what it says, without its quotes."""
    is_flow: bool = False
    """Whether it is a map or list in brackets."""
    members: list[Piece] | None = None
    """Of a list."""
    entries: dict[str, Entry] | None = None
    """Of a map."""

    @property
    def is_block(self) -> bool:
        """Whether it is a map or list without brackets."""
        return not self.is_flow and (self.members is not None or self.entries is not None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written."""
        return self.start == self.end and self.members is None and self.entries is None

    @property
    def data(self) -> Data:
        """What the piece says, as plain data."""
        if self.entries is not None:
            return {name: entry.value.data for name, entry in self.entries.items()}
        if self.members is not None:
            return [member.data for member in self.members]
        return self.scalar


@dataclass(slots=True)
class Entry:
    """One key of a map with its value."""

    key: Piece
    value: Piece

    @property
    def end(self) -> int:
        """Where it ends: behind the key's own text when there is no value."""
        return max(self.key.end, self.value.end)


@dataclass(slots=True)
class _Open:
    """A map or list that is being read."""

    piece: Piece
    key: Piece | None = None
    inner: list[Piece] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """A text with the pieces of the one document in it."""

    text: str
    root: Piece | None
    end: int
    """Where what is added to the document goes at the latest: before the mark of its end, if it has one."""


def document(text: str) -> Document:
    """Return the pieces of a text; raises Uneditable where it is no YAML, or has what Sidra's YAML has not."""
    try:
        return _Reading(text).document()
    except (YAMLError, ValueError) as error:
        raise Uneditable(f"the text cannot be edited: {_first_line(error)}", hint="mend the file first") from None


def _first_line(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).partition("\n")[0]


class _Reading:
    def __init__(self, text: str) -> None:
        self._text = text
        self._open = [_Open(Piece(0, 0))]
        self._end = len(text)

    def document(self) -> Document:
        for event in _events(self._text):
            match event:
                case ScalarEvent():
                    self._scalar(event)
                case MappingStartEvent() | SequenceStartEvent():
                    self._begin(event)
                case MappingEndEvent() | SequenceEndEvent():
                    self._close(event)
                case AliasEvent():
                    raise Uneditable("an alias cannot be edited", hint=_FORBIDDEN)
                case DocumentStartEvent() if self._open[0].inner:
                    raise Uneditable("a second document cannot be edited", hint="make it a file of its own")
                case DocumentEndEvent() if event.explicit:
                    self._end = event.start_mark.index
        inner = self._open[0].inner
        return Document(self._text, inner[0] if inner and not inner[0].is_empty else None, self._end)

    def _scalar(self, event: Event) -> None:
        _refuse_marked(event)
        start, end, style = event.start_mark.index, event.end_mark.index, event.style
        if style in {"|", ">"} and "+" not in self._text[start:end].partition("\n")[0]:
            # The parser counts blank lines behind a text of several lines as its own.
            end = start + len(self._text[start:end].rstrip("\r\n "))
        scalar = event.value if style else plain_value(event.value)
        self._add(Piece(start, end, scalar, event.value))

    def _begin(self, event: Event) -> None:
        _refuse_marked(event)
        start, is_map = event.start_mark.index, isinstance(event, MappingStartEvent)
        piece = Piece(start, start, is_flow=bool(event.flow_style), members=None if is_map else [])
        piece.entries = {} if is_map else None
        self._open.append(_Open(piece))

    def _close(self, event: Event) -> None:
        closed = self._open.pop()
        piece = closed.piece
        if piece.members is not None:
            piece.members = closed.inner
        ends = (piece.start, *(inner.end for inner in closed.inner), *(entry.end for entry in _entries(piece)))
        piece.end = event.end_mark.index if piece.is_flow else max(ends)
        self._add(piece)

    def _add(self, piece: Piece) -> None:
        around = self._open[-1]
        if around.piece.entries is None:
            around.inner.append(piece)
        elif around.key is None:
            if piece.entries is not None or piece.members is not None or piece.text == "<<":
                raise Uneditable("a key that is no plain name cannot be edited", hint=_FORBIDDEN)
            around.key = piece
        else:
            key, around.key = around.key, None
            if key.text in around.piece.entries:
                raise Uneditable(f"the key `{key.text}` stands twice in one map", hint="keep one of them")
            around.piece.entries[key.text] = Entry(key, piece)


def _events(text: str) -> Iterator[Event]:
    parser = CParser(text)
    while (event := parser.get_event()) is not None:
        yield event


def _entries(piece: Piece) -> Iterator[Entry]:
    yield from (piece.entries or {}).values()


def _refuse_marked(event: Event) -> None:
    if event.anchor is not None or event.tag is not None:
        raise Uneditable("an anchor or a tag cannot be edited", hint=_FORBIDDEN)
