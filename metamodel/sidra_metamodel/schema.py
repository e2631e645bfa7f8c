"""JSON Schemas from the definitions of keywords: one for files as people write them, one for effective documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sidra_metamodel.directives import CATEGORIES, DIRECTIVES, LOCKS
from sidra_metamodel.durations import DURATION_PATTERN
from sidra_metamodel.language import (
    Document,
    Element,
    Keyword,
    ListMerge,
    ListShape,
    NamedShape,
    RecordShape,
    ScalarShape,
    Shape,
    UnionShape,
    keywords_of,
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

_INSTRUCTIONS: Final[Mapping[str, Schema]] = MappingProxyType(
    {
        "set": {"description": "The value, so that a reason can stand beside it."},
        "replace": {"const": True, "description": "Nothing of the layers below is kept."},
        "remove": {"const": True, "description": "Takes the element away, where it is removable."},
        "add": {"description": "Members that the set gets.", "type": ["array", "string", "number", "boolean"]},
        "drop": {"description": "Members that the set loses.", "type": ["array", "string", "number", "boolean"]},
        "before": {"type": "string", "description": "Stands before the sibling of this name."},
        "after": {"type": "string", "description": "Stands after the sibling of this name."},
        "first": {"const": True, "description": "Stands before all siblings."},
        "last": {"const": True, "description": "Stands after all siblings."},
        "why": {"type": "string", "description": "The reason of the change."},
        "ticket": {"type": "string", "description": "The ticket of the change."},
        "until": {"type": "string", "description": "The date until which the change is wanted."},
        "category": {"enum": list(CATEGORIES), "description": "What kind of reason it is."},
        "lock": {"enum": list(LOCKS), "description": "What layers above may still change. Not for affiliates."},
        "was": {"type": "string", "description": "The former name. Not for affiliates."},
        "extend": {"type": ["boolean", "object"], "description": "What layers above may add. Not for affiliates."},
    }
)
INSTRUCTION_PROPERTIES: Final[Schema] = {f"${name}": _INSTRUCTIONS.get(name, {}) for name in DIRECTIVES}


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
    """Writes the schema of one kind; each element class becomes one definition."""

    names: Mapping[str, Iterable[str]]
    is_effective: bool = False
    definitions: dict[str, Schema] = field(default_factory=dict)

    def document(self, document: type[Document]) -> Schema:
        schema = self._record(document)
        if not self.is_effective:
            header = {
                "type": "string",
                "description": f"{_first_line(document)} Its name.",
                "pattern": _header(document),
            }
            schema["properties"] = {document.kind: header, **schema["properties"]}
            schema["required"] = [document.kind]
        schema |= {"$schema": DRAFT, "title": document.kind, "description": _first_line(document)}
        return schema | {"$defs": self.definitions}

    def _record(self, element: type[Element]) -> Schema:
        words = keywords_of(element)
        schema: Schema = {
            "type": "object",
            "description": _first_line(element),
            "properties": {name: self._keyword(word) for name, word in words.items()},
            "additionalProperties": {"type": "string"} if element.open_keys else False,
        }
        if self.is_effective:
            schema["required"] = [name for name, word in words.items() if word.required]
        else:
            schema["properties"] |= INSTRUCTION_PROPERTIES
        return schema

    def _keyword(self, keyword: Keyword) -> Schema:
        schema = self.shape(keyword.shape, keyword)
        if self.is_effective:
            return schema if keyword.required else _any_of(schema, {"type": "null"})
        return {**schema, "description": describe(keyword)}

    def shape(self, shape: Shape, keyword: Keyword) -> Schema:
        """Return the schema of values of a shape, below a keyword."""
        match shape:
            case ScalarShape():
                return self._scalar(shape, keyword)
            case ListShape():
                return self._list(shape, keyword)
            case NamedShape():
                return self._named(shape, keyword)
            case RecordShape(element=element):
                return self._element(element, keyword)
            case UnionShape(alternatives=alternatives):
                return _any_of(*(self.shape(alternative, keyword) for alternative in alternatives))

    def _scalar(self, shape: ScalarShape, keyword: Keyword) -> Schema:
        plain = self._plain(shape, keyword)
        return plain if self.is_effective else _any_of(plain, {"type": "null"}, _instructions("set"))

    def _plain(self, shape: ScalarShape, keyword: Keyword) -> Schema:
        if shape.values:
            return {"enum": list(shape.values)}
        plain = {**_SCALARS[shape.type]}
        if self.is_effective:
            return plain
        known = list(self.names.get(keyword.refers or "", ()))
        if shape.type in {"string", "name"}:
            plain["type"] = ["string", "number", "boolean"]
        return _any_of({"enum": known}, plain) if known else plain

    def _list(self, shape: ListShape, keyword: Keyword) -> Schema:
        item = self._plain(shape.item, keyword)
        listed: Schema = {"type": "array", "items": item}
        if self.is_effective:
            return listed
        changes = _instructions("set", *(("add", "drop") if shape.merge is ListMerge.SET else ()))
        return _any_of(listed, *((item,) if shape.single else ()), changes)

    def _named(self, shape: NamedShape, keyword: Keyword) -> Schema:
        pattern = LOCALE_PATTERN if shape.is_label else NAME_PATTERN
        is_free = isinstance(shape.of, ScalarShape) and not shape.is_label
        schema: Schema = {"type": "object", "additionalProperties": False}
        schema["patternProperties"] = {".*" if is_free else pattern: self._entry(shape, keyword)}
        if self.is_effective:
            return schema
        schema["properties"] = INSTRUCTION_PROPERTIES
        if shape.is_label:
            return _any_of({"type": "string"}, schema)
        known = list(self.names.get(keyword.refers or "", ()))
        if known and not is_free:
            schema["propertyNames"] = _any_of({"enum": [*known, *INSTRUCTION_PROPERTIES]}, {"type": "string"})
        return schema if is_free else _any_of(schema, {"type": "array", "items": {"type": "string"}})

    def _entry(self, shape: NamedShape, keyword: Keyword) -> Schema:
        entry = self.shape(shape.of, keyword)
        return entry if self.is_effective or shape.is_label else _any_of(entry, {"type": "null"})

    def _element(self, element: type[Element], keyword: Keyword) -> Schema:
        if element.__name__ not in self.definitions:
            # The place is taken first, so that an element that holds itself ends here.
            self.definitions[element.__name__] = {}
            self.definitions[element.__name__].update(self._record(element))
        reference = {"$ref": f"#/$defs/{element.__name__}"}
        if self.is_effective or element.shorthand is None:
            return reference
        short = keywords_of(element)[element.shorthand]
        return _any_of(reference, self.shape(short.shape, keyword))


def describe(keyword: Keyword) -> str:
    """Return what an editor shows for a keyword: its meaning, its rule, an example."""
    example = f" Example: {keyword.example}." if keyword.example else ""
    rule = "" if keyword.rule == "open" else f" Layers above: {keyword.rule}."
    return f"{keyword.doc}{rule}{example}"


def _any_of(*schemas: Schema) -> Schema:
    flat = [inner for schema in schemas for inner in (schema["anyOf"] if set(schema) == {"anyOf"} else [schema])]
    distinct = [schema for index, schema in enumerate(flat) if schema not in flat[:index]]
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _instructions(*needed: str) -> Schema:
    """Return the form of a map of instructions only, at least one of those that are needed among them."""
    allowed = {f"${name}": _INSTRUCTIONS[name] for name in (*needed, "why", "ticket", "until", "category", "lock")}
    some = [{"required": [f"${name}"]} for name in needed]
    return {"type": "object", "properties": allowed, "additionalProperties": False, "anyOf": some}


def _header(document: type[Document]) -> str:
    return LOCALE_PATTERN if document.open_keys else NAME_PATTERN


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
    return {refers: tuple(dict.fromkeys(names)) for refers, names in by_kind.items()}
