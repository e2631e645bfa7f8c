"""Reads the rows of a feed's file: each is a map from column to text, or says what is wrong with it."""

from __future__ import annotations

import csv
import difflib
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import orjson

from sidra.errors import SidraError

MAX_LINE_CHARACTERS = 1_000_000


class FileRefused(SidraError):
    """The file as a whole cannot be loaded: absent, undecodable, or without the columns that the feed needs."""

    code = "R620"


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
    """`csv` or `ndjson`."""
    columns: frozenset[str]
    """Columns that the feed reads."""
    delimiter: str = ","
    encoding: str = "utf-8"


def read_rows(path: Path, shape: FileShape) -> Iterator[Row]:
    """Yield the rows of a file in order. Raises FileRefused before the first row when the file cannot serve."""
    try:
        with path.open(encoding=_with_mark(shape.encoding), newline="") as file:
            yield from _READERS[shape.format](file, shape)
    except FileNotFoundError as error:
        raise FileRefused(f"there is no file {path.name}", hint="check the path") from error
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be read: {error.strerror}", hint="check its rights") from error
    except UnicodeDecodeError as error:
        reason = f"{path.name} is not {shape.encoding}: byte {error.start} of a block does not fit"
        raise FileRefused(reason, hint="save it in that encoding, or set the feed's `encoding:`") from error


def read_texts(rows: Iterable[Mapping[str, str]]) -> Iterator[Row]:
    """Yield rows that come from elsewhere than a file, such as corrected ones."""
    for number, values in enumerate(rows, 1):
        yield Row(number, number, values)


def _with_mark(encoding: str) -> str:
    return "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding


def _read_csv(file: IO[str], shape: FileShape) -> Iterator[Row]:
    reader = csv.reader(_bounded(file), delimiter=shape.delimiter, strict=True)
    header = next(_safely(reader), None)
    if header is None or isinstance(header, str):
        raise FileRefused(f"the file has no header: {header or 'it is empty'}", hint="its first line names the columns")
    _check_header(header, shape.columns)
    for number, cells in enumerate(_safely(reader), 1):
        yield _csv_row(number, reader.line_num, header, cells)


def _csv_row(number: int, line: int, header: Sequence[str], cells: list[str] | str) -> Row:
    if isinstance(cells, str):
        return Row(number, line, {}, cells)
    values = dict(zip(header, cells, strict=False))
    if len(cells) != len(header):
        return Row(number, line, values, f"{len(cells)} values in a row of {len(header)} columns")
    return Row(number, line, values)


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


def _bounded(file: IO[str]) -> Iterator[str]:
    for number in itertools.count(1):
        line = file.readline(MAX_LINE_CHARACTERS + 1)
        if not line:
            return
        if len(line) > MAX_LINE_CHARACTERS:
            reason = f"line {number} is longer than {MAX_LINE_CHARACTERS} characters"
            raise FileRefused(reason, hint="check that this is the right file")
        yield line


def _check_header(header: Sequence[str], needed: frozenset[str]) -> None:
    doubled = {name for name in header if header.count(name) > 1}
    if doubled:
        raise FileRefused(f"columns stand twice: {', '.join(sorted(doubled))}", hint="rename one of each")
    missing = sorted(needed - set(header))
    if missing:
        near = {name: difflib.get_close_matches(name, header, n=1) for name in missing}
        hints = [f"`{name}` may be `{found[0]}`" for name, found in near.items() if found]
        hint = "; ".join(hints) or f"the file has: {', '.join(header[:40])}"
        raise FileRefused(f"columns are missing: {', '.join(missing)}", hint=hint)


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
