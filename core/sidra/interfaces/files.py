"""Reads the rows of a feed's file: each is a map from column to text, or says what is wrong with it."""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import orjson

from sidra.errors import SidraError

MAX_LINE_CHARACTERS = 1_000_000
MAX_COLUMNS = 2000
MAX_SHOWN_COLUMNS = 40
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""What files of Excel and LibreOffice begin with."""
REPLACEMENT = "\ufffd"
"""What stands for bytes that no character of the encoding has."""


class FileRefused(SidraError):
    """The file as a whole cannot be loaded: absent, undecodable, or without the columns that the feed needs.

    `slip` names what is wrong with it, and `details` has its numbers and names, so that screens say it in their words.
    """

    code = "R620"

    def __init__(self, reason: str, *, hint: str = "", slip: str = "", **details: object) -> None:
        super().__init__(reason, hint=hint)
        self.slip = slip
        self.details: Mapping[str, object] = details


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file."""

    number: int
    """From 1, without the header."""
    line: int
    """Line of the file that it ends on."""
    values: Mapping[str, str]
    problem: str = ""
    """Why it cannot be read, for a row that is broken in itself."""


@dataclass(frozen=True, slots=True)
class FileShape:
    """How a file is written, from the feed's keywords."""

    format: str
    """`csv`, `ndjson` or `excel`."""
    columns: frozenset[str]
    """Columns that the feed reads."""
    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str = ""
    """The sheet of a workbook; the first one where none is named."""


class RowFile:
    """A file that a feed can load.

    It is looked through once before its rows are read, so that nothing is loaded of a file that breaks off in bytes of
    another encoding: reading is cheap beside loading.
    """

    def __init__(self, path: Path, shape: FileShape) -> None:
        """Look through the file. Raises FileRefused when it cannot serve."""
        self.path = path
        self._shape = shape
        self._read_rows = _READERS[shape.format]
        with self._opened() as file:
            self.lines = sum(1 for _ in _bounded(file))
            """No file has more rows than lines."""
        if not self.lines:
            raise FileRefused(f"{path.name} is empty", hint="check that it was written to its end", slip="empty")
        with self._opened() as file:
            next(self._read_rows(file, shape), None)

    def rows(self) -> Iterator[Row]:
        """Yield the rows in order. Raises FileRefused where the file was changed meanwhile."""
        with self._opened() as file:
            yield from self._read_rows(file, self._shape)

    @contextmanager
    def _opened(self) -> Iterator[IO[str]]:
        name, encoding = self.path.name, _text_encoding(self._shape.encoding)
        if not self.path.is_file():
            what = "is no file" if self.path.exists() else "is not there"
            raise FileRefused(f"{name or self.path} {what}", hint="check the path")
        try:
            with self.path.open(encoding=encoding, newline="") as file:
                yield file
        except OSError as error:
            raise FileRefused(f"{name} cannot be read: {error.strerror}", hint="check its rights") from error
        except UnicodeError as error:
            raise self._misfit(encoding) from error

    def _misfit(self, encoding: str) -> FileRefused:
        """Return the refusal that tells where the first bytes stand that the encoding does not have."""
        name, told = f"{self.path.name} is not {self._shape.encoding}", self._shape.encoding.upper()
        if self._is_spreadsheet():
            hint = "save it as text with commas (CSV) in the program that made it"
            return FileRefused(f"{self.path.name} is a spreadsheet, not text", hint=hint, slip="spreadsheet")
        hint = "save it in that encoding, or set the feed's `encoding:`"
        try:
            with self.path.open(encoding=encoding, errors="replace", newline="") as file:
                for number, line in enumerate(_bounded(file, check=False), 1):
                    if REPLACEMENT in line:
                        column = line.index(REPLACEMENT) + 1
                        where = {"encoding": told, "line": number, "column": column}
                        return FileRefused(
                            f"{name}: see line {number}, column {column}", hint=hint, slip="encoding", **where
                        )
        except UnicodeError:  # some encodings refuse even to leave bytes out
            pass
        return FileRefused(name, hint=hint, slip="other_encoding", encoding=told)

    def _is_spreadsheet(self) -> bool:
        with self.path.open("rb") as file:
            return file.read(max(map(len, SPREADSHEETS))).startswith(SPREADSHEETS)


