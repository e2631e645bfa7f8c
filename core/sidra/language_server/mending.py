"""Quick fixes: what the help of a finding offers, done at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lsprotocol import types

from sidra.language_server.outline import Outline, Piece
from sidra.language_server.positions import Lines

_MEANT: Final = re.compile(r"did you mean `([^`]+)`\?")
_WRITE: Final = re.compile(r"^write `([^`…]+)`$")
_MISSING: Final[Mapping[str, str]] = {"E210": "why", "E211": "ticket"}
"""Findings that want a word of the reason, and which."""


def quick_fixes(uri: str, outline: Outline, lines: Lines, found: list[types.Diagnostic]) -> Iterator[types.CodeAction]:
    """Yield the fixes of findings that a client shows in a text."""
    for one in found:
        help_ = str(one.data.get("help", "")) if isinstance(one.data, dict) else one.message
        for pattern in (_MEANT, _WRITE):
            for text in pattern.findall(help_):
                yield _action(
                    uri, f"Write `{text}`", types.TextEdit(one.range, _kept_form(text, one, outline, lines)), one
                )
        word = _MISSING.get(str(one.code))
        if word is not None:
            column = lines.column(one.range.start)
            edit = _with_reason(outline.piece_at(one.range.start.line, column), word, lines)
            if edit is not None:
                yield _action(uri, f"Add `${word}`", edit, one)


def _action(uri: str, title: str, edit: types.TextEdit, found: types.Diagnostic) -> types.CodeAction:
    change = types.WorkspaceEdit(changes={uri: [edit]})
    return types.CodeAction(title, types.CodeActionKind.QuickFix, diagnostics=[found], edit=change, is_preferred=True)


def _kept_form(text: str, found: types.Diagnostic, outline: Outline, lines: Lines) -> str:
    """Return the text with the quotes, or the minus of a sorting, that the finding underlines too."""
    line = outline.lines[found.range.start.line] if found.range.start.line < len(outline.lines) else ""
    written = line[lines.column(found.range.start) : lines.column(found.range.end)]
    if len(written) > 1 and written[0] in "'\"" and written[-1] == written[0]:
        return f"{written[0]}{text}{written[0]}"
    return f"-{text}" if written[:1] == "-" and text[:1] != "-" else text


def _with_reason(piece: Piece | None, word: str, lines: Lines) -> types.TextEdit | None:
    """Return the edit that puts a word of the reason before the first key of the element around a place."""
    holder = piece if piece is None or piece.items else piece.parent
    first = next(iter(holder.items.values()), None) if holder is not None else None
    if holder is None or first is None or holder.parent is None:
        return None
    if holder.is_flow:
        return types.TextEdit(lines.range(first.line, first.start, first.start), f'${word}: "", ')
    return types.TextEdit(lines.range(first.line, 0, 0), f'{" " * first.start}${word}: ""\n')
