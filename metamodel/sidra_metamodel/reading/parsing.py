"""YAML text to positioned nodes, from the C parser's events: what is refused is never composed."""

from __future__ import annotations

import codecs
import errno
import os
import re
import stat
from pathlib import Path
from typing import Final, NamedTuple

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # it imports the name from where it finds one
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import Event, ScalarEvent

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.nodes import COLUMN_BITS, MAX_COLUMN, Node, Place, Source, pack_position
from sidra_metamodel.reading.composing import MAX_NODES, Composer, Refusal
from sidra_metamodel.reading.unreadable import explained

MAX_BYTES: Final = 1_000_000
_USUAL_BYTES: Final = 16_384

_TOP: Final = pack_position(1, 1)

_SAVE: Final = "save it in the encoding UTF-8"
_HEADER: Final = "begin it with a header such as `entity: customer`"
_HARD_BLANK: Final = re.compile(r"(?m)^[ \xa0]*(?:[\w$]+:)?\xa0")
"""A blank that looks like one and is text to YAML, where keys are indented or separated."""
_MOMENT: Final = re.compile(r"(?<=\b\d{4}-\d\d-\d\dT\d\d):(\d\d)(?::(?=\d\d))?")
"""The colons of a moment such as `2026-03-20T09:00`."""
_COLON: Final = "\ue000"
"""What stands for such a colon: as YAML 1.1 has it, the C parser takes none inside `{…}` without quotes."""
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class ReadDocument(NamedTuple):
    """One file as it was read: its header, and what follows as a map whose `key_at` is the header's name."""

    kind: str
    name: str
    node: Node


def read_file(path: Path, shown_as: str, layer: str, rank: int, diagnostics: Diagnostics) -> ReadDocument | None:
    """Return the document in a file, or None after recording why it holds none."""
    data = read_bytes(path, Source(shown_as, layer, rank), diagnostics)
    return None if data is None else read_text(data, shown_as, layer, rank, diagnostics)


def read_bytes(path: Path, source: Source, diagnostics: Diagnostics) -> bytes | None:
    """Return what a file holds, at most one byte more than allowed, or None after recording why it cannot be read."""
    try:
        with open(_plain_file(path), "rb") as file:
            # Asked for a megabyte, Python takes one first, and most files are small.
            data = file.read(_USUAL_BYTES)
            return data if len(data) < _USUAL_BYTES else data + file.read(MAX_BYTES + 1 - _USUAL_BYTES)
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror or type(error).__name__}"
        place = Place(source.path, 1, 1, source.layer)
        diagnostics.report_at("E001", reason, source, place, help="it must be a file that this user may read")
        return None


def _plain_file(path: Path) -> int:
    """Return the descriptor of a file; raises OSError for folders, devices and pipes."""
    # Opening a pipe would wait for somebody to write into it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "it is no plain file")


def read_text(text: str | bytes, shown_as: str, layer: str, rank: int, diagnostics: Diagnostics) -> ReadDocument | None:
    """Return the document that a text holds, or None after recording why it holds none."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    source = Source(shown_as, layer, rank, decoded(data))
    try:
        return _document(_compose(_decode(data), source, diagnostics), diagnostics)
    except Refusal as refused:
        line, column = refused.at >> COLUMN_BITS, refused.at & MAX_COLUMN
        place = Place(shown_as, line, column, layer)
        diagnostics.report_at(refused.code, refused.reason, source, place, help=refused.way_out)
        return None


def decoded(data: bytes) -> str:
    """Return a file's text for excerpts, with marks in place of what is not UTF-8; nothing of UTF-16."""
    if _is_utf_16(data):
        return ""
    return data[:MAX_BYTES].decode("utf-8-sig", "replace")


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Refusal("E002", f"the file is larger than {MAX_BYTES:,} bytes", _TOP, "split it into several documents")
    if _is_utf_16(data):
        raise Refusal("E003", "the file is UTF-16, not UTF-8", _TOP, _SAVE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = _position_of(data[: error.start].decode("utf-8-sig", "replace"))
        raise Refusal("E003", "the file is not UTF-8", at, _SAVE) from None


def _is_utf_16(data: bytes) -> bool:
    """Tell whether a file begins as UTF-16 does: with its mark, or with a letter in two bytes."""
    return data.startswith(_UTF_16) or (len(data) > 1 and (data[0] == 0) != (data[1] == 0))


def _compose(text: str, source: Source, diagnostics: Diagnostics) -> Node | None:
    blank = _HARD_BLANK.search(text) if "\xa0" in text else None
    if blank is not None:
        at = _position_of(text[: text.index("\xa0", blank.start())])
        raise Refusal("E004", "a non-breaking space where a space is meant", at, "replace it with a plain space")
    try:
        return Composer(source, diagnostics).compose(_parser(text))
    except MarkedYAMLError as error:
        raise _unreadable(error, text) from None
    except YAMLError as error:
        # The one error without a mark is a character that YAML forbids; it bears its position.
        at = _position_of(text[: getattr(error, "position", 0)])
        raise Refusal("E004", "a control character is not allowed", at, "remove the character") from None


class _Moments:
    """A parser of a text that has moments without quotes; nothing changes its place."""

    def __init__(self, text: str) -> None:
        marked = _MOMENT.sub(lambda found: found[0].replace(":", _COLON), text)
        self._parser = CParser(marked)

    def get_event(self) -> Event:
        """Return the next event, as the text has it."""
        event: Event = self._parser.get_event()
        if type(event) is ScalarEvent and _COLON in event.value:
            event.value = event.value.replace(_COLON, ":")
        return event


def _parser(text: str) -> CParser | _Moments:
    has_moments = "-" in text and _COLON not in text and _MOMENT.search(text) is not None
    return _Moments(text) if has_moments else CParser(text)


def _position_of(before: str) -> int:
    """Return the packed position just behind a text."""
    return pack_position(before.count("\n") + 1, len(before) - before.rfind("\n"))


def _unreadable(error: MarkedYAMLError, text: str) -> Refusal:
    sentence, way_out, mark = explained(error, text)
    at = pack_position(mark.line + 1, mark.column + 1) if mark else _TOP
    # What is missing at the end is placed behind the last line; people look at the end of the text itself.
    end = _position_of(text.rstrip())
    return Refusal("E004", sentence, min(at, end), way_out)


def _document(root: Node | None, diagnostics: Diagnostics) -> ReadDocument | None:
    if root is None or root.value is None:
        raise Refusal("E005", "the file holds no document", _TOP, _HEADER)
    kind, header = next(iter(root.items.items()), ("", None))
    if header is None:
        raise Refusal("E005", "the file has no header", root.at, _without_dash(root) or _HEADER)
    name = header.text if header.text is not None else header.value
    if header.is_map or header.entries:
        way_out = "the first line of a file is a header such as `entity: customer`"
        diagnostics.report("E005", f"`{kind}` is no header", header, key=True, help=way_out)
        return None
    if header.value is None or not isinstance(name, str) or not name:
        diagnostics.error("E005", f"the header `{kind}` names nothing", header, help=f"write `{kind}: some_name`")
        return None
    rest = dict(root.items)
    del rest[kind]
    return ReadDocument(kind, name, Node(rest, root.source, root.at, header.at, None, None, root.directives))


def _without_dash(root: Node) -> str:
    """Return the way out of a list of one map, which a dash before the header makes."""
    header = next((key for entry in root.entries for key in entry.items), None)
    return f"write `{header}: …` without a dash" if header else ""


__all__ = ["MAX_BYTES", "MAX_NODES", "ReadDocument", "read_bytes", "read_file", "read_text"]
