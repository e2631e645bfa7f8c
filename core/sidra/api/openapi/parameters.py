"""The parameters of requests: what a list can be narrowed and ordered by, as its reader may ask it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sidra.api.openapi.sight import Sight
from sidra.api.queries import PARTS, RANGES, SYSTEM, Names
from sidra.api.schemas import Schema, limits, value_schema
from sidra.api.selection import ALWAYS
from sidra.api.shapes import RELATED_PARTY, Form, Member, Shape
from sidra.api.types import is_any
from sidra.errors import BadQuery, NotFound
from sidra.records.listing import sort_columns
from sidra.records.paths import Way, resolve
from sidra.records.query import MAX_OFFSET

ORDERED = frozenset({"integer", "rating", "decimal", "percent", "money", "date", "datetime", "time", "duration"})
"""Types whose values are compared by size as well."""
SUFFIXES: Mapping[str, str] = MappingProxyType(
    {"ne": "is not", "gt": "greater than", "gte": "at least", "lt": "less than", "lte": "at most"}
)
MOMENT: Schema = {"type": "string", "format": "date-time"}
ID: Schema = {"type": "string", "format": "uuid"}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One name by which a list is narrowed."""

    name: str
    schema: Schema
    operators: frozenset[str]


def narrowings(sight: Sight, shape: Shape) -> Iterator[Narrowing]:
    """The names that narrow the list of a resource, those of records that it refers to among them, one step far."""
    view, names = sight.view(shape.entity.name), Names(sight.shapes, shape)
    for name, schema, is_ordered in _candidates(sight, shape):
        try:
            way = resolve(view, names.sort(name))
        except (BadQuery, NotFound):
            continue
        operators = _operators(way, is_ordered=is_ordered)
        if operators:
            yield Narrowing(name, schema, operators)


def orders(sight: Sight, shape: Shape) -> Iterator[str]:
    """The names that order the list of a resource."""
    view, names = sight.view(shape.entity.name), Names(sight.shapes, shape)
    own = (member.spelling for member in shape.members.values() if member.form is Form.VALUE)
    for name in dict.fromkeys((*SYSTEM, *own)):
        try:
            sort_columns(view, (names.sort(name),))
        except BadQuery:
            continue
        yield name


def _candidates(sight: Sight, shape: Shape) -> Iterator[tuple[str, Schema, bool]]:
    """Names that may narrow a list, with the schema of their values, and whether these are compared by size."""
    yield "id", ID, False
    yield "createdAt", MOMENT, True
    for member in shape.members.values():
        if member.form is Form.VALUE:
            yield from _of_value(member, "")
        elif member.outside != (RELATED_PARTY,):
            yield f"{member.spelling}.id", ID, False
            yield from _beyond(sight, member)


def _beyond(sight: Sight, member: Member) -> Iterator[tuple[str, Schema, bool]]:
    targets = member.relation.to if member.relation else ()
    if len(targets) != 1 or targets[0] not in sight.model.entities:
        return
    target = sight.shapes.of(targets[0])
    if "name" not in target.outside and target.entity.title:
        yield f"{member.spelling}.name", {"type": "string"}, False
    for inner in target.members.values():
        if inner.form is Form.VALUE:
            yield from _of_value(inner, f"{member.spelling}.")


def _of_value(member: Member, before: str) -> Iterator[tuple[str, Schema, bool]]:
    name = before + member.spelling
    if member.base == "period":
        for part in PARTS["period"]:
            yield f"{name}.{part}", MOMENT, True
    elif member.base == "money":
        yield f"{name}.value", {"type": "number", **limits(member, is_kept=False)}, True
    elif not is_any(member):
        bounds = {"minimum", "maximum", "minLength", "maxLength"}
        schema = {word: one for word, one in value_schema(member).items() if word not in bounds}
        yield name, schema | limits(member, is_kept=False), member.base in ORDERED


def _operators(way: Way, *, is_ordered: bool) -> frozenset[str]:
    """The comparisons with a name; a value that is seen masked, or kept encrypted, is looked up whole or not at all."""
    stored = way.stored
    attribute = stored.attribute
    if way.view.common_level(stored.name) == "mask":
        return frozenset({"eq"}) if attribute is not None and attribute.search == "exact" else frozenset()
    if stored.is_sealed:
        return frozenset({"eq", "ne"}) if stored.has_index else frozenset()
    return frozenset({"eq", "ne"}) | (RANGES if is_ordered else frozenset())


def list_parameters(sight: Sight, shape: Shape) -> list[Schema]:
    """All parameters of the list of a resource."""
    found = [_paging("offset", 0, MAX_OFFSET), _paging("limit", shape.manner.page_size, shape.manner.max_page_size)]
    found += [_text("cursor", "Where the page begins, from a link of the page before."), fields(sight, shape)]
    sorts = [sign + name for name in orders(sight, shape) for sign in ("", "-")]
    found.append(_listed("sort", "The order; a minus begins with the greatest.", {"type": "string", "enum": sorts}))
    for one in narrowings(sight, shape):
        found.append(_listed(one.name, "Any of these values.", one.schema))
        for operator in SUFFIXES:
            if operator in one.operators:
                found.append(_plain(f"{one.name}.{operator}", f"{SUFFIXES[operator].capitalize()}.", one.schema))
    return [*found, PREFER]


def fields(sight: Sight, shape: Shape) -> Schema:
    """The parameter that chooses what is shown."""
    names = dict.fromkeys((*sorted(ALWAYS), *(member.outside[0] for member, _ in sight.shown(shape))))
    one = {"type": "string", "pattern": rf"^\s*(none|({'|'.join(names)})(\..*)?)?\s*$"}
    return _listed("fields", f"What to show, or `none`. There are: {', '.join(names)}.", one)


PREFER: Schema = {
    "name": "Prefer",
    "in": "header",
    "description": "`count=exact` asks for the exact number of matches.",
    "schema": {"type": "string"},
    "example": "count=exact",
}


def _paging(name: str, default: int, most: int) -> Schema:
    schema = {"type": "integer", "minimum": 0, "maximum": most, "default": default}
    told = {"offset": "How many records are left out at the beginning.", "limit": "How many records a page may have."}
    return _plain(name, told[name], schema)


def _text(name: str, said: str) -> Schema:
    return _plain(name, said, {"type": "string"})


def _plain(name: str, said: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "description": said, "schema": schema}


def _listed(name: str, said: str, schema: Schema) -> Schema:
    """A parameter that takes alternatives, separated by commas."""
    found = _plain(name, said, {"type": "array", "items": schema, "minItems": 1})
    return found | {"style": "form", "explode": False}
