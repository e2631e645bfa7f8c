"""The components of a document: each type as answers show it, as POST takes it and as PATCH takes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sidra.api.openapi.sight import Sight
from sidra.api.openapi.values import (
    about,
    bounds,
    given_parties,
    given_value,
    is_needed,
    must_be_given,
    nullable,
    ref,
    shown_references,
    shown_value,
)
from sidra.api.schemas import ALWAYS, Schema, put
from sidra.api.shapes import RELATED_PARTY, Form, Member, Shape

CREATE, UPDATE = "_Create", "_Update"
ECHOED = ("@baseType", "@schemaLocation")
"""What follows from the type; TM Forum's clients send it."""


class Components:
    """The schemas that a document refers to, each made when it is first named."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self.schemas: dict[str, Schema] = {**shown_references(), "Error": ERROR}

    def shown(self, shape: Shape) -> Schema:
        """A record of a resource in an answer: one type, or one of several, told apart by `@type`."""
        kinds = self._sight.kinds(shape) or (shape,)
        refs = [self._named(kind.type_name, kind, self._document) for kind in kinds]
        if len(refs) == 1:
            return refs[0]
        mapping = {kind.type_name: found["$ref"] for kind, found in zip(kinds, refs, strict=True)}
        return {"oneOf": refs, "discriminator": {"propertyName": "@type", "mapping": mapping}}

    def created(self, shape: Shape) -> Schema:
        """The body of a POST; that of a subtype must say so by `@type`."""
        kinds = self._sight.kinds(shape, "create")
        refs = [self._create(kind) for kind in kinds]
        if len(kinds) == 1 and kinds[0] is shape:
            return refs[0]
        said = [{"allOf": [found, {"required": ["@type"]}]} for found in refs]
        chosen = [refs[number] if kind is shape else said[number] for number, kind in enumerate(kinds)]
        return chosen[0] if len(chosen) == 1 else {"oneOf": chosen}

    def updated(self, shape: Shape) -> Schema:
        """The body of a PATCH with a merge patch."""
        kinds = self._sight.kinds(shape) or (shape,)
        refs = [self._named(kind.type_name + UPDATE, kind, self._merge_patch) for kind in kinds]
        return refs[0] if len(refs) == 1 else {"anyOf": refs}

    def _create(self, shape: Shape) -> Schema:
        return self._named(shape.type_name + CREATE, shape, self._new)

    def _named(self, name: str, shape: Shape, make: Callable[[Shape], Schema]) -> Schema:
        if name not in self.schemas:
            self.schemas[name] = {}
            self.schemas[name] = make(shape)
        return ref(name)

    def _document(self, shape: Shape) -> Schema:
        sight = self._sight
        properties: Schema = {"id": ALWAYS["id"]}
        if sight.shapes.location(shape.entity.name):
            properties["href"] = ALWAYS["href"]
        properties["@type"] = {"type": "string", "const": shape.type_name}
        if shape.base_type:
            properties["@baseType"] = {"type": "string", "const": shape.base_type}
        if shape.schema:
            properties["@schemaLocation"] = ALWAYS["@schemaLocation"]
        settable = {member.name for creating in (True, False) for member in sight.given(shape, creating=creating)}
        required: list[str] = [name for name in ("id", "href", "@type") if name in properties]
        for member, level in sight.shown(shape):
            is_given = member.name in settable
            schema = self._owned(member) or shown_value(sight, member, level, is_given=is_given)
            self._place(properties, member, schema)
        return self._object(shape, properties, required, is_open=False)

    def _owned(self, member: Member) -> Schema | None:
        """A list of whole records; None for what is none."""
        if member.form is not Form.OWNED or member.relation is None:
            return None
        target = self._sight.shapes.of(member.relation.to[0])
        return about(self._sight, member) | {"type": "array", "items": self.shown(target)}

    def _new(self, shape: Shape) -> Schema:
        members = list(self._sight.given(shape, creating=True))
        state = shape.entity.lifecycle.attribute if shape.entity.lifecycle else ""
        required = [one.outside[0] for one in members if must_be_given(one) and one.name != state]
        return self._body(shape, members, list(dict.fromkeys(required)))

    def _merge_patch(self, shape: Shape) -> Schema:
        members = list(self._sight.given(shape, creating=False))
        return self._body(shape, members, [], is_patch=True)

    def _body(self, shape: Shape, members: Sequence[Member], required: list[str], *, is_patch: bool = False) -> Schema:
        properties: Schema = {"@type": {"type": "string", "enum": [shape.type_name]}}
        properties |= {name: {"type": "string"} for name in ECHOED}
        for member in members:
            schema = self._given(shape, member, creating=not is_patch)
            self._place(properties, member, nullable(schema) if is_patch and not is_needed(member) else schema)
        is_open = bool(shape.keeps) and not shape.manner.is_strict
        return self._object(shape, properties, required, is_open=is_open)

    def _given(self, shape: Shape, member: Member, *, creating: bool) -> Schema:
        is_strict = shape.manner.is_strict
        if member.outside == (RELATED_PARTY,):
            return given_parties(self._sight, shape)
        if member.form is not Form.OWNED or member.relation is None:
            return given_value(self._sight, member, is_strict=is_strict, creating=creating)
        told = about(self._sight, member) | bounds(member)
        return told | {"type": "array", "items": self._create(self._sight.shapes.of(member.relation.to[0]))}

    def _place(self, properties: Schema, member: Member, schema: Schema) -> None:
        """Put a member where its names lead; entries of `relatedParty` of several roles are one list."""
        if member.outside == (RELATED_PARTY,) and RELATED_PARTY in properties:
            return
        for way in member.ways:
            put(properties, member, way, schema)

    def _object(self, shape: Shape, properties: Schema, required: list[str], *, is_open: bool) -> Schema:
        sight = self._sight
        said = sight.help(shape.entity)
        return {
            "title": sight.label(shape.entity),
            **({"description": said} if said else {}),
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            "additionalProperties": is_open,
        }


_TEXT: Schema = {"type": "string"}
ERROR: Schema = {
    "type": "object",
    "title": "Error",
    "description": "What is wrong, where, and the way out.",
    "properties": {
        "@type": {"type": "string", "const": "Error"},
        "code": _TEXT,
        "reason": _TEXT,
        "message": _TEXT,
        "status": _TEXT,
        "referenceError": _TEXT,
        "reference": _TEXT,
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"code": _TEXT, "path": _TEXT, "message": _TEXT, "hint": _TEXT},
                "required": ["code", "path", "message"],
            },
        },
    },
    "required": ["@type", "code", "reason", "message", "status"],
}
