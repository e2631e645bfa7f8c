"""JSON Schemas from the definitions of keywords: one for files as people write them, one for effective documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sidra_metamodel.directives import CATEGORIES, DIRECTIVES, LOCKS, Position, allowed_directives, takes_bare
from sidra_metamodel.durations import DURATION_PATTERN
from sidra_metamodel.language import (
    Document,
    Element,
    Keyword,
    ListShape,
    NamedShape,
    RecordShape,
    ScalarShape,
    Shape,
    UnionShape,
    keywords_of,
    kinds_of,
)
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import BUILT_IN_TYPES
from sidra_metamodel.registry import Registry

# JSON Schema is a language of nested maps whose forms no type describes.
Schema = dict[str, Any]

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
NAME_PATTERN: Final = "^[a-z][a-z0-9_]*$"
LOCALE_PATTERN: Final = "^[a-z]{2,3}([-_][A-Za-z]{2,4})?$"

_SCALARS: Final[Mapping[str, Schema]] = MappingProxyType(
    {
        "name": {"type": "string"},
        "string": {"type": "string"},
        "expression": {"type": "string"},
        "integer": {"type": "integer"},
        "number": {"type": "number"},
        "boolean": {"type": "boolean"},
        "duration": {"type": "string", "pattern": f"^({DURATION_PATTERN})$"},
        "any": {"type": ["string", "number", "boolean", "null"]},
    }
)

_LIMIT: Final[Schema] = {"type": "object", "properties": {"max": {"type": "integer"}}, "required": ["max"]}

_INSTRUCTIONS: Final[Mapping[str, Schema]] = MappingProxyType(
    {
        "set": {"description": "The value, so that a reason can stand beside it."},
        "replace": {"const": True, "description": "Nothing of the layers below is kept."},
        "remove": {"const": True, "description": "Takes the element away, where it is removable."},
        "add": {"description": "Members that the set gets."},
        "drop": {"description": "Members that the set loses."},
        "before": {"type": "string", "description": "Stands before the sibling of this name."},
        "after": {"type": "string", "description": "Stands after the sibling of this name."},
        "first": {"const": True, "description": "Stands before all siblings."},
        "last": {"const": True, "description": "Stands after all siblings."},
        "why": {"type": "string", "description": "The reason of the change."},
        "ticket": {"type": "string", "description": "The ticket of the change."},
        "until": {
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2}$",
            "description": "The date until which the change is wanted.",
        },
        "category": {"enum": list(CATEGORIES), "description": "What kind of reason it is."},
        "lock": {"enum": list(LOCKS), "description": "What layers above may still change. Not for affiliates."},
        "was": {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
            "description": "The former name, or several. Not for affiliates.",
        },
        "since": {
            "type": "string",
            "description": "The version that renamed it: two minor versions later the former "
            "name is an error. Not for affiliates.",
        },
        "extend": {
            "anyOf": [{"const": True}, {"type": "object", "additionalProperties": _LIMIT}],
            "description": "What layers above may add. Not for affiliates.",
        },
    }
)


def instruction_meaning(name: str) -> str:
    """Return what an instruction does, by its name without `$`."""
    return str(_INSTRUCTIONS[name]["description"])


def json_schema(document: type[Document], registry: Registry, model: Model | None = None) -> Schema:
    """Return the schema of files of one kind, for editors: short forms and `$keys` allowed, nothing obligatory.

    With a Model, its names are offered where a keyword refers to one.
    """
    names = _names_offered(registry, model)
    return _Writer(names).document(document)


def effective_schema(document: type[Document]) -> Schema:
    """Return the schema of effective documents of one kind: long forms only, obligatory keywords required."""
    return _Writer({}, is_effective=True).document(document)


def write_schemas(folder: Path, registry: Registry, model: Model | None = None) -> list[Path]:
    """Write the schema of each kind into a folder, and `sidra.schema.json` that chooses by the header.

    Returns the files. An editor with yaml-language-server takes the last one for all files of a configuration.
    """
    folder.mkdir(parents=True, exist_ok=True)
    schemas = {kind: json_schema(document, registry, model) for kind, document in registry.kinds.items()}
    written = [_write(folder / f"{kind}.schema.json", schema) for kind, schema in schemas.items()]
    return [*written, _write(folder / "sidra.schema.json", _index(schemas))]


def _index(schemas: Mapping[str, Schema]) -> Schema:
    """Return the schema of a file of any kind: the header decides which one holds."""
    choices = [{"if": {"required": [kind]}, "then": {"$ref": f"{kind}.schema.json"}} for kind in schemas]
    headers = {kind: schema["properties"][kind] for kind, schema in schemas.items()}
    return {
        "$schema": DRAFT,
        "title": "A document of Sidra",
        "type": "object",
        "properties": headers,
        "anyOf": [{"required": [kind]} for kind in schemas],
        "allOf": choices,
    }


def _write(path: Path, schema: Schema) -> Path:
    path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


@dataclass
class _Writer:
    """Writes the schema of one kind; each element class becomes one definition for each position it stands in."""

    names: Mapping[str, Iterable[str]]
    is_effective: bool = False
    definitions: dict[str, Schema] = field(default_factory=dict)

    def document(self, document: type[Document]) -> Schema:
        schema = self._record(document, Position.ROOT)
        if not self.is_effective:
            schema["required"] = [document.kind]
        schema |= {"$schema": DRAFT, "title": document.kind, "description": _first_line(document)}
        return schema | {"$defs": self.definitions}

    def _record(self, element: type[Element], position: Position) -> Schema:
        words = keywords_of(element)
        properties = {name: self._keyword(word) for name, word in words.items()}
        schema: Schema = {"type": "object", "description": _first_line(element)}
        if self.is_effective:
            required = [name for name, word in words.items() if word.required]
            return schema | {"required": required, **_closed(properties, element)}
        if issubclass(element, Document):
            properties = {element.kind: _header_of(element), **properties}
        properties |= self._instructions(RecordShape(element), position)
        return schema | (_by_kind(properties, element) if kinds_of(element) else _closed(properties, element))

    def _keyword(self, keyword: Keyword) -> Schema:
        schema = self.shape(keyword.shape, keyword)
        if self.is_effective:
            return schema if keyword.required else _any_of(schema, {"type": "null"})
        return {**schema, "description": describe(keyword)}

    def shape(self, shape: Shape, keyword: Keyword, position: Position = Position.VALUE) -> Schema:
        """Return the schema of values of a shape, below a keyword."""
        match shape:
            case ScalarShape():
                plain = self._bare(shape, keyword)
                instructed = self._instructed(shape, keyword, position)
                return plain if self.is_effective else _any_of(plain, {"type": "null"}, instructed)
            case ListShape():
                listed = self._bare(shape, keyword)
                return listed if self.is_effective else _any_of(listed, self._instructed(shape, keyword, position))
            case NamedShape():
                return self._named(shape, keyword, position)
            case RecordShape():
                return self._element(shape, keyword, position)
            case UnionShape(alternatives=alternatives):
                return _any_of(*(self.shape(alternative, keyword, position) for alternative in alternatives))

    def _bare(self, shape: Shape, keyword: Keyword) -> Schema:
        """Return the schema of the scalars and lists that can stand for a value of a shape."""
        match shape:
            case ScalarShape():
                return self._plain(shape, keyword)
            case ListShape(item=item, single=single):
                one = self._plain(item, keyword)
                listed: Schema = {"type": "array", "items": one}
                return _any_of(listed, one) if single and not self.is_effective else listed
            case NamedShape(is_label=True):
                return {"type": "string"}
            case NamedShape():
                return {"type": "array", "items": {"type": "string"}}
            case RecordShape(element=element):
                return self._bare(keywords_of(element)[element.shorthand or ""].shape, keyword)
            case UnionShape(alternatives=alternatives):
                return _any_of(*(self._bare(each, keyword) for each in alternatives if takes_bare(each)))

    def _plain(self, shape: ScalarShape, keyword: Keyword) -> Schema:
        if shape.values:
            return {"enum": list(shape.values)}
        bounds = {"minimum": shape.least, "maximum": shape.most}
        plain = {**_SCALARS[shape.type], **{name: bound for name, bound in bounds.items() if bound is not None}}
        if self.is_effective:
            return plain
        known = list(self.names.get(keyword.refers or keyword.among or "", ()))
        if shape.type in {"string", "name"}:
            plain["type"] = ["string", "number", "boolean"]
        return _any_of({"enum": known}, plain) if known else plain

    def _instructions(self, shape: Shape, position: Position, keyword: Keyword | None = None) -> Schema:
        """Return the properties of the `$keys` that fit on a value of a shape, those with a value of its form typed."""
        allowed = allowed_directives(shape, position)
        found = {f"${name}": {**_INSTRUCTIONS[name]} for name in DIRECTIVES if name in allowed}
        if keyword is not None and "set" in allowed:
            found["$set"] |= self._bare(shape, keyword)
        if keyword is not None and isinstance(shape, ListShape):
            one = self._plain(shape.item, keyword)
            for name in ("$add", "$drop"):
                if name in found:
                    found[name] |= _any_of({"type": "array", "items": one}, one)
        return found

    def _instructed(self, shape: Shape, keyword: Keyword, position: Position) -> Schema:
        """Return the form of a map of instructions only, one that gives or takes a value among them."""
        properties = self._instructions(shape, position, keyword)
        some = [{"required": [f"${name}"]} for name in ("set", "add", "drop", "remove") if f"${name}" in properties]
        return {"type": "object", "properties": properties, "additionalProperties": False, "anyOf": some}

    def _named(self, shape: NamedShape, keyword: Keyword, position: Position) -> Schema:
        pattern = LOCALE_PATTERN if shape.is_label else NAME_PATTERN
        is_free = isinstance(shape.of, ScalarShape) and not shape.is_label
        schema: Schema = {"type": "object", "additionalProperties": False}
        schema["patternProperties"] = {"^[^$]" if is_free else pattern: self._entry(shape, keyword)}
        if self.is_effective:
            return schema
        schema["properties"] = self._instructions(shape, position, keyword)
        if not takes_bare(shape):
            return schema
        known = list(self.names.get(keyword.refers or "", ()))
        if known:
            schema["propertyNames"] = _any_of({"enum": [*known, *schema["properties"]]}, {"type": "string"})
        return _any_of(schema, self._bare(shape, keyword))

    def _entry(self, shape: NamedShape, keyword: Keyword) -> Schema:
        entry = self.shape(shape.of, keyword, Position.VALUE if shape.is_label else Position.NAMED)
        return entry if self.is_effective or shape.is_label else _any_of(entry, {"type": "null"})

    def _element(self, shape: RecordShape, keyword: Keyword, position: Position) -> Schema:
        element = shape.element
        name = f"{element.__name__}_named" if position is Position.NAMED else element.__name__
        if name not in self.definitions:
            # The place is taken first, so that an element that holds itself ends here.
            self.definitions[name] = {}
            self.definitions[name].update(self._record(element, position))
        reference = {"$ref": f"#/$defs/{name}"}
        if self.is_effective or element.shorthand is None:
            return reference
        return _any_of(reference, self._bare(shape, keyword), self._instructed(shape, keyword, position))


def describe(keyword: Keyword) -> str:
    """Return what an editor shows for a keyword: its meaning, its rule, an example."""
    example = f" Example: {keyword.example}." if keyword.example else ""
    rule = "" if keyword.rule == "open" else f" Layers above: {keyword.rule}."
    return f"{meaning(keyword)}{rule}{example}"


def meaning(keyword: Keyword) -> str:
    """Return what a keyword means, where it belongs, and whether this version refuses it."""
    kinds = ", ".join(f"`{kind}`" for kind in keyword.of_kind)
    kinds = f" Of kind {kinds} only." if kinds else ""
    refused = " Refused in this version." if keyword.instead else ""
    return f"{keyword.doc}{kinds}{refused}"


def _closed(properties: Schema, element: type[Element]) -> Schema:
    return {"properties": properties, "additionalProperties": {"type": "string"} if element.open_keys else False}


def _by_kind(properties: Schema, element: type[Element]) -> Schema:
    """Return the schema of a map whose `kind` decides which keywords it has; where it is not said, all fit."""
    words = keywords_of(element)
    common = {name: schema for name, schema in properties.items() if name not in words or not words[name].of_kind}
    kinds = kinds_of(element)
    said = {kind: {"required": ["kind"], "properties": {"kind": {"const": kind}}} for kind in kinds}
    choices = [
        {
            "if": said[kind],
            "then": _only({name: each for name, each in properties.items() if _fits_kind(words, name, kind)}, common),
        }
        for kind in kinds
    ]
    unsaid = {"if": {"not": {"anyOf": list(said.values())}}, "then": _only(properties, common)}
    return {"properties": common, "allOf": [*choices, unsaid]}


def _fits_kind(words: Mapping[str, Keyword], name: str, kind: str) -> bool:
    return name not in words or not words[name].of_kind or kind in words[name].of_kind


def _only(fitting: Schema, common: Schema) -> Schema:
    # `additionalProperties` would not see the common ones, and few editors know `unevaluatedProperties`.
    further = {name: schema for name, schema in fitting.items() if name not in common}
    return {"properties": further, "propertyNames": {"enum": list(fitting)}}


def _any_of(*schemas: Schema) -> Schema:
    flat = [inner for schema in schemas for inner in (schema["anyOf"] if set(schema) == {"anyOf"} else [schema])]
    distinct = [schema for index, schema in enumerate(flat) if schema not in flat[:index]]
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _header_of(document: type[Document]) -> Schema:
    pattern = LOCALE_PATTERN if document.open_keys else NAME_PATTERN
    return {"type": "string", "description": f"{_first_line(document)} Its name.", "pattern": pattern}


def _first_line(element: type[Element]) -> str:
    return (element.__doc__ or "").strip().splitlines()[0]


_OFFERS: Final[Mapping[str, Callable[[Model], Iterable[str]]]] = MappingProxyType(
    {
        "type": lambda model: (*BUILT_IN_TYPES, *model.types_of_code.by_name, *model.types),
    }
)


def _names_offered(registry: Registry, model: Model | None) -> Mapping[str, tuple[str, ...]]:
    if model is None:
        return {}
    by_kind: dict[str, Iterable[str]] = {kind: model.documents(kind) for kind in registry.kinds}
    by_kind |= {refers: offer(model) for refers, offer in _OFFERS.items()}
    by_kind |= {name: sorted(vocabulary.values) for name, vocabulary in model.vocabularies.items()}
    return {refers: tuple(dict.fromkeys(names)) for refers, names in by_kind.items()}
