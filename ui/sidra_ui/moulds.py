"""Rows of tables from moulds: what their macros make of a cell is kept, and cells that are alike but for texts fill it.

The templates stay the one place that says what a cell looks like. A mould is what the macro makes of a cell whose texts
are marks; each cell of the same kind puts its own texts, escaped, where the marks stood. No text of a record is ever
looked through for marks: it is filled in when they are gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import fields, replace
from operator import attrgetter, itemgetter
from typing import Any

import jinja2
from markupsafe import Markup, escape

from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

MOST_LIKE = 512
"""Kinds and cells of one column that are remembered."""
MOST_KEPT = 8192
"""Moulds; beyond that all are made anew."""
MARK = "\ufdd0{}\ufdd1"
"""Two signs that Unicode gives to no text, around the number of what stands there."""
NEEDY = re.compile("[&<>\"']").search
"""Finds what makes escaping necessary."""
MARKED = re.compile("\ufdd0([0-9])\ufdd1")
TEXTS = ("text", "secondary", "href")
"""The fields of a cell that its mould leaves open, beside the initials of an avatar."""
KIND = attrgetter(*(field.name for field in fields(Cell) if field.name not in {*TEXTS, "avatar", "drawn"}))
OPEN_IN_ROW = frozenset({"id", "label", "cells", "href", "version"})
ROW_KIND = tuple(field.name for field in fields(Row) if field.name not in OPEN_IN_ROW)
Fill = Callable[[tuple[object, ...]], str]
Macro = Callable[..., str]


def mould(html: str) -> Fill:
    """Return what fills a piece of HTML: its marks, by number, become texts, which are escaped."""
    pieces = MARKED.split(html)
    places = [int(number) for number in pieces[1::2]]
    pattern = "%s".join(piece.replace("%", "%%") for piece in pieces[::2])
    if not places:
        return lambda _: html
    if len(places) == 1:
        place = places[0]
        return lambda texts: pattern % escaped(texts[place])
    chosen = itemgetter(*places)
    return lambda texts: pattern % tuple(map(escaped, chosen(texts)))


def escaped(text: object) -> object:
    """Return a text as it stands in HTML; most have nothing to be escaped, and looking costs less than escaping."""
    return text if text.__class__ is str and NEEDY(text) is None else escape(text)


class Moulds:
    """What the macros of tables make of each kind of cell, in each language; safe for threads."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    @jinja2.pass_context
    def rows(self, context: jinja2.runtime.Context, view: Table, form: str, row: Macro, cell: Macro) -> Markup:
        """Return the rows of a table: as the macros `row` and `cell` draw them."""
        language = context["t"].language
        columns = [self._column(language, replace(each, sort_href="", sorted="")) for each in view.columns]
        drawn = []
        for each in view.rows:
            cells = zip(columns, each.cells, strict=True)
            drawn_cells = "".join([self._cell(known, column, one, cell) for (known, column), one in cells])
            drawn.append(self._row(language, each, form, Markup(drawn_cells), row))  # noqa: S704 - as below
        return Markup("\n".join(drawn))  # noqa: S704 - moulds escape what they are filled with

    def _column(self, language: str, column: Column) -> tuple[dict[Hashable, Any], Column]:
        return self._of((language, column), dict), column

    def _of(self, key: Hashable, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - of many kinds
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            found = self._known.setdefault(key, make())
        return found

    def _cell(self, known: dict[Hashable, Any], column: Column, cell: Cell | str, draw: Macro) -> str:
        if isinstance(cell, str):
            fill = known.get("plain")
            if fill is None:
                fill = known["plain"] = mould(draw(replace(column.plain, text=MARK.format(0)), column))
            return str(fill((cell,)))
        if cell.drawn is not None:
            return str(draw(cell, column))
        drawn = known.get(id(cell))
        if drawn is not None and drawn[0] is cell:
            return str(drawn[1])
        text, secondary, href, avatar = cell.text, cell.secondary, cell.href, cell.avatar
        key = (not text, not secondary, not href, avatar and (avatar.tone, avatar.is_present), KIND(cell))
        found = known.get(key)
        if found is None:
            if len(known) >= MOST_LIKE:
                known.clear()
            found = known[key] = mould(draw(_marked(cell), column))
        html: str = found((text, secondary, href, avatar.initials if avatar is not None else ""))
        if cell.badges and not text:
            # Badges are of few kinds, and their cells are often the very same.
            if len(known) >= MOST_LIKE:
                known.clear()
            known[id(cell)] = (cell, html)
        return html

    def _row(self, language: str, row: Row, form: str, cells: Markup, draw: Macro) -> str:
        key = (language, form, bool(row.href), bool(row.version), *(getattr(row, name) for name in ROW_KIND))
        found = self._of(key, lambda: mould(draw(_marked_row(row), MARK.format(4), form)))
        filled: str = found((row.id, row.label, row.href, row.version, cells))
        return filled


def _marked(cell: Cell) -> Cell:
    """Return a cell of the same kind whose texts are marks; what is empty stays so."""
    texts: dict[str, Any] = {name: MARK.format(place) for place, name in enumerate(TEXTS) if getattr(cell, name)}
    initials = MARK.format(len(TEXTS))
    avatar = replace(cell.avatar, initials=initials) if cell.avatar is not None else None
    return replace(cell, **texts, avatar=avatar)


def _marked_row(row: Row) -> Row:
    """Return a row of the same kind whose texts are marks, without its cells."""
    marks = {"id": MARK.format(0), "label": MARK.format(1)}
    href = MARK.format(2) if row.href else ""
    # Templates write a version as they find it.
    version: Any = MARK.format(3) if row.version else 0
    return replace(row, **marks, cells=(), href=href, version=version)
