"""What clients send, in the words of the records: names, references, owned records, nested attributes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sidra.api.shapes import NO_NAMES, RELATED_PARTY, Form, Member, Shape, Shapes
from sidra.api.types import is_of_type, json_type
from sidra.errors import Invalid, Problem
from sidra.records.coercion.structures import MAX_DEPTH

DERIVED = frozenset({"href", "@baseType", "@schemaLocation", "@referredType"})
"""Follow from the record itself; a client that read them may send them back."""
MAX_ENTRIES = 1000
MAX_PROBLEMS = 100
"""No client mends more at once, and each costs time and room in the answer."""

# JSON, before it is known what it means.
Json = Any
Values = dict[str, Any]
Way = tuple[Member, tuple[str, ...]]


class Misread(Invalid):
    """What is wrong with a body, in the words of its client already."""


def read_values(body: Json, shape: Shape, shapes: Shapes, *, is_strict: bool = False) -> Values:
    """The values that a JSON object means, by the names inside.

    is_strict: values must be of their JSON type, references objects, attributes declared. Raises Misread with all that
    has no meaning, each at its place as the client wrote it. Whether the values make a record is for the records to
    say.
    """
    reader = _Reader(shapes, is_strict=is_strict)
    values = reader.object(body, shape, "")
    if reader.problems:
        raise Misread(reader.problems)
    return values


def entity_of(body: Json, shape: Shape, shapes: Shapes) -> str:
    """The entity that `@type` asks for: that of the resource or a subtype of it. Raises Invalid for another one."""
    wanted = body.get("@type") if isinstance(body, dict) else None
    if wanted is None:
        return shape.entity.name
    found = shapes.by_type.get(wanted) if isinstance(wanted, str) else None
    if found is None or found not in shapes.model.subtypes(shape.entity.name):
        names = ", ".join(shapes.of(name).type_name for name in shapes.model.subtypes(shape.entity.name))
        raise Invalid([Problem("R608", "@type", "this resource has no such type", f"there are: {names}")])
    return found


class _Reader:
    def __init__(self, shapes: Shapes, *, is_strict: bool) -> None:
        self.shapes = shapes
        self.is_strict = is_strict
        self.problems: list[Problem] = []

    def refuse(self, code: str, at: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(code, at, message, hint))
        if len(self.problems) >= MAX_PROBLEMS:
            raise Misread(self.problems)

    def object(self, body: Json, shape: Shape, at: str) -> Values:
        values: Values = {}
        if not isinstance(body, dict):
            self.refuse("R602", at, "a JSON object is needed here", "write {…}")
            return values
        plain = NO_NAMES if self.is_strict else shape.plain
        for name, value in body.items():
            if name in plain:
                values[plain[name]] = value
                continue
            place = f"{at}.{name}" if at else name
            if name in DERIVED or name == "@type" or (name == "id" and at):
                if name == "id":
                    values["id"] = value
            elif name == "id":
                self.refuse("R612", place, "the server gives ids", "leave it out")
            else:
                self.member(name, value, shape, place, values)
        return values

    def member(self, name: str, value: Json, shape: Shape, at: str, values: Values) -> None:
        members = shape.outside.get(name, ())
        if not members:
            self.undeclared(name, value, shape, at, values)
        elif any(member.form is Form.PARTY for member in members):
            self.parties(value, members, at, values)
        elif len(members[0].outside) > 1:
            ways = [(member, way) for member in members for way in member.ways]
            one = self.only(value, at) if members[0].is_listed else value
            self.nested(one, ways, 1, at, values)
        elif not members[0].is_computed:
            values[members[0].name] = self.value(value, members[0], at)

    def only(self, value: Json, at: str) -> Json:
        """The one object of a list that can hold one; None of an empty list."""
        if isinstance(value, dict) and not self.is_strict:
            return value
        entries = [entry for _, entry in self.entries(value, at)]
        if len(entries) > 1:
            self.refuse("R618", at, "one is enough", "leave the other ones out")
        return entries[0] if entries else None

    def nested(self, value: Json, ways: Sequence[Way], depth: int, at: str, values: Values) -> None:
        """Attributes that stand deeper outside than inside: null means that all of them go."""
        if value is None:
            values.update(dict.fromkeys(member.name for member, _ in ways))
            return
        if not isinstance(value, dict):
            self.refuse("R602", at, "a JSON object is needed here", "write {…}")
            return
        for name, part in value.items():
            below = [(member, way) for member, way in ways if len(way) > depth and way[depth] == name]
            if below and len(below[0][1]) > depth + 1:
                self.nested(part, below, depth + 1, f"{at}.{name}", values)
            elif below:
                member, way = below[0]
                if way == member.outside or member.outside[depth] not in value:
                    values[member.name] = self.value(part, member, f"{at}.{name}")
            elif name != "@type" and name not in DERIVED:
                self.unknown(name, (way[depth] for _, way in ways), f"{at}.{name}")

    def value(self, value: Json, member: Member, at: str) -> Json:
        match member.form:
            case Form.VALUE:
                return self.scalar(value, member, at)
            case Form.REFERENCE | Form.PARTY:
                return None if value is None else self.reference(value, member, at)
            case Form.REFERENCES:
                return [self.reference(entry, member, f"{at}[{n}]") for n, entry in self.entries(value, at)]
            case Form.OWNED:
                return [self.owned(entry, member, f"{at}[{n}]") for n, entry in self.entries(value, at)]
            case Form.COLLECTION:
                self.refuse("R612", at, "other records hold this", "change it from there")
        return None

    def entries(self, value: Json, at: str) -> Iterable[tuple[int, Json]]:
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > MAX_ENTRIES:
            self.refuse("R602", at, f"a list of at most {MAX_ENTRIES} is needed here", "write […]")
            return ()
        return enumerate(value)

    def scalar(self, value: Json, member: Member, at: str) -> Json:
        if self.is_strict and value is not None and not is_of_type(value, member):
            self.refuse(
                "R602", at, f"{json_type(member)} is needed here", "the API is strict: other forms are not read"
            )
            return None
        if not member.inward or value is None or value == "":
            return value
        if not isinstance(value, str) or value not in member.inward:
            self.refuse("R608", at, "the value is not one of the list", f"there are: {', '.join(member.inward)}")
            return None
        return member.inward[value]

    def reference(self, value: Json, member: Member, at: str) -> Json:
        given = {"id": value} if isinstance(value, str) and not self.is_strict else value
        if not isinstance(given, dict) or not isinstance(given.get("id"), str):
            self.refuse("R602", at, "a reference is needed here", 'write {"id": "…"}')
            return None
        if self.is_strict and not isinstance(given.get("@referredType", ""), str):
            self.refuse("R602", f"{at}.@referredType", "a text in quotes is needed here", "name a type")
            return None
        targets = member.relation.to if member.relation else ()
        if len(targets) == 1 and targets[0] in self.shapes.model.entities:
            return given["id"]
        kind = given.get("@referredType")
        entity = self.shapes.by_type.get(kind) if isinstance(kind, str) else None
        if entity is None:
            self.refuse("R602", at, "it may refer to several types", 'add "@referredType"')
            return None
        return {"id": given["id"], "kind": entity}

    def owned(self, value: Json, member: Member, at: str) -> Json:
        target = member.relation.to[0] if member.relation else ""
        return self.object(value, self.shapes.of(target), at)

    def parties(self, value: Json, members: tuple[Member, ...], at: str, values: Values) -> None:
        """`relatedParty[]` is given whole: a role that is not in it has no party any more."""
        by_role = {member.role: member for member in members if member.form is Form.PARTY}
        found: dict[str, Json] = dict.fromkeys(member.name for member in by_role.values())
        rest = next((member for member in members if member.form is Form.REFERENCES), None)
        others = []
        for number, entry in self.entries(value, at):
            place = f"{at}[{number}]"
            role = entry.get("role") if isinstance(entry, dict) else None
            member = by_role.get(role) if isinstance(role, str) else self.by_type(entry, by_role.values())
            if member is None and rest is not None:
                others.append(self.reference(entry, rest, place))
            elif member is None:
                self.refuse("R608", f"{place}.role", "no such role here", f"there are: {', '.join(by_role)}")
            elif found[member.name] is not None:
                self.refuse("R618", f"{place}.role", f"one {member.role} is enough", "leave the other ones out")
            else:
                found[member.name] = self.reference(entry, member, place)
        values.update(found)
        if rest is not None:
            values[rest.name] = others

    def by_type(self, entry: Json, members: Iterable[Member]) -> Member | None:
        """The one relation that a party without a role can mean, by its type."""
        kind = entry.get("@referredType") if isinstance(entry, dict) else None
        entity = self.shapes.by_type.get(kind) if isinstance(kind, str) else None
        lineage = {entity, *self.shapes.model.ancestors(entity)} if entity else set()
        found = [member for member in members if member.relation and lineage & set(member.relation.to)]
        return found[0] if len(found) == 1 else None

    def undeclared(self, name: str, value: Json, shape: Shape, at: str, values: Values) -> None:
        if not shape.keeps or self.is_strict:
            self.unknown(name, shape.outside, at)
            return
        kept = values.setdefault(shape.keeps, {})
        if isinstance(kept, dict):
            kept[name] = value

    def unknown(self, name: str, known: Iterable[str], at: str) -> None:
        names = list(dict.fromkeys(known))
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "this entity keeps only what it declares"
        self.refuse("R611", at, f"no attribute `{name[:60]}`", hint)


def in_client_words(error: Invalid, shape: Shape, shapes: Shapes) -> Invalid:
    """The same error with its places as clients write them: `contact_media[0].x` is `contactMedium[0].x`."""
    if isinstance(error, Misread):
        return error
    problems = (
        Problem(found.code, _outside(found.path, shape, shapes), found.message, found.hint, found.severity)
        for found in error.problems
    )
    return Invalid(problems, hint=error.hint)


def _outside(path: str, shape: Shape, shapes: Shapes) -> str:
    first, _, rest = path.partition(".")
    name, bracket, index = first.partition("[")
    member = shape.members.get(name) or shape.members.get(name.removesuffix("_id"))
    if member is None:
        return path
    spelling = RELATED_PARTY if member.form is Form.PARTY else member.spelling
    target = member.relation.to[0] if member.relation else ""
    if rest and target in shapes.model.entities:
        rest = _outside(rest, shapes.of(target), shapes)
    return f"{spelling}{bracket}{index}" + (f".{rest}" if rest else "")


def merged(current: Mapping[str, Json], patch: Mapping[str, Json], shape: Shape) -> dict[str, Json]:
    """A patch whose JSON values are whole, since a merge patch says only what changes inside of them."""
    whole = dict(patch)
    for name, value in patch.items():
        members = shape.outside.get(name, ())
        is_json = bool(members) and members[0].form is Form.VALUE and len(members[0].outside) == 1
        if isinstance(value, dict) and is_json:
            whole[name] = _merge(current.get(name), value, MAX_DEPTH)
    return whole


def _merge(target: Json, patch: Mapping[str, Json], levels: int) -> dict[str, Json]:
    """RFC 7396, down to so many levels; what is deeper stays as it is, and is refused when it is read as a value."""
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            inner = isinstance(value, dict) and levels > 0
            result[name] = _merge(result.get(name), value, levels - 1) if inner else value
    return result
