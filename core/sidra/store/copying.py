"""Rows as PostgreSQL's COPY takes them: a generated function for the columns of each table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

Lines = Callable[[Iterable[Sequence[Any]]], bytes]

NULL, BACKSLASH = "\\N", "\\"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"})
_NUMBERS = frozenset({"BIGINT", "INTEGER", "SMALLINT", "NUMERIC"})


def compile_lines(types: Sequence[str]) -> Lines:
    """Return the function from rows to lines of text, for columns of these types as PostgreSQL writes them."""
    cells = [f"c{number}" for number in range(len(types))]
    parts = "\\t".join(f"{{{_cell(cell, kind)}}}" for cell, kind in zip(cells, types, strict=True))
    source = f"def lines(rows):\n return ''.join([f\"{parts}\\n\" for {', '.join(cells)}, in rows]).encode()"
    names: dict[str, Any] = {"null": NULL, "backslash": BACKSLASH, "escaped": escaped}
    # Only numbers of columns and names made here enter the source.
    exec(compile(source, "<lines>", "exec"), names)  # noqa: S102 - see above
    return names["lines"]  # type: ignore[no-any-return]  # made by the line above


def escaped(text: str) -> str:
    """Return a text as COPY reads it back."""
    return text.translate(_ESCAPES)


def _cell(cell: str, kind: str) -> str:
    """Return the code of a cell's text."""
    if kind == "UUID":
        known = f"{cell}.hex()"
    elif kind == "BYTEA":
        known = f"backslash + backslash + 'x' + {cell}.hex()"
    elif kind == "BOOLEAN":
        known = f"('t' if {cell} else 'f')"
    elif kind.partition("(")[0] in _NUMBERS:
        known = f"str({cell})"
    else:
        # Hardly a text has what must be escaped: looking costs a tenth of escaping.
        known = f"({cell} if {cell}.isprintable() and backslash not in {cell} else escaped({cell}))"
    return f"null if {cell} is None else {known}"
