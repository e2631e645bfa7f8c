"""What clients of the API meet otherwise: the contracts of two configurations, type by type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from sidra.api.schemas import schema_of
from sidra.api.shapes import OPERATIONS, Shape, Shapes
from sidra_metamodel.model import Model

# The schemas of JSON Schema are what their keywords make of them.
Schema = Mapping[str, Any]


class Break(NamedTuple):
    """One thing that a client may stumble over."""

    entity: str
    member: str
    """The attribute or relation inside; empty where it is about the resource."""
    word: str
    subject: str
    """As clients read it: `individual`, `individual.birthDate`."""
    was: str = ""
    now: str = ""
    is_versioned: bool = False
    """Whether clients meet it in another version of the API only."""


_VERSIONED: Final = re.compile(r"(?P<name>.+)/v(?P<major>[0-9]+)/(?P<resource>[^/]+)")


def breaks(before: Model, after: Model) -> Iterator[Break]:
    """Yield what of the contract is no longer kept, resource by resource."""
    low, high = Shapes(before), Shapes(after)
    for location, shape in low.resources.items():
        kept = high.resources.get(location)
        if kept is not None:
            yield from _of_resource(low, high, location, shape, kept)
            continue
        raised = _raised(location, high.resources)
        if raised is None:
            yield Break(shape.entity.name, "", "resource_gone", location, location)
            continue
        entity = high.resources[raised].entity.name
        yield Break(entity, "", "new_version", raised, location, raised, is_versioned=True)
        for one in _of_resource(low, high, raised, shape, high.resources[raised]):
            yield one._replace(is_versioned=True)


def _of_resource(low: Shapes, high: Shapes, location: str, shape: Shape, kept: Shape) -> Iterator[Break]:
    """Yield what of one resource is no longer kept."""
    for operation in sorted(shape.operations & OPERATIONS - kept.operations):
        yield Break(kept.entity.name, "", "operation_gone", f"{operation} {location}", operation)
    if shape.keeps and not kept.keeps:
        yield Break(kept.entity.name, "", "input_closed", location)
    inside = {member.spelling: member.name for member in (*shape.members.values(), *kept.members.values())}
    schemas = schema_of(low, shape.type_name, ""), schema_of(high, kept.type_name, "")
    for word, path, was, now in _object(*schemas, ()):
        member = next(
            (inside[".".join(path[:end])] for end in range(len(path), 0, -1) if ".".join(path[:end]) in inside), ""
        )
        yield Break(kept.entity.name, member, word, ".".join((location.rpartition("/")[2], *path)), was, now)


def _raised(location: str, resources: Mapping[str, Shape]) -> str | None:
    """Return where the next higher version of an API has a resource."""
    was = _VERSIONED.fullmatch(location)
    if was is None:
        return None
    found = {
        int(now["major"]): other
        for other in resources
        if (now := _VERSIONED.fullmatch(other)) and (now["name"], now["resource"]) == (was["name"], was["resource"])
    }
    return next((found[major] for major in sorted(found) if major > int(was["major"])), None)


Found = tuple[str, tuple[str, ...], str, str]


def _object(was: Schema, now: Schema, path: tuple[str, ...]) -> Iterator[Found]:
    before, after = was.get("properties", {}), now.get("properties", {})
    for name, value in before.items():
        if name not in after:
            yield "output_gone", (*path, name), name, ""
        else:
            yield from _value(value, after[name], (*path, name))
    for name in now.get("required", ()):
        if name not in was.get("required", ()):
            yield "input_required", (*path, name), "", "required"


def _value(was: Schema, now: Schema, path: tuple[str, ...]) -> Iterator[Found]:
    if was == now:
        return
    if _form(was) != _form(now):
        yield "output_type", path, _form(was), _form(now)
        return
    lost = [one for one in was.get("enum", ()) if one not in now.get("enum", was.get("enum", ()))]
    if lost:
        yield "output_narrowed", path, ", ".join(lost), ""
    if now.get("readOnly") and not was.get("readOnly"):
        yield "input_ignored", path, "", "readOnly"
    if was.get("type") == "array":
        yield from _value(was.get("items", {}), now.get("items", {}), path)
    else:
        yield from _object(was, now, path)


def _form(schema: Schema) -> str:
    """Return the shape of a value, without what bounds it."""
    if "$ref" in schema:
        return "reference"
    return " ".join(str(schema[name]) for name in ("type", "format") if name in schema) or "any"
