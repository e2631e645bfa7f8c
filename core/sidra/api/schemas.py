"""The JSON Schema of a type as an affiliate has it: where `@schemaLocation` leads."""

from __future__ import annotations

from typing import Any

from sidra.api.shapes import RELATED_PARTY, Form, Member, Shape, Shapes, schema_location
from sidra.api.types import is_any, json_name
from sidra.errors import NotFound
from sidra.records.coercion import DEFAULT_SCALE
from sidra.records.coercion.numbers import MAX_INTEGER, MIN_INTEGER, MONEY_SCALE
from sidra_metamodel.kinds.entity import Attribute

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_FORMATS = {"date": "date", "datetime": "date-time", "email": "email", "url": "uri"}
_TIME_OF_DAY = r"^\d{2}:\d{2}:\d{2}$"
"""Without a zone, which the format `time` asks for."""
_CURRENCY: Schema = {"type": "string", "pattern": "^[A-Za-z]{3}$"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_PERIOD: Schema = {"type": "object", "properties": {"startDateTime": _MOMENT, "endDateTime": _MOMENT}}
_PAIRS: Schema = {
    "type": "array",
    "items": {"type": "object", "properties": {"name": {"type": "string"}, "value": {}}, "required": ["name"]},
}
REFERENCE: Schema = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "href": {"type": "string", "format": "uri"},
        "name": {"type": "string"},
        "role": {"type": "string"},
        "@referredType": {"type": "string"},
    },
    "required": ["id"],
}
GIVEN: Schema = {"type": "string", "readOnly": True}
ALWAYS: Schema = {
    "id": GIVEN,
    "href": GIVEN | {"format": "uri"},
    "@type": {"type": "string"},
    "@baseType": GIVEN,
    "@schemaLocation": GIVEN | {"format": "uri"},
}


def schema_of(shapes: Shapes, type_: str, base: str) -> Schema:
    """The schema of the resource that `@type` names; raises NotFound where there is none.

    base: where the API is, `https://host/affiliate/tmf-api/`.
    """
    entity = shapes.by_type.get(type_)
    if entity is None:
        raise NotFound(f"no type `{type_[:80]}`", hint="the name of a schema is an `@type` and `.schema.json`")
    shape = shapes.of(entity)
    head = {"$schema": DIALECT, "$id": base + schema_location(shape.type_name), "title": shape.type_name}
    about = {"description": shape.manner.label} if shape.manner.label else {}
    return {**head, **about, **_object(shape, shapes, ()), "$defs": {"Reference": REFERENCE}}


def _object(shape: Shape, shapes: Shapes, owners: tuple[str, ...]) -> Schema:
    properties: Schema = {name: dict(schema) for name, schema in ALWAYS.items()}
    for member in shape.members.values():
        value = _member(member, shapes, (*owners, shape.entity.name))
        for way in member.ways:
            put(properties, member, way, value)
    return {
        "type": "object",
        "properties": properties,
        "required": [member.outside[0] for member in shape.members.values() if is_required(member)],
        "additionalProperties": bool(shape.keeps),
    }


def put(properties: Schema, member: Member, way: tuple[str, ...], value: Schema) -> None:
    """Put the schema of a value where its names lead."""
    *names, last = way
    for depth, name in enumerate(names):
        if member.is_listed and depth == 0:
            found = properties.setdefault(name, {"type": "array", "maxItems": 1, "items": _group()})["items"]
        else:
            found = properties.setdefault(name, _group())
        properties = found["properties"]
    properties[last] = value


def _group() -> Schema:
    return {"type": "object", "properties": {}}


def _member(member: Member, shapes: Shapes, owners: tuple[str, ...]) -> Schema:
    reference: Schema = {"$ref": "#/$defs/Reference"}
    match member.form:
        case Form.VALUE:
            return value_schema(member) | ({"readOnly": True} if member.is_computed else {})
        case Form.REFERENCE:
            return reference
        case Form.OWNED:
            return {"type": "array", "items": _owned(member, shapes, owners)}
        case Form.COLLECTION:
            return {"type": "array", "items": reference, "readOnly": True}
    return {"type": "array", "items": reference}


def _owned(member: Member, shapes: Shapes, owners: tuple[str, ...]) -> Schema:
    """An entity that owns records of its own kind is told once."""
    target = member.relation.to[0] if member.relation else ""
    return {"type": "object"} if target in owners else _object(shapes.of(target), shapes, owners)


def value_schema(member: Member) -> Schema:
    """The schema of an attribute's values, as the API writes them and as a strict one reads them."""
    match member.base:
        case "money":
            amount = {"type": "number", **limits(member)}
            return {"type": "object", "properties": {"value": amount, "unit": _CURRENCY}}
        case "period":
            return _PERIOD
        case "characteristics":
            return _PAIRS
    if is_any(member):
        return {}
    found: Schema = {"type": json_name(member)}
    if member.inward:
        found["enum"] = list(member.inward)
    if member.base in _FORMATS:
        found["format"] = _FORMATS[member.base]
    if member.base == "time":
        found["pattern"] = _TIME_OF_DAY
    return found | limits(member)


def limits(member: Member, *, is_kept: bool = True) -> Schema:
    """How small and great, or short and long, values of an attribute are, as declared and as far as they can be kept.

    is_kept: whether a value is one that a record has or is to have; one that a list is only compared with is any.
    """
    attribute = member.attribute
    if attribute is None:
        return {}
    declared: Schema = {}
    if is_kept and json_name(member) == "string":
        declared = {"minLength": attribute.min_length, "maxLength": attribute.max_length}
    elif is_kept:
        declared = {"minimum": attribute.min, "maximum": attribute.max}
    return _kept(member, attribute) | {name: one for name, one in declared.items() if isinstance(one, int | float)}


def _kept(member: Member, attribute: Attribute) -> Schema:
    """The numbers that a column holds."""
    match json_name(member):
        case "integer":
            return {"minimum": MIN_INTEGER, "maximum": MAX_INTEGER}
        case "money":
            most = MAX_INTEGER // 10**MONEY_SCALE
        case "number" if member.base != "duration":
            most = MAX_INTEGER // 10 ** (DEFAULT_SCALE if attribute.scale is None else attribute.scale)
        case _:
            return {}
    return {"minimum": -most, "maximum": most}


def is_required(member: Member) -> bool:
    """Whether a new record must be given a value by its client, whatever else is given."""
    if len(member.outside) > 1 or member.outside[0] == RELATED_PARTY or member.is_computed:
        return False
    declared = member.attribute or member.relation
    has_default = member.attribute is not None and member.attribute.default is not None
    return declared is not None and declared.required is True and not has_default
