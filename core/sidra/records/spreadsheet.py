"""A list as a sheet of Excel: numbers, amounts and dates as such, texts so that none is a formula."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from sidra.records.exporting import FORMULA, Export, written

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CHARACTERS = 32_767
"""Of a cell, as Excel has it."""
DAY, MOMENT, AMOUNT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "#,##0.00"
WIDTH, WIDEST = 14, 40
OLDEST_YEAR = 1900
"""Excel counts days from there; what is older stays text."""
MOST_DIGITS = 15
"""Of a number: Excel would round what has more."""


def write_sheet(  # noqa: PLR0913 - what a sheet is made of
    export: Export,
    target: IO[bytes],
    titles: Mapping[str, str],
    *,
    name: str,
    zone: datetime.tzinfo | zoneinfo.ZoneInfo,
    is_right_to_left: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write the workbook; return how many records it has. `progress` is told of them from time to time."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(name))
    sheet.sheet_view.rightToLeft = is_right_to_left
    sheet.freeze_panes = "A2"
    heads = export.heads(titles)
    for number, title in enumerate(heads):
        sheet.column_dimensions[_letter(number)].width = min(WIDEST, max(WIDTH, len(title) + 4))
    count = 0
    for record in export.records():
        if record is None:
            sheet.append([_head(sheet, title) for title in heads])
            continue
        sheet.append(list(_cells(sheet, export.values(record), zone)))
        count += 1
        if not count % 500:
            progress(count)
    book.save(target)
    return count


def _sheet_name(name: str) -> str:
    kept = "".join(letter for letter in name if letter not in "[]:*?/\\'")
    return ILLEGAL_CHARACTERS_RE.sub("", kept)[:31].strip() or "Sidra"


def _letter(number: int) -> str:
    return ("" if number < 26 else chr(64 + number // 26)) + chr(65 + number % 26)  # noqa: PLR2004 - letters


# openpyxl ships no types.
def _head(sheet: Any, title: str) -> Any:  # noqa: ANN401
    cell = _text(sheet, title)
    cell.font = Font(bold=True)
    return cell


def _cells(sheet: Any, values: Iterable[object], zone: datetime.tzinfo) -> Iterator[Any]:  # noqa: ANN401 - as above
    for value in values:
        match value:
            case None | bool():
                yield value
            case int() | Decimal():
                yield _number(sheet, value)
            case datetime.datetime():
                yield _formatted(sheet, value.astimezone(zone).replace(tzinfo=None), MOMENT)
            case datetime.date():
                yield _formatted(sheet, value, DAY)
            case str():
                yield _text(sheet, value)
            case _:
                yield _text(sheet, written(value))


def _number(sheet: Any, value: int | Decimal) -> Any:  # noqa: ANN401 - as above
    if len(str(abs(value)).replace(".", "").strip("0")) > MOST_DIGITS:
        return _text(sheet, str(value))
    return value if isinstance(value, int) else _formatted(sheet, value, AMOUNT)


def _formatted(sheet: Any, value: Any, format_: str) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, datetime.date) and value.year < OLDEST_YEAR:
        return _text(sheet, value.isoformat())
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = format_
    return cell


def _text(sheet: Any, text: str) -> Any:  # noqa: ANN401 - as above
    plain = ILLEGAL_CHARACTERS_RE.sub("", text)[:MOST_CHARACTERS]
    cell = WriteOnlyCell(sheet, value=plain)
    # A text stays one, whatever it begins with, and when somebody edits the cell as well.
    cell.data_type = "s"
    cell.quotePrefix = plain.lstrip().startswith(FORMULA) or plain.startswith(FORMULA)
    return cell
