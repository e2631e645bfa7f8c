"""Findings as people and programs read them: LAYERING.md §7 in text, or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sidra_metamodel.diagnostics import Diagnostic, Note, Severity, SidraError
from sidra_metamodel.nodes import Place

MAX_WIDTH: Final = 160
"""Characters of a line that are shown; of a longer one, those around the place."""


_UNSEEN: Final = dict.fromkeys((*range(9), *range(10, 32), *range(127, 160)), "�")
"""Control characters but for the tab: a terminal would act on them."""


def render(found: Iterable[Diagnostic]) -> str:
    """Return the findings as text, an empty line between two."""
    return "\n\n".join(map(render_one, found))


def render_one(found: Diagnostic) -> str:
    """Return one finding: what is wrong, where, the line itself, what explains it, the way out."""
    equals = [note for note in found.notes if not note.title]
    return "\n".join(_conflict(found, equals) if equals else _finding(found))


def refusal(error: SidraError) -> str:
    """Return an error that ends a command: what is wrong, and the way out."""
    place = f" ({error.at})" if error.at else ""
    hint = f"\n  = help: {error.hint}" if error.hint else ""
    return f"error[{error.code}]: {error.reason}{place}{hint}"


def _finding(found: Diagnostic) -> Iterator[str]:
    margin = " " * len(str(found.at.line))
    shown, mark = _marked(found)
    yield _headline(found)
    yield f"{margin}--> {found.at}{_layer(found.at, gap=3)}"
    if found.excerpt:
        yield f"{found.at.line} | {shown}"
        yield f"{margin} | {mark}"
    for note in found.notes:
        yield f"{margin} = {note.title}: {note.at.path}:{note.at.line}{_layer(note.at)}{_text(note)}"
    if found.help:
        yield f"{margin} = help: {found.help}"


def _conflict(found: Diagnostic, equals: list[Note]) -> Iterator[str]:
    """Say that places of equal rank disagree: none of them is the wrong one."""
    rows = [(str(note.at), note.text, f"({note.at.layer.replace(':', ' ')})") for note in equals]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    yield _headline(found)
    for place, text, layer in rows:
        yield f" --> {place:<{widths[0]}}   {text:<{widths[1]}}   {layer}"
    if found.help:
        yield f"  = {found.help}"


def _headline(found: Diagnostic) -> str:
    return f"{found.severity}[{found.code}]: {found.message}"


def _marked(found: Diagnostic) -> tuple[str, str]:
    """Return the line, or the part of it around the place, and the mark below."""
    start = min(found.at.column - 1, len(found.excerpt))
    cut = max(0, start - MAX_WIDTH // 2) if len(found.excerpt) > MAX_WIDTH else 0
    before, after = found.excerpt[cut:start], found.excerpt[start : cut + MAX_WIDTH]
    dots = "…" if cut else ""
    more = "…" if len(found.excerpt) > cut + MAX_WIDTH else ""
    # A tab before the place keeps its width, so that the mark stands below what it means.
    indent = "".join("\t" if character == "\t" else " " for character in dots + before)
    return f"{dots}{before}{after}{more}".translate(_UNSEEN), indent + "^" * max(1, min(found.length, len(after)))


def _layer(place: Place, gap: int = 2) -> str:
    return f"{' ' * gap}(layer {place.layer})" if place.layer else ""


def _text(note: Note) -> str:
    text = note.text if len(note.text) <= MAX_WIDTH else f"{note.text[:MAX_WIDTH]}…"
    return f"  {text}" if text else ""


def to_json(found: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Return the findings as JSON-ready maps; `from_json` reads them back."""
    return [
        {
            "code": one.code,
            "severity": str(one.severity),
            "message": one.message,
            **_place_json(one.at),
            "length": one.length,
            "excerpt": one.excerpt,
            "notes": [{"title": note.title, **_place_json(note.at), "text": note.text} for note in one.notes],
            "help": one.help,
        }
        for one in found
    ]


def from_json(found: Iterable[Mapping[str, Any]]) -> list[Diagnostic]:
    """Return the findings that `to_json` wrote; raises KeyError or ValueError for anything else."""
    return [
        Diagnostic(
            one["code"],
            one["message"],
            _place(one),
            one["length"],
            Severity(one["severity"]),
            tuple(Note(note["title"], _place(note), note["text"]) for note in one["notes"]),
            one["help"],
            one["excerpt"],
        )
        for one in found
    ]


def _place_json(place: Place) -> dict[str, str | int]:
    return {"path": place.path, "line": place.line, "column": place.column, "layer": place.layer}


def _place(found: Mapping[str, Any]) -> Place:
    return Place(found["path"], found["line"], found["column"], found["layer"])
