"""Reads the rows of a sheet of Excel: the columns are named by the first row that names all that the feed needs."""

from __future__ import annotations

import datetime
import difflib
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Protocol

from sidra.interfaces.files import MAX_COLUMNS, MAX_SHOWN_COLUMNS, FileRefused, FileShape, Row, RowFile

EXCEL: Final = "excel"
MOST_HEADS: Final = 20
"""The names of the columns stand in one of so many rows; what is above them is for people."""
MOST_MEGABYTES: Final = 500
"""Of a workbook unpacked: what is larger was made to harm, or is no workbook."""
MIDNIGHT: Final = datetime.time()


class Rows(Protocol):
    """A file that a feed can load."""

    path: Path
    lines: int

    def rows(self) -> Iterator[Row]:
        """Yield the rows in order."""


def open_rows(path: Path, shape: FileShape) -> Rows:
    """Return a file after looking it through once. Raises FileRefused where it cannot serve."""
    return SheetFile(path, shape) if shape.format == EXCEL else RowFile(path, shape)


class SheetFile:
    """A sheet of a workbook whose rows a feed can load."""

    def __init__(self, path: Path, shape: FileShape) -> None:
        """Look through the sheet. Raises FileRefused when it cannot serve."""
        self.path = path
        self._shape = shape
        self.lines = sum(1 for _ in self.rows())
        """How many rows it has; an empty sheet is one that nobody filled."""

    def rows(self) -> Iterator[Row]:
        """Yield the rows in order, blank ones left out. Raises FileRefused as the constructor does."""
        with self._sheet() as sheet:
            lines = enumerate(sheet.iter_rows(values_only=True), 1)
            header = self._header(lines)
            filled = ((line, cells) for line, cells in lines if any(cell is not None for cell in cells))
            for number, (line, cells) in enumerate(filled, 1):
                values = {name: _text(cell) for name, cell in zip(header, cells, strict=False) if name}
                yield Row(number, line, {**dict.fromkeys(filter(None, header), ""), **values})

    def _header(self, lines: Iterator[tuple[int, Sequence[object]]]) -> list[str]:
        """Return the names of the columns, and leave the rows below them."""
        needed, seen = self._shape.columns, list[str]()
        for line, cells in lines:
            names = [_text(cell) for cell in cells[:MAX_COLUMNS]]
            if needed <= set(names):
                return names
            seen += filter(None, names)
            if line >= MOST_HEADS:
                break
        missing = sorted(needed - set(seen)) or sorted(needed)
        near = {name: difflib.get_close_matches(name, seen, n=1) for name in missing}
        hints = [f"`{name}` may be `{found[0]}`" for name, found in near.items() if found]
        hint = "; ".join(hints) or "one of the first rows names the columns"
        listed = ", ".join(missing[:MAX_SHOWN_COLUMNS])
        there = ", ".join(seen[:MAX_SHOWN_COLUMNS])
        raise FileRefused(f"columns are missing: {listed}", hint=hint, slip="missing", names=listed, there=there)

    @contextmanager
    def _sheet(self) -> Iterator[Any]:
        with _opened(self.path) as book:
            wanted = self._shape.sheet or book.sheetnames[0]
            if wanted not in book.sheetnames:
                hint = f"it has: {', '.join(book.sheetnames[:MAX_SHOWN_COLUMNS])}"
                raise FileRefused(f"{self.path.name} has no sheet `{wanted}`", hint=hint)
            yield book[wanted]


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of the sheets of a workbook; raises FileRefused where it is none."""
    with _opened(path) as book:
        return tuple(book.sheetnames)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    # openpyxl ships no types.
    from openpyxl import load_workbook  # noqa: PLC0415 - few feeds load sheets

    if not path.is_file():
        what = "is no file" if path.exists() else "is not there"
        raise FileRefused(f"{path.name or path} {what}", hint="check the path")
    _refuse_bomb(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be read: {error.strerror}", hint="check its rights") from error
    except Exception as error:  # the library raises whatever the inside of a broken file makes it
        raise _no_workbook(path.name) from error
    try:
        yield book
    finally:
        book.close()


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except (OSError, zipfile.BadZipFile) as error:
        raise _no_workbook(path.name) from error
    if size > MOST_MEGABYTES * 1_000_000:
        hint = f"at most {MOST_MEGABYTES} megabytes are read; split it"
        raise FileRefused(f"{path.name} is too large when it is unpacked", hint=hint)


def _no_workbook(name: str) -> FileRefused:
    return FileRefused(f"{name} is no workbook of Excel", hint="save it as .xlsx in the program that made it")


def _text(cell: object) -> str:
    """Return what a cell says, as files of text say it."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
        case datetime.datetime():
            return cell.date().isoformat() if cell.time() == MIDNIGHT else cell.isoformat()
        case datetime.date() | datetime.time():
            return cell.isoformat()
        case _:
            return str(cell).strip()
