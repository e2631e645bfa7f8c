"""What is asked about a text as it stands: what a value is and why, where it is declared, who changes or uses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from lsprotocol import types

from sidra.language_server.desk import Desk
from sidra.language_server.formulas import Half
from sidra.language_server.outline import Piece
from sidra.language_server.positions import Lines, split_lines
from sidra.language_server.spots import Sight, Spot, spot_at
from sidra_metamodel.directives import DIRECTIVES
from sidra_metamodel.explaining.explain import Explanation, explain
from sidra_metamodel.explaining.paths import UnknownPath
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.explaining.uses import MEMBER_REFERENCES, places_of_document, places_of_member
from sidra_metamodel.expressions import ManyType, RecordType
from sidra_metamodel.language import Keyword
from sidra_metamodel.load import Loaded
from sidra_metamodel.nodes import Place
from sidra_metamodel.schema import describe, instruction_meaning

MEMBERS: Final = ("attributes", "relations")
MEMBER_DEPTH: Final = 2
"""`attributes.<name>`: how many names lead to an attribute or relation."""
MAX_SHOWN: Final = 120


class Asking:
    """Answers about what stands at a place of a text."""

    def __init__(self, desk: Desk, sight: Sight, lines: Lines, position: types.Position) -> None:
        self._desk = desk
        self._sight = sight
        self._lines = lines
        self._line, self._column = position.line, lines.column(position)
        self._piece = sight.outline.piece_at(self._line, self._column)

    def hover(self) -> types.Hover | None:
        """Return the effective value, where it comes from, and what the keyword means."""
        piece = self._piece
        if piece is None:
            return None
        parts = list(filter(None, self._told(piece)))
        if not parts:
            return None
        where = self._lines.range(piece.line, piece.start, piece.end) if piece.key else None
        content = types.MarkupContent(types.MarkupKind.Markdown, "\n\n".join(parts))
        return types.Hover(content, where)

    def _is_header(self, piece: Piece) -> bool:
        return piece is next(iter(self._sight.outline.root.items.values()))

    def _told(self, piece: Piece) -> Iterator[str]:
        if piece.key[:1] == "$":
            known = DIRECTIVES.get(piece.key[1:])
            if known is not None:
                yield f"**{piece.key}** {instruction_meaning(piece.key[1:])} Write {known.form}: `{known.example}`."
            return
        path = tuple(step for step in piece.path if step)
        is_header = self._is_header(piece)
        spot = spot_at(self._sight, () if is_header else path)
        explanation = self._explanation(() if is_header else path)
        if explanation is not None:
            yield from _explained(explanation, self._sight.affiliate)
            yield from self._elsewhere(() if is_header else path)
        if is_header and self._sight.document is not None:
            yield (self._sight.document.__doc__ or "").strip()
        elif spot is not None and spot.keyword is not None:
            yield f"**{spot.keyword.name}**: {describe(spot.keyword)}"

    def _explanation(self, path: tuple[str, ...]) -> Explanation | None:
        loaded = self._sight.loaded
        if loaded is None:
            return None
        try:
            return explain(loaded, ".".join((*self._sight.outline.header, *path)))
        except UnknownPath:
            return None

    def _elsewhere(self, path: tuple[str, ...]) -> Iterator[str]:
        """Tell what the other affiliates have that see the file, where it is not the same."""
        here = self._value(self._sight.loaded, path)
        found = {name: self._value(self._desk.loaded(name), path) for name in self._desk.seen_by(self._sight.path)[1:]}
        others = [f"{name}: `{value}`" for name, value in found.items() if value not in {None, here}]
        if others:
            yield f"otherwise in {', '.join(others)}"

    def _value(self, loaded: Loaded | None, path: tuple[str, ...]) -> str | None:
        document = loaded.effective.get(self._sight.outline.header) if loaded is not None else None
        node = document.root.get(*path) if document is not None else None
        return _short(flow(node)) if node is not None else None

    def definition(self) -> list[types.Location]:
        """Return where what stands here is declared: the layers below, the document or the member that is named."""
        piece, loaded = self._piece, self._sight.named
        if piece is None or loaded is None or piece.key[:1] == "$":
            return []
        spot = spot_at(self._sight, tuple(step for step in piece.path if step))
        is_key = piece.line == self._line and piece.start <= self._column <= piece.end and bool(piece.key)
        named = self._named(piece, spot, loaded, is_key=is_key)
        return self._locations(named or (self._below(piece) if is_key or self._is_header(piece) else ()))

    def _named(self, piece: Piece, spot: Spot | None, loaded: Loaded, *, is_key: bool) -> list[Place]:
        """Return where the name is declared that a reference or an expression gives."""
        if spot is None or spot.keyword is None:
            return []
        name = piece.key if is_key else (piece.text or "")
        if not is_key and spot.keyword.site is not None:
            return self._in_formula(piece, spot, spot.keyword, loaded)
        if is_key and not (spot.is_entry and spot.keyword.refers):
            return []
        refers = spot.keyword.refers or ""
        if refers in MEMBER_REFERENCES:
            entity = loaded.draft.resolve(spot.context.source)
            return _member(loaded, (entity,) if entity else (), name.removeprefix("-"))
        document = loaded.effective.get((refers, name))
        return [document.stages[0].root.key_place] if document is not None else []

    def _in_formula(self, piece: Piece, spot: Spot, keyword: Keyword, loaded: Loaded) -> list[Place]:
        text = piece.text or ""
        end = self._column - piece.value_start
        while end < len(text) and (text[end].isalnum() or text[end] == "_"):
            end += 1
        half = Half(loaded.draft, text[:end], keyword, spot.context)
        of = half.owner_type()
        entities = of.entities if isinstance(of, RecordType | ManyType) else ()
        return _member(loaded, entities, half.typed)

    def _below(self, piece: Piece) -> list[Place]:
        """Return the places of the layers below that say something by the same path, the nearest first."""
        kind, name = self._sight.outline.header
        path = tuple(step for step in piece.path if step)
        is_header = self._is_header(piece)
        own = self._sight.folder.rank if self._sight.folder is not None else 0
        found = []
        for folder, node in self._desk.written(self._sight.affiliate, kind, name):
            at = node if is_header else node.get(*path)
            if at is not None and folder.rank < own:
                found.append(at.key_place)
        return found[::-1] or ([] if is_header else self._inherited(path))

    def _inherited(self, path: tuple[str, ...]) -> list[Place]:
        effective = self._sight.effective
        node = effective.get(*path) if effective is not None else None
        return [link.key_place for link in node.chain()][-1:] if node is not None else []

    def references(self) -> list[types.Location]:
        """Return who says something else by the same path, in all affiliates, and who uses the thing."""
        piece = self._piece
        kind, name = self._sight.outline.header
        if piece is None or not kind:
            return []
        path = tuple(step for step in piece.path if step)
        is_header = self._is_header(piece)
        found: dict[Place, None] = {}
        for affiliate in self._desk.seen_by(self._sight.path):
            for _, node in self._desk.written(affiliate, kind, name):
                at = node if is_header else node.get(*path)
                if at is not None:
                    found[at.key_place] = None
            loaded = self._desk.loaded(affiliate)
            if loaded is not None:
                found |= dict.fromkeys(_users(loaded, kind, name, () if is_header else path))
        return self._locations(found)

    def _locations(self, places: Iterable[Place]) -> list[types.Location]:
        return [location for place in places if (location := location_of(self._desk, place, self._lines)) is not None]


def location_of(desk: Desk, place: Place, lines: Lines) -> types.Location | None:
    """Return a place of any file as the client counts; None for a file that is not there."""
    file = desk.file_of(place.path)
    if file is None:
        return None
    text = desk.files.texts.get(file)
    try:
        there = Lines(split_lines(file.read_text(encoding="utf-8") if text is None else text), lines.encoding)
    except (OSError, UnicodeDecodeError):
        return None
    start = there.position(place.line - 1, place.column - 1)
    return types.Location(file.as_uri(), types.Range(start, start))


def symbols(root: Piece, lines: Lines) -> list[types.DocumentSymbol]:
    """Return the keys of a text that have something below them, or stand at its top."""
    return [_symbol(piece, lines) for key, piece in root.items.items() if key[:1] != "$"]


def _symbol(piece: Piece, lines: Lines) -> types.DocumentSymbol:
    below = [child for key, child in piece.items.items() if key[:1] != "$"]
    return types.DocumentSymbol(
        name=piece.key or "?",
        kind=types.SymbolKind.Object if below else types.SymbolKind.Property,
        range=lines.whole(piece.line, piece.start, max(piece.last_line, piece.line)),
        selection_range=lines.range(piece.line, piece.start, piece.end),
        detail=_short(piece.text or ""),
        children=[_symbol(child, lines) for child in below],
    )


def _explained(explanation: Explanation, affiliate: str) -> Iterator[str]:
    yield f"`{explanation.path}` in {affiliate} = `{_short(explanation.value)}`"
    links = [
        f"- {link.state} **{link.layer}** `{_short(link.value)}` {link.at.path}:{link.at.line}"
        + (f" why: {link.why}" if link.why else "")
        for link in explanation.chain
    ]
    yield "\n".join(links)
    if explanation.rule:
        yield f"rule: {explanation.rule}"
    if explanation.users:
        names = ", ".join(f"{kind} {name}" for kind, name in explanation.users)
        yield f"used by {_short(names)}"


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _member(loaded: Loaded, entities: Iterable[str], name: str) -> list[Place]:
    for entity in entities:
        declared = loaded.draft.entities.get(entity)
        member = (declared.attributes.get(name) or declared.relations.get(name)) if declared is not None else None
        if member is not None:
            *_, lowest = member.node.chain()
            return [lowest.key_place]
    return []


def _users(loaded: Loaded, kind: str, name: str, path: tuple[str, ...]) -> list[Place]:
    if not path:
        return places_of_document(loaded.draft, kind, name)
    if kind == "entity" and len(path) == MEMBER_DEPTH and path[0] in MEMBERS:
        return places_of_member(loaded.draft, name, path[1])
    return []


def file_of_uri(uri: str) -> Path | None:
    """Return the file that a client names; None for a text that is no file."""
    from pygls.uris import to_fs_path  # noqa: PLC0415 - only where a client speaks

    found = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(found).resolve() if found else None
