"""What may be written next: keywords, instructions, names of the layers below, values, parts of expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lsprotocol import types

from sidra.language_server.formulas import Half
from sidra.language_server.outline import Cursor
from sidra.language_server.positions import Lines
from sidra.language_server.spots import Sight, Spot, scalars_of, spot_at
from sidra_metamodel.checking.references import known_names
from sidra_metamodel.directives import CATEGORIES, DIRECTIVES, LOCKS, PLACES, allowed_directives
from sidra_metamodel.language import Keyword, ListShape, NamedShape, RecordShape, ScalarShape, Shape, kinds_of
from sidra_metamodel.registry import Registry, Vocabularies
from sidra_metamodel.schema import describe, instruction_meaning
from sidra_metamodel.traits import Rule

_TYPABLE: Final = re.compile(r"[\w$.\-*/+]*")
_KINDS: Final = {
    "keyword": types.CompletionItemKind.Keyword,
    "instruction": types.CompletionItemKind.Operator,
    "name": types.CompletionItemKind.Field,
    "value": types.CompletionItemKind.EnumMember,
    "member": types.CompletionItemKind.Property,
    "function": types.CompletionItemKind.Function,
    "document": types.CompletionItemKind.Class,
}
_ORDER: Final = ("name", "value", "member", "keyword", "document", "function", "instruction")


class Completing:
    """Offers what may stand where somebody writes."""

    def __init__(self, sight: Sight, registry: Registry, vocabularies: Vocabularies, lines: Lines) -> None:
        self._sight = sight
        self._registry = registry
        self._vocabularies = vocabularies
        self._lines = lines
        self._found: dict[str, types.CompletionItem] = {}
        self._range = types.Range(types.Position(0, 0), types.Position(0, 0))

    def at(self, position: types.Position) -> list[types.CompletionItem]:
        """Return what may be written at a place of the text."""
        column = self._lines.column(position)
        cursor = self._sight.outline.cursor(position.line, column)
        self._range = types.Range(self._lines.position(position.line, cursor.start), position)
        if cursor.holder.parent is None and cursor.is_key and not cursor.holder.items:
            self._headers()
        elif self._is_header(cursor):
            self._documents()
        else:
            spot = spot_at(self._sight, cursor.holder.path)
            if cursor.is_key and _TYPABLE.fullmatch(cursor.typed):
                self._keys(cursor, spot)
            elif not cursor.is_key:
                self._value(cursor, spot, position)
        return list(self._found.values())

    def _offer(self, label: str, what: str, detail: str = "", doc: str = "", after: str = "") -> None:
        if label in self._found:
            return
        self._found[label] = types.CompletionItem(
            label=label,
            kind=_KINDS[what],
            detail=detail or None,
            documentation=types.MarkupContent(types.MarkupKind.Markdown, doc) if doc else None,
            sort_text=f"{_ORDER.index(what)}{len(self._found):05}",
            filter_text=label,
            text_edit=types.TextEdit(self._range, f"{label}{after}"),
        )

    def _headers(self) -> None:
        for kind, document in self._registry.kinds.items():
            self._offer(kind, "keyword", "kind", (document.__doc__ or "").split("\n\n")[0], ": ")

    def _is_header(self, cursor: Cursor) -> bool:
        holder = cursor.holder
        is_first = holder.parent is not None and holder.parent.parent is None
        return (
            is_first and not cursor.is_key and next(iter(self._sight.outline.root.items.values())).line == holder.line
        )

    def _documents(self) -> None:
        """Offer the documents of the kind that layers below have, and the beginning of a name of one's own."""
        kind = self._sight.outline.header[0]
        loaded, folder = self._sight.named, self._sight.folder
        for found, name in sorted(loaded.effective) if loaded is not None else ():
            lowest = loaded.effective[found, name].stages[0].layer if loaded is not None else None
            if found == kind and lowest is not None and (folder is None or lowest.rank < folder.rank):
                self._offer(name, "document", lowest.name)
        self._local()

    def _local(self) -> None:
        folder = self._sight.folder
        if self._sight.is_overlay and folder is not None and folder.prefix:
            self._offer(f"x_{folder.prefix}_", "name", "a name of this layer")

    def _keys(self, cursor: Cursor, spot: Spot | None) -> None:
        if spot is None or spot.shape is None:
            return
        taken = {name for name in cursor.holder.items if name != cursor.typed}
        shape = spot.map_shape
        if isinstance(shape, RecordShape):
            self._keywords(shape, spot, taken)
        elif isinstance(shape, NamedShape):
            self._named(shape, spot, taken)
        for name in sorted(allowed_directives(spot.shape, spot.position)):
            if f"${name}" not in taken:
                doc = f"{instruction_meaning(name)} For example `${name}: {DIRECTIVES[name].example}`."
                self._offer(f"${name}", "instruction", "instruction", doc, ": ")

    def _keywords(self, shape: RecordShape, spot: Spot, taken: Iterable[str]) -> None:
        said = next((node.get("kind") for node in (spot.written, spot.effective) if node and node.get("kind")), None)
        kind = said.value if said is not None else None
        for name, keyword in shape.keywords.items():
            is_fitting = not (kind and keyword.of_kind and kinds_of(shape.element)) or kind in keyword.of_kind
            below = spot.below.get(name) if spot.below is not None else None
            is_fixed = self._sight.is_overlay and keyword.rule is Rule.FINAL and below is not None
            if name not in taken and is_fitting and not is_fixed and not keyword.instead:
                self._offer(name, "keyword", _detail(keyword, is_below=below is not None), describe(keyword), ": ")

    def _named(self, shape: NamedShape, spot: Spot, taken: Iterable[str]) -> None:
        """Offer the names that layers below have; what is named elsewhere too; the beginning of one's own."""
        if shape.is_label:
            locales = self._sight.named.draft.locales if self._sight.named is not None else ("en",)
            names = [(locale, "language") for locale in locales]
        else:
            below = [(name, child.source.layer) for name, child in (spot.below.items if spot.below else {}).items()]
            names = [*below, *((name, spot.keyword.refers or "") for name in self._known(spot) if spot.keyword)]
        for name, detail in names:
            if name not in taken:
                self._offer(name, "name", detail, after=": ")
        if not shape.is_label:
            self._local()

    def _known(self, spot: Spot) -> Iterable[str]:
        visit = spot.visit()
        if visit is None or self._sight.named is None or visit.keyword.refers is None:
            return ()
        return known_names(self._sight.named.draft, visit) or ()

    def _value(self, cursor: Cursor, spot: Spot | None, position: types.Position) -> None:
        key = next((step for step in reversed(cursor.holder.path) if step), "")
        if key[:1] == "$":
            holder = cursor.holder if cursor.holder.key else cursor.holder.parent
            self._instructed(key[1:], holder.parent.path if holder is not None and holder.parent is not None else ())
        elif spot is not None and spot.shape is not None:
            self._scalars(cursor, spot, spot.shape, position)

    def _instructed(self, name: str, path: tuple[str, ...]) -> None:
        """Offer what an instruction may say: siblings for a place, members of a set, words for the others."""
        spot, around = spot_at(self._sight, path), spot_at(self._sight, path[:-1])
        words = {"category": CATEGORIES, "lock": LOCKS, "remove": ("true",), "replace": ("true",)}
        for word in ("true",) if name in {"first", "last"} else words.get(name, ()):
            self._offer(word, "value", f"${name}")
        if name in PLACES and around is not None and around.effective is not None:
            for sibling in around.effective.items:
                if sibling != path[-1]:
                    self._offer(sibling, "name", "sibling")
        if spot is None or spot.shape is None:
            return
        if name == "drop" and spot.below is not None:
            for entry in spot.below.entries:
                self._offer(str(entry.value), "value", entry.source.layer)
        elif name in {"add", "set", "drop"}:
            self._plain(spot, spot.shape)

    def _scalars(self, cursor: Cursor, spot: Spot, shape: Shape, position: types.Position) -> None:
        loaded, keyword = self._sight.named, spot.keyword
        is_formula = keyword is not None and keyword.site is not None and not spot.is_entry
        if is_formula and cursor.quote and keyword is not None and loaded is not None:
            half = Half(loaded.draft, cursor.typed, keyword, spot.context)
            start = self._lines.column(position) - len(half.typed)
            self._range = types.Range(self._lines.position(position.line, start), position)
            for offer in half.offers():
                self._offer(offer.text, offer.what, offer.detail, offer.doc)
            return
        self._plain(spot, shape)

    def _plain(self, spot: Spot, shape: Shape) -> None:
        for each in scalars_of(shape):
            for value in self._values(each):
                self._offer(value, "value", spot.keyword.name if spot.keyword else "")
        if spot.keyword is None or (spot.is_entry and isinstance(shape, RecordShape)):
            return
        if not spot.is_entry:
            for name in self._known(spot):
                self._offer(str(name), "name", spot.keyword.refers or "")
        known = self._vocabularies.by_name.get(spot.keyword.among or "")
        for value in sorted(known.values) if known is not None else ():
            self._offer(value, "value", spot.keyword.among or "")

    def _values(self, shape: Shape) -> Iterator[str]:
        match shape:
            case ScalarShape(values=values) if values:
                yield from values
            case ScalarShape(type="boolean"):
                yield from ("true", "false")
            case ListShape(item=item):
                yield from self._values(item)
            case RecordShape(element=element) if element.shorthand:
                yield from self._values(shape.keywords[element.shorthand].shape)
            case _:
                pass


def _detail(keyword: Keyword, *, is_below: bool) -> str:
    rule = "" if keyword.rule is Rule.OPEN else f"{keyword.rule}"
    return ", ".join(filter(None, (rule, "required" if keyword.required else "", "below" if is_below else "")))