def _text_encoding(name: str) -> str:
    try:
        found = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError) as error:
        raise FileRefused(f"no encoding `{name}`", hint="mend the feed's `encoding:`, such as `utf-8`") from error
    # A mark at the beginning is no part of the first column's name.
    return "utf-8-sig" if found.name == "utf-8" else found.name


def _bounded(file: IO[str], *, check: bool = True) -> Iterator[str]:
    """Yield the lines of a file, none of them longer than memory bears."""
    for number in itertools.count(1):
        line = file.readline(MAX_LINE_CHARACTERS + 1)
        if not line:
            return
        if len(line) > MAX_LINE_CHARACTERS:
            reason = f"line {number} is longer than {MAX_LINE_CHARACTERS} characters"
            hint = "check that this is the right file"
            raise FileRefused(reason, hint=hint, slip="long_line", line=number, most=MAX_LINE_CHARACTERS)
        if check and not line.isascii():
            line.encode()  # some encodings give halves of characters, which no database takes
        yield line


def _read_csv(file: IO[str], shape: FileShape) -> Iterator[Row]:
    try:
        reader = csv.reader(_bounded(file), delimiter=shape.delimiter, strict=True)
    except (TypeError, ValueError) as error:
        raise FileRefused(f"no delimiter `{shape.delimiter}`", hint="a feed's `delimiter:` is one character") from error
    header = next(_safely(reader), "it has blank lines only")
    if isinstance(header, str):
        raise FileRefused(
            f"the file has no header: {header}", hint="its first line names the columns", slip="no_header"
        )
    _check_header(header, shape.columns)
    for number, cells in enumerate(_safely(reader), 1):
        yield _csv_row(number, reader.line_num, header, cells)


def _safely(reader: Iterator[list[str]]) -> Iterator[list[str] | str]:
    """Yield rows, and in place of one that is broken its reason; blank lines are no rows."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield str(error)
            continue
        if cells:
            yield cells


def _csv_row(number: int, line: int, header: Sequence[str], cells: list[str] | str) -> Row:
    if isinstance(cells, str):
        return Row(number, line, {}, cells)
    values = dict(zip(header, cells, strict=False))
    if len(cells) != len(header):
        return Row(number, line, values, f"{len(cells)} values in a row of {len(header)} columns")
    return Row(number, line, values)


def _check_header(header: Sequence[str], needed: frozenset[str]) -> None:
    if len(header) > MAX_COLUMNS:
        reason = f"the first line names {len(header)} columns, at most {MAX_COLUMNS} are read"
        hint = "check that this is the right file"
        raise FileRefused(reason, hint=hint, slip="many_columns", count=len(header), most=MAX_COLUMNS)
    doubled = {name for name, times in Counter(header).items() if times > 1}
    if doubled:
        names = _listed(doubled)
        raise FileRefused(f"columns stand twice: {names}", hint="rename one of each", slip="twice", names=names)
    missing = sorted(needed - set(header))
    if missing:
        near = {name: difflib.get_close_matches(name, header, n=1) for name in missing}
        hints = [f"`{name}` may be `{found[0]}`" for name, found in near.items() if found]
        hint = "; ".join(hints) or f"the file has: {', '.join(header[:MAX_SHOWN_COLUMNS])}"
        names, there = _listed(missing), ", ".join(header[:MAX_SHOWN_COLUMNS])
        raise FileRefused(f"columns are missing: {names}", hint=hint, slip="missing", names=names, there=there)


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(sorted(columns)[:MAX_SHOWN_COLUMNS])


def _read_ndjson(file: IO[str], shape: FileShape) -> Iterator[Row]:
    lines = ((number, line) for number, line in enumerate(_bounded(file), 1) if line.strip())
    for number, (at, line) in enumerate(lines, 1):
        yield _json_row(number, at, line, shape.columns)


def _json_row(number: int, line: int, text: str, columns: frozenset[str]) -> Row:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return Row(number, line, {}, f"no JSON: {error.msg} at column {error.colno}")
    if not isinstance(found, dict):
        return Row(number, line, {}, "a row is a JSON object")
    values = {name: _as_text(value) for name, value in found.items()}
    return Row(number, line, {**dict.fromkeys(columns, ""), **values})


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


_READERS = {"csv": _read_csv, "ndjson": _read_ndjson}


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Return rows as the text of a CSV file with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
