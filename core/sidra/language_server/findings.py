"""Findings as editors show them: by file, underlined, with the places that explain them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from lsprotocol import types

from sidra.language_server.asking import location_of
from sidra.language_server.desk import Desk
from sidra.language_server.positions import Lines, split_lines
from sidra_metamodel.diagnostics import Diagnostic, Severity


def by_file(
    desk: Desk, found: Mapping[str, Iterable[Diagnostic]], encoding: types.PositionEncodingKind
) -> dict[Path, list[types.Diagnostic]]:
    """Return the findings of affiliates by the files they stand in; of what several affiliates have, one."""
    owners: dict[Diagnostic, list[str]] = {}
    for affiliate, findings in found.items():
        for one in findings:
            owners.setdefault(one, []).append(affiliate)
    result: dict[Path, list[types.Diagnostic]] = {}
    for one, affiliates in sorted(owners.items(), key=lambda pair: pair[0].sort_key):
        file = desk.file_of(one.at.path)
        if file is not None:
            is_everywhere = set(affiliates) >= set(desk.seen_by(file))
            shown = _shown(desk, one, encoding, () if is_everywhere else affiliates)
            result.setdefault(file, []).append(shown)
    return result


def _shown(
    desk: Desk, one: Diagnostic, encoding: types.PositionEncodingKind, affiliates: Iterable[str]
) -> types.Diagnostic:
    # The line as it was when it was read, which may be a moment older than what is typed.
    lines = Lines([one.excerpt], encoding)
    start = max(0, one.at.column - 1)
    there = lines.range(0, start, start + one.length)
    line = one.at.line - 1
    where = types.Range(types.Position(line, there.start.character), types.Position(line, there.end.character))
    only = f" (in {', '.join(affiliates)})" if affiliates else ""
    help_ = f"\nhelp: {one.help}" if one.help else ""
    related = [
        types.DiagnosticRelatedInformation(location, f"{note.title} {note.text}".strip())
        for note in one.notes
        if (location := location_of(desk, note.at, lines)) is not None
    ]
    return types.Diagnostic(
        range=where,
        message=f"{one.message}{only}{help_}",
        severity=types.DiagnosticSeverity.Error if one.severity is Severity.ERROR else types.DiagnosticSeverity.Warning,
        code=one.code,
        source="sidra",
        related_information=related or None,
        data={"help": one.help},
    )


def lines_of(text: str, encoding: types.PositionEncodingKind) -> Lines:
    """Return the lines of a text as a client counts them."""
    return Lines(split_lines(text), encoding)
