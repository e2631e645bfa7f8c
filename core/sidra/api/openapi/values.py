"""Schemas of single members: as answers show them, and as requests may give them in a strict and a lenient API."""

from __future__ import annotations

from sidra.api.openapi.sight import Sight
from sidra.api.schemas import REFERENCE, Schema, value_schema
from sidra.api.shapes import RELATED_PARTY, Form, Member
from sidra.api.types import is_any, json_name
from sidra_metamodel.granting.shares import Level

REFERENCE_NAME, GIVEN_REFERENCE, PARTY_NAME = "Reference", "ReferenceGiven", "RelatedParty"
ANYTHING: Schema = {}
MASKED = "Shown masked."


def shown_references() -> dict[str, Schema]:
    """The components of references, of which requests need only the id."""
    parts = {name: schema for name, schema in REFERENCE["properties"].items() if name != "role"}
    closed = REFERENCE | {"properties": parts, "additionalProperties": False}
    given = {name: schema for name, schema in parts.items() if name in {"id", "@referredType"}}
    return {
        REFERENCE_NAME: closed,
        PARTY_NAME: closed | {"properties": REFERENCE["properties"]},
        GIVEN_REFERENCE: {"type": "object", "properties": given, "required": ["id"]},
    }


def ref(name: str) -> Schema:
    """A component by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def about(sight: Sight, member: Member, level: Level = "read") -> Schema:
    """What is told of a member beside its type."""
    element = member.attribute or member.relation
    if element is None:
        return {}
    told = {"title": sight.label(element)}
    masked = MASKED if level == "mask" else ""
    said = " ".join(text for text in (sight.help(element), masked) if text)
    added = sight.added_by(member.name)
    return told | ({"description": said} if said else {}) | ({"x-added-by": added} if added else {})


def shown_value(sight: Sight, member: Member, level: Level, *, is_given: bool) -> Schema:
    """An attribute or a list of references in an answer; `is_given`: whether any request may set it."""
    told = about(sight, member, level)
    if level == "mask":
        return {"type": "string", "x-masked": True, "readOnly": True} | told
    schema = _shown(member)
    return told | schema | ({} if is_given else {"readOnly": True})


def _shown(member: Member) -> Schema:
    match member.form:
        case Form.REFERENCE:
            return ref(REFERENCE_NAME)
        case Form.PARTY:
            return {"type": "array", "items": ref(PARTY_NAME)}
        case Form.REFERENCES if member.outside == (RELATED_PARTY,):
            return {"type": "array", "items": ref(PARTY_NAME)}
        case Form.REFERENCES | Form.COLLECTION:
            return {"type": "array", "items": ref(REFERENCE_NAME)}
    schema = value_schema(member)
    match member.base:
        case "money":
            return schema | {"required": ["value", "unit"], "additionalProperties": False}
        case "period":
            return schema | {"additionalProperties": False}
    return schema


def given_value(sight: Sight, member: Member, *, is_strict: bool) -> Schema:
    """An attribute or references in a request."""
    match member.form:
        case Form.REFERENCE:
            return about(sight, member) | _given_reference(sight, member, is_strict=is_strict)
        case Form.REFERENCES | Form.PARTY:
            items = ref(PARTY_NAME) if member.outside == (RELATED_PARTY,) else None
            entry = items or _given_reference(sight, member, is_strict=is_strict)
            return about(sight, member) | {"type": "array", "items": entry}
    schema = value_schema(member)
    if member.base in {"money", "period"}:
        schema = schema | {"additionalProperties": False}
    return about(sight, member) | (schema if is_strict or is_any(member) else _lenient(schema, member))


def _given_reference(sight: Sight, member: Member, *, is_strict: bool) -> Schema:
    targets = member.relation.to if member.relation else ()
    is_one = len(targets) == 1 and targets[0] in sight.model.entities
    schema = ref(GIVEN_REFERENCE)
    if not is_one:
        return {"allOf": [schema, {"required": ["@referredType"]}]}
    return schema if is_strict else {"anyOf": [schema, {"type": "string"}]}


def _lenient(schema: Schema, member: Member) -> Schema:
    """The same with the other forms that a lenient API reads: see the table of both in the reference of the API."""
    match json_name(member):
        case "money":
            other = {"type": "object", "properties": {"amount": {}, "currency": {"type": "string"}}}
            return {"anyOf": [schema, {"type": "number"}, {"type": "string"}, other | {"additionalProperties": False}]}
        case "period":
            other = {"type": "object", "properties": {"start": ANYTHING, "end": ANYTHING}}
            return {"anyOf": [schema, other | {"additionalProperties": False}]}
        case "integer" | "number" | "boolean":
            return {"anyOf": [schema, {"type": "string"}]}
    return schema
