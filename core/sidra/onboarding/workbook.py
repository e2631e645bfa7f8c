"""The workbook that a country fills in: a sheet for each entity, lists of values, validations, an index."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from babel.core import Locale
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from sidra.onboarding.phrases import phrase
from sidra.onboarding.sheets import Column, Sheet
from sidra_metamodel.model import Model

LISTS: Final = "lists"
LABELS, FORMS, HELPS, NAMES = 1, 2, 3, 4
"""The first rows of a sheet: labels, forms and explanations for people, and hidden names for feeds."""
FIRST: Final = 5
"""The first row that is filled in."""
LAST: Final = 5000
"""The last row that has validations."""
WIDTH: Final = 22
NUMBERS: Final[Mapping[str, str]] = {
    "integer": "whole",
    "rating": "whole",
    "decimal": "decimal",
    "money": "decimal",
    "percent": "decimal",
}
YES_NO: Final = '"true,false"'
"""What Excel makes of it in its own language: the cells hold truth values."""

# openpyxl ships no types.
Page = Any


def workbook(model: Model, sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook with a sheet for each entity, in the first language of the affiliate."""
    book = Workbook()
    index = book.active
    index.title = phrase(model.locales, "index")
    _write_index(index, model, sheets)
    lists = _Lists(book)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        _turn(page, model)
        for number, column in enumerate(sheet.columns, 1):
            _write_column(page, number, column, model, sheets, lists)
        page.row_dimensions[NAMES].hidden = True
        page.freeze_panes = page.cell(FIRST, 2)
    lists.finish()
    _write_texts_only(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def is_filled(file: Path, names: Iterable[str]) -> bool:
    """Tell whether somebody has written a row into one of the sheets; what cannot be read counts as filled."""
    try:
        book = load_workbook(file, read_only=True)
    except Exception:  # noqa: BLE001 - openpyxl raises of all kinds for what is no workbook
        return True
    try:
        pages = [book[name] for name in names if name in book.sheetnames]
        rows = (row for page in pages for row in page.iter_rows(min_row=FIRST, values_only=True))
        return any(value is not None for row in rows for value in row)
    finally:
        book.close()


def _write_texts_only(book: Workbook) -> None:
    """Let texts that begin as formulas do be texts, also when somebody edits them."""
    for page in book:
        for cell in (cell for row in page.iter_rows() for cell in row if cell.data_type == "f"):
            cell.data_type, cell.quotePrefix = "s", True


def _turn(page: Page, model: Model) -> None:
    locale = model.locales[0].replace("-", "_")
    page.sheet_view.rightToLeft = Locale.parse(locale).text_direction == "rtl"


def _write_index(page: Page, model: Model, sheets: Sequence[Sheet]) -> None:
    _turn(page, model)
    said = model.locales
    page.append([model.layer.label.text(*said) or model.affiliate])
    page["A1"].font = Font(bold=True, size=14)
    for name in ("intro", "lists", "technical", "order"):
        page.append([phrase(said, name, first=FIRST)])
    page.append([])
    page.append([phrase(said, "sheet"), phrase(said, "meaning")])
    for cell in page[page.max_row]:
        cell.font = Font(bold=True)
    for sheet in sheets:
        page.append([sheet.name, sheet.entity.plural.text(*said) or model.label(sheet.entity, *said)])
        cell = page.cell(page.max_row, 1)
        cell.hyperlink = f"#{quote_sheetname(sheet.name)}!A{FIRST}"
        cell.style = "Hyperlink"
    page.column_dimensions["A"].width = 30
    page.column_dimensions["B"].width = 60


class _Lists:
    """The hidden sheet with the values of the lists, each in a column of its own."""

    def __init__(self, book: Workbook) -> None:
        self._page = book.create_sheet(LISTS)
        self._ranges: dict[tuple[str, ...], str] = {}

    def range_of(self, values: tuple[str, ...]) -> str:
        """Return where the values of a list stand, as a validation names them."""
        if values not in self._ranges:
            number = len(self._ranges) + 1
            for row, value in enumerate(values, 1):
                self._page.cell(row, number, value)
            letter = get_column_letter(number)
            self._ranges[values] = f"{LISTS}!${letter}$1:${letter}${len(values)}"
        return self._ranges[values]

    def finish(self) -> None:
        """Hide the sheet, behind all others."""
        self._page.sheet_state = "hidden"
        book = self._page.parent
        book.move_sheet(self._page, len(book.sheetnames))


def _write_column(
    page: Page, number: int, column: Column, model: Model, sheets: Sequence[Sheet], lists: _Lists
) -> None:
    said, letter = model.locales, get_column_letter(number)
    label = model.label(column.of, *said)
    form = form_of(column, model, sheets, is_key=number == 1)
    texts = {
        LABELS: f"{label} *" if column.is_required else label,
        FORMS: form,
        HELPS: column.of.help.text(*said),
        NAMES: column.name,
    }
    for row, text in texts.items():
        cell = page.cell(row, number, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.cell(LABELS, number).font = Font(bold=True)
    page.cell(LABELS, number).fill = PatternFill("solid", fgColor="FFE8D5" if column.is_required else "EDEDED")
    for row in (FORMS, HELPS):
        page.cell(row, number).font = Font(italic=True, color="666666")
    page.column_dimensions[letter].width = WIDTH
    validation = _validation(column, model, sheets, lists)
    if validation is None and column.base not in NUMBERS:
        page.column_dimensions[letter].number_format = "@"
    if validation is not None:
        validation.showErrorMessage = True
        validation.error = phrase(said, "wrong", form=form)[:255]
        validation.errorTitle = label[:32]
        validation.add(f"{letter}{FIRST}:{letter}{LAST}")
        page.add_data_validation(validation)


def form_of(column: Column, model: Model, sheets: Iterable[Sheet], *, is_key: bool = False) -> str:
    """Return how a column is filled in, in words."""
    said = model.locales
    if column.target:
        there = ", ".join(sheet.name for sheet in sheets if sheet.entity.name in model.subtypes(column.target))
        form = phrase(said, "reference", sheets=there or column.target)
    elif column.choices:
        form = phrase(said, "list")
    elif column.base in {"date", "datetime"}:
        form = phrase(said, "date")
    elif column.base in NUMBERS:
        form = phrase(said, "number")
    elif column.base == "boolean":
        form = phrase(said, "boolean")
    else:
        form = phrase(said, "key") if is_key else phrase(said, "text")
        longest = getattr(column.of, "max_length", None)
        form = f"{form}, {phrase(said, 'at_most', n=longest)}" if longest else form
    return f"{form}; {phrase(said, 'required')}" if column.is_required else form


def _validation(column: Column, model: Model, sheets: Sequence[Sheet], lists: _Lists) -> DataValidation | None:
    of = column.of
    if column.target:
        named = [sheet for sheet in sheets if sheet.entity.name in model.subtypes(column.target)]
        if len(named) != 1:
            return None
        place = f"{quote_sheetname(named[0].name)}!$A${FIRST}:$A${LAST}"
        # A record may also stand in the system already: the list warns, and the load decides.
        return DataValidation(type="list", formula1=place, errorStyle="warning")
    if column.choices:
        return DataValidation(type="list", formula1=lists.range_of(labels_of(column, model)))
    if column.base == "boolean":
        return DataValidation(type="list", formula1=YES_NO)
    least, most = getattr(of, "min", None), getattr(of, "max", None)
    if column.base in {"date", "datetime"}:
        return _between("date", _day(least), _day(most), "DATE(1900,1,1)", "DATE(9999,12,31)")
    if column.base in NUMBERS:
        return _between(NUMBERS[column.base], _plain(least), _plain(most), "-1E+15", "1E+15")
    shortest, longest = getattr(of, "min_length", None), getattr(of, "max_length", None)
    if shortest or longest:
        return _between("textLength", _plain(shortest), _plain(longest), "0", "32767")
    return None


def labels_of(column: Column, model: Model) -> tuple[str, ...]:
    """Return what a list offers: the labels of the values, or their names where a label means several."""
    values = model.enums[getattr(column.of, "enum", "")].values
    labels = {name: model.label(values[name], *model.locales) for name in column.choices}
    said = list(labels.values())
    return tuple(label if said.count(label) == 1 else name for name, label in labels.items())


def _between(type_: str, least: str, most: str, lowest: str, highest: str) -> DataValidation:
    return DataValidation(type=type_, operator="between", formula1=least or lowest, formula2=most or highest)


def _plain(bound: object) -> str:
    return "" if bound is None else str(bound)


def _day(bound: object) -> str:
    if bound is None:
        return ""
    if bound == "today":
        return "TODAY()"
    year, month, day = str(bound)[:10].split("-")
    return f"DATE({int(year)},{int(month)},{int(day)})"


__all__ = ["FIRST", "LISTS", "NAMES", "form_of", "is_filled", "labels_of", "workbook"]
