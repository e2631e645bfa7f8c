"""From parser events to nodes, with the limits of a configuration checked at each event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.nodes import COLUMN_BITS, MAX_COLUMN, Node, Scalar, Source
from sidra_metamodel.reading.scalars import NUMBER_STARTS, WORDS, plain_value

MAX_DEPTH: Final = 50
MAX_NODES: Final = 50_000

# An event of the parser; the library ships no types for them.
Event = Any


class Refusal(Exception):
    """Ends the reading of a file whose text is no configuration; `at` is a packed position."""

    def __init__(self, code: str, reason: str, at: int, way_out: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.at = at
        self.way_out = way_out


class Frame:
    """A map or a list that is being read."""

    __slots__ = ("at", "directives", "entries", "items", "key", "key_at", "own_key_at")

    def __init__(self, at: int, own_key_at: int, *, is_map: bool) -> None:
        self.at = at
        self.own_key_at = own_key_at
        self.items: dict[str, Node] | None = {} if is_map else None
        self.entries: list[Node] = []
        self.directives: dict[str, Node] | None = None
        self.key: str | None = None
        self.key_at = 0


class Composer:
    """Builds the nodes of one file."""

    def __init__(self, source: Source, diagnostics: Diagnostics) -> None:
        self._source = source
        self._diagnostics = diagnostics
        self._stack: list[Frame] = []
        self._frame = Frame(0, 0, is_map=False)
        self._count = 0

    def compose(self, parser: Event) -> Node | None:
        """Return the root node of the one document that the parser sees, or None if there is none."""
        actions: dict[type, Callable[[Event], None]] = {
            MappingStartEvent: self._start,
            SequenceStartEvent: self._start,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: _refuse_alias,
            DocumentStartEvent: self._start_document,
        }
        scalar, next_event = self._scalar, parser.get_event
        event = next_event()
        while event is not None:
            # Two of three events are scalars.
            if type(event) is ScalarEvent:
                scalar(event)
            elif type(event) in actions:
                actions[type(event)](event)
            event = next_event()
        return self._frame.entries[0] if self._frame.entries else None

    def _scalar(self, event: Event) -> None:
        """Take one scalar: a key, a value or a member of a list. Runs once for nearly every node, hence its form."""
        self._count += 1
        if event.tag is not None or event.anchor is not None or self._count > MAX_NODES:
            _refuse_node(event, self._count)
        mark = event.start_mark
        column = mark.column + 1
        at = (mark.line + 1) << COLUMN_BITS | (min(MAX_COLUMN, column))
        text = event.value
        frame = self._frame
        if frame.items is not None and frame.key is None:
            if text == "<<" and not event.style:
                raise Refusal("E006", "merge keys are not allowed", at, "repeat what is meant")
            frame.key = text
            frame.key_at = at
        elif event.style:
            self._add(Node(text, self._source, at, frame.key_at))
        else:
            value = _kept(text, at) if text[:1] in NUMBER_STARTS else WORDS.get(text, text)
            self._add(Node(value, self._source, at, frame.key_at, text))

    def _start(self, event: Event) -> None:
        self._count += 1
        frame, at = self._frame, _at(event)
        if event.tag is not None or event.anchor is not None or self._count > MAX_NODES:
            _refuse_node(event, self._count)
        if len(self._stack) >= MAX_DEPTH:
            raise Refusal(
                "E002", f"the file is nested deeper than {MAX_DEPTH} levels", at, "close the brackets, or flatten it"
            )
        if frame.items is not None and frame.key is None:
            raise Refusal("E008", "a key is a map or a list", at, "put text that begins with `{` or `[` into quotes")
        self._stack.append(frame)
        self._frame = Frame(at, frame.key_at, is_map=type(event) is MappingStartEvent)

    def _end(self, _event: Event) -> None:
        closed, self._frame = self._frame, self._stack.pop()
        value = tuple(closed.entries) if closed.items is None else closed.items
        self._add(Node(value, self._source, closed.at, closed.own_key_at, None, None, closed.directives))

    def _start_document(self, event: Event) -> None:
        if self._frame.entries:
            raise Refusal("E006", "a second document is not allowed", _at(event), "make it a file of its own")
        if event.version is not None or event.tags:
            raise Refusal("E006", "YAML directives are not allowed", _at(event), "delete the line")

    def _add(self, node: Node) -> None:
        frame = self._frame
        items = frame.items
        if items is None:
            frame.entries.append(node)
            return
        key = frame.key or ""
        frame.key, frame.key_at = None, 0
        if key[:1] == "$":
            key = key[1:]
            items = frame.directives = {} if frame.directives is None else frame.directives
        if key in items:
            self._refuse_duplicate(key if items is frame.items else f"${key}", items[key], node)
        else:
            items[key] = node

    def _refuse_duplicate(self, key: str, first: Node, second: Node) -> None:
        self._diagnostics.error(
            "E007",
            f"the key `{key}` stands twice in one map",
            second,
            key=True,
            notes=[note("first here", first, key=True)],
            help="keep one of them",
        )


def _at(event: Event) -> int:
    mark = event.start_mark
    return int((mark.line + 1) << COLUMN_BITS | min(mark.column + 1, MAX_COLUMN))


def _kept(text: str, at: int) -> Scalar:
    try:
        return plain_value(text)
    except ValueError as error:
        raise Refusal("E009", str(error), at, "shorten it, or put it into quotes if it is text") from None


def _refuse_node(event: Event, count: int) -> None:
    at = _at(event)
    if count > MAX_NODES:
        raise Refusal("E002", f"the file has more than {MAX_NODES:,} nodes", at, "split it into several documents")
    if event.anchor is not None:
        raise Refusal("E006", "anchors are not allowed", at, "write the value out; quote a value that begins with `&`")
    raise Refusal("E006", "tags are not allowed", at, "leave the tag out; quote a value that begins with `!`")


def _refuse_alias(event: Event) -> None:
    raise Refusal(
        "E006", "aliases are not allowed", _at(event), "write the value out; quote a value that begins with `*`"
    )
