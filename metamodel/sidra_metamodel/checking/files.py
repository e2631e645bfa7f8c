"""How a feed's file is written: encodings, separators, and forms of dates and numbers that there are."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.interfaces.feed import FeedField

DATES: Final = frozenset({"date", "datetime"})
NUMBERS: Final = frozenset({"integer", "decimal", "money", "percent"})
NO_DELIMITERS: Final = frozenset('\r\n"')
"""Characters that end a row or hold a value together."""
SOME_MOMENT: Final = datetime(2026, 11, 23, 13, 45, 30, tzinfo=UTC)
MOST_MARKS: Final = 2
"""A number has a mark of groups and one of decimals."""


def check_file(feed: Interface, diagnostics: Diagnostics) -> None:
    """Record settings of a feed that no file can be read by."""
    if feed.encoding is not None and not _is_encoding(feed.encoding):
        node = feed.node.items["encoding"]
        diagnostics.error("E419", f"no encoding `{feed.encoding}`", node, help="such as `utf-8` or `windows-1252`")
    if feed.sheet is not None and feed.format not in {None, "excel"}:
        message = f"a file of format `{feed.format}` has no sheets"
        diagnostics.report(
            "E419", message, feed.node.items["sheet"], key=True, help="take it away, or write `format: excel`"
        )
    if feed.delimiter is None:
        return
    node = feed.node.items["delimiter"]
    if len(feed.delimiter) != 1 or feed.delimiter in NO_DELIMITERS:
        help_ = 'write one character: `";"`, or `"\\t"` for a tab'
        diagnostics.error("E419", f"`{feed.delimiter}` cannot separate columns", node, help=help_)
    elif feed.format not in {None, "csv"}:
        message = f"a file of format `{feed.format}` has no delimiter"
        diagnostics.report("E419", message, node, key=True, help="take it away")


def _is_encoding(name: str) -> bool:
    try:
        # Some codecs, such as `rot13`, are none of text.
        "".encode(codecs.lookup(name).name)
    except (LookupError, ValueError):
        return False
    return True


def check_format(base: str, field: FeedField, diagnostics: Diagnostics) -> None:
    """Record a form of dates or numbers that is none, or that the attribute has no use for."""
    if field.format is None:
        return
    node = field.node.items["format"]
    if base in DATES:
        if not _is_form_of_dates(field.format):
            help_ = "write it with `%Y`, `%m`, `%d`, `%H`, `%M`: `%d/%m/%Y`"
            diagnostics.error("E419", f"`{field.format}` is no form of dates", node, help=help_)
    elif base in NUMBERS:
        if not _is_form_of_numbers(field.format):
            help_ = "write it with `#`, `0` and the marks between: `#.##0,00`"
            diagnostics.error("E419", f"`{field.format}` is no form of numbers", node, help=help_)
    else:
        message = f"`format` means nothing for the type `{base}`"
        diagnostics.report("E419", message, node, key=True, help="take it away; dates and numbers have forms")


def _is_form_of_dates(form: str) -> bool:
    """Tell whether a date that is written by a form can be read by it and is the same day."""
    try:
        found = datetime.strptime(SOME_MOMENT.strftime(form), form)  # noqa: DTZ007 - only the day is looked at
    except ValueError:
        return False
    return found.date() == SOME_MOMENT.date()


def _is_form_of_numbers(form: str) -> bool:
    marks = {character for character in form if character not in "#0"}
    return len(marks) <= MOST_MARKS and len(form) > len(marks) and not any(mark.isalnum() for mark in marks)
