"""How a file writes dates and numbers, by the `format:` of a feed's field; ISO and plain numbers need none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sidra.errors import Problem

Convert = Callable[[object], object]
"""Gives a value, or the Problem that keeps it from being one."""

NUMBERS = frozenset({"integer", "decimal", "money", "percent"})
DATES = frozenset({"date", "datetime"})


def read_dates(form: str, base: str, keep: Convert) -> Convert:
    """Return a function that reads texts written by a form of `strptime`, such as `%d/%m/%Y`.

    base: `date` or `datetime`; keep: what reads the same in ISO.
    """

    def convert(text: object) -> object:
        try:
            found = datetime.strptime(str(text), form)  # noqa: DTZ007 - `keep` adds the affiliate's zone
        except ValueError:
            return Problem("R602", "", f"this is no date written as {form}")
        return keep(found.date().isoformat() if base == "date" else found.isoformat())

    return convert


def read_numbers(form: str, keep: Convert) -> Convert:
    """Return a function that reads numbers written by a pattern such as `#.##0,00`.

    Zeros stand behind the mark of decimals, places of `#` and `0` behind a mark of groups; keep: what reads digits with
    a point.
    """
    marks = [character for character in form if character not in "#0"]
    decimal = marks[-1] if marks and "#" not in form.rpartition(marks[-1])[2] else ""
    groups = "".join({*marks} - {decimal})
    plain = str.maketrans(decimal, "." if decimal else "", groups)

    def convert(text: object) -> object:
        value = str(text)
        if decimal != "." and "." not in groups and "." in value:
            return Problem("R602", "", f"this is no number written as {form}")
        return keep(value.translate(plain))

    return convert
