"""Schemas of single members: as answers show them, and as requests may give them in a strict and a lenient API."""

from __future__ import annotations

from sidra.api.openapi.sight import Sight
from sidra.api.schemas import REFERENCE, Schema, is_required, value_schema
from sidra.api.shapes import RELATED_PARTY, Form, Member, Shape
from sidra.api.types import is_any, json_name
from sidra_metamodel.granting.shares import Level

REFERENCE_NAME, GIVEN_REFERENCE, PARTY_NAME = "Reference", "ReferenceGiven", "RelatedParty"
ANYTHING: Schema = {}
MASKED = "Shown masked."
GIVEN_ID: Schema = {"type": "string", "minLength": 1}
NOT_BLANK: Schema = {"pattern": r"\S"}
"""A text of blanks is no value."""


def shown_references() -> dict[str, Schema]:
    """The components of references, of which requests need only the id."""
    parts = {name: schema for name, schema in REFERENCE["properties"].items() if name != "role"}
    closed = REFERENCE | {"properties": parts, "additionalProperties": False}
    given = {name: schema for name, schema in parts.items() if name in {"id", "@referredType"}}
    return {
        REFERENCE_NAME: closed,
        PARTY_NAME: closed | {"properties": REFERENCE["properties"]},
        GIVEN_REFERENCE: {"type": "object", "properties": given | {"id": GIVEN_ID}, "required": ["id"]},
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


def given_value(sight: Sight, member: Member, *, is_strict: bool, creating: bool) -> Schema:
    """An attribute or references in a request."""
    match member.form:
        case Form.REFERENCE:
            return about(sight, member) | _given_reference(sight, member, is_strict=is_strict)
        case Form.REFERENCES | Form.PARTY:
            entry = _given_reference(sight, member, is_strict=is_strict)
            return about(sight, member) | bounds(member) | {"type": "array", "items": entry}
    schema = value_schema(member) | (NOT_BLANK if _is_needed_text(member) else {})
    if member.base in {"money", "period"}:
        schema = schema | {"additionalProperties": False}
    if member.base == "money" and creating:
        schema = schema | {"required": ["value"]}
    return about(sight, member) | (schema if is_strict or is_any(member) else _lenient(schema, member))


def given_parties(sight: Sight, shape: Shape) -> Schema:
    """`relatedParty` in a request: each party is known by its role, or by a type that only one relation takes."""
    members = shape.outside[RELATED_PARTY]
    properties: Schema = {"id": GIVEN_ID, "role": {"type": "string"}, "@referredType": {"type": "string"}}
    entry: Schema = {"type": "object", "properties": properties, "required": ["id"]}
    if all(member.form is Form.PARTY for member in members):
        properties["role"] = {"type": "string", "enum": [member.role for member in members]}
        types = [kind for kind in sight.types(members) if len(sight.taking(members, kind)) == 1]
        by_type: Schema = {"properties": {"@referredType": {"enum": types}}, "required": ["@referredType"]}
        entry["anyOf"] = [{"required": ["role"]}, *([by_type] if types else [])]
    least = {"minItems": 1} if any(map(must_be_given, members)) else {}
    return {"type": "array", "items": entry, **least}


def nullable(schema: Schema) -> Schema:
    """The same, or null, by which a merge patch takes a value away."""
    kind = schema.get("type")
    if isinstance(kind, str) and "enum" not in schema:
        return schema | {"type": [kind, "null"]}
    told = {name: schema[name] for name in ("title", "description", "x-added-by") if name in schema}
    rest = {name: part for name, part in schema.items() if name not in told}
    return told | {"anyOf": [rest, {"type": "null"}]}


def is_needed(member: Member) -> bool:
    """Whether a record always has it."""
    declared = member.attribute or member.relation
    is_many = member.relation is not None and bool(member.relation.min)
    return is_many or (declared is not None and declared.required is True)


def must_be_given(member: Member) -> bool:
    """Whether a new record must have it from its client, whatever else is given."""
    if member.form is Form.VALUE:
        return is_required(member)
    relation = member.relation
    return len(member.outside) == 1 and relation is not None and (relation.required is True or bool(relation.min))


def bounds(member: Member) -> Schema:
    """How many entries a list has; `relatedParty` is of several relations, each of which may need one."""
    relation = member.relation
    if relation is None:
        return {}
    most = {"maxItems": relation.max} if relation.max and member.form is not Form.PARTY else {}
    return {"minItems": relation.min or 1, **most} if must_be_given(member) else most


def _is_needed_text(member: Member) -> bool:
    return member.attribute is not None and member.attribute.required is True and json_name(member) == "string"


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
