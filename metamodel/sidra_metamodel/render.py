"""Findings as people and programs read them: LAYERING.md §7 in text, or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sidra_metamodel.diagnostics import Diagnostic, Note, Severity
from sidra_metamodel.nodes import Place


def render(found: Iterable[Diagnostic]) -> str:
    """Return the findings as text, an empty line between two."""
    return "\n\n".join(map(render_one, found))


def render_one(found: Diagnostic) -> str:
    """Return one finding: what is wrong, where, the line itself, what explains it, the way out."""
    equals = [note for note in found.notes if not note.title]
    return "\n".join(_conflict(found, equals) if equals else _finding(found))


def _finding(found: Diagnostic) -> Iterator[str]:
    margin = " " * len(str(found.at.line))
    yield _headline(found)
    yield f"{margin}--> {found.at}{_layer(found.at, gap=3)}"
    if found.excerpt:
        yield f"{found.at.line} | {found.excerpt}"
        yield f"{margin} | {_underline(found)}"
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


def _underline(found: Diagnostic) -> str:
    start = min(found.at.column - 1, len(found.excerpt))
    # A tab before the place keeps its width, so that the mark stands below what it means.
    indent = "".join("\t" if character == "\t" else " " for character in found.excerpt[:start])
    return indent + "^" * max(1, min(found.length, len(found.excerpt) - start))


def _layer(place: Place, gap: int = 2) -> str:
    return f"{' ' * gap}(layer {place.layer})" if place.layer else ""


def _text(note: Note) -> str:
    return f"  {note.text}" if note.text else ""


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
