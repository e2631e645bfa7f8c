"""An API as a document describes it: one form for TM Forum's Swagger 2 and for the OpenAPI 3.1 of an affiliate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

# Parsed JSON of documents, which are of many forms.
Json = Any

OPERATIONS: Mapping[tuple[bool, str], str] = {
    (False, "get"): "list",
    (False, "post"): "create",
    (True, "get"): "retrieve",
    (True, "patch"): "patch",
    (True, "delete"): "delete",
}
"""What is done at the address of a collection and at that of one record, by method."""
LISTENER = "/listener/"


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a document says of one attribute."""

    types: frozenset[str]
    """JSON types; empty where any will do."""
    values: frozenset[str]
    """The only texts that it may have; empty where any will do."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource: what may be done with it, what is shown, and what is sent to make one."""

    name: str
    operations: frozenset[str]
    shown: Mapping[str, Attribute]
    sent: Mapping[str, Attribute]
    """Of a body of POST; empty where none are made."""
    needed: frozenset[str]
    """What a body of POST must have."""
    computed: frozenset[str] = frozenset()
    """What follows from other values: it may be sent, and is not kept."""


@dataclass(frozen=True, slots=True)
class DescribedApi:
    """An API: its path such as `troubleTicket/v4`, and its resources by name."""

    path: str
    title: str
    resources: Mapping[str, Resource]
    events: frozenset[str]
    """Types of events such as `TroubleTicketCreateEvent`."""


def read_standard(document: Json) -> DescribedApi:
    """What a Swagger 2 document of TM Forum says; raises KeyError or TypeError where it is none."""
    definitions = document["definitions"]
    path = document["basePath"].strip("/").removeprefix("tmf-api/")
    types = {name.rpartition("/")[2] for name in document["paths"] if name.startswith(LISTENER)}
    events = frozenset(name[:1].upper() + name[1:] for name in types)
    return DescribedApi(path, document["info"]["title"], dict(_resources(document, definitions, _swagger)), events)


def read_offered(
    document: Json, path: str, events: frozenset[str], computed: Mapping[str, frozenset[str]]
) -> DescribedApi:
    """What an OpenAPI document of an affiliate says of the API at `path`, which tells `events`.

    computed: the attributes of each resource that follow from others.
    """
    found = {
        name: replace(resource, computed=computed[name])
        for name, resource in _resources(document, document["components"]["schemas"], _openapi)
    }
    return DescribedApi(path, document["info"]["title"], found, events)


def _swagger(operation: Json, *, is_body: bool) -> Json:
    if is_body:
        return next((one["schema"] for one in operation.get("parameters", ()) if one.get("in") == "body"), {})
    return next((one["schema"] for status, one in operation["responses"].items() if _is_good(status, one)), {})


def _is_good(status: str, answer: Json) -> bool:
    return status.startswith("2") and "schema" in answer


def _openapi(operation: Json, *, is_body: bool) -> Json:
    if is_body:
        holders = [operation.get("requestBody", {})]
    else:
        holders = [one for status, one in operation["responses"].items() if status.startswith("2")]
    found = (kind["schema"] for one in holders for kind in one.get("content", {}).values())
    return next(found, {})


def _resources(document: Json, schemas: Json, schema_of: Any) -> Iterator[tuple[str, Resource]]:  # noqa: ANN401 - one of the two above
    found: dict[str, dict[str, Json]] = {}
    for address, methods in document["paths"].items():
        name, _, rest = address.strip("/").partition("/")
        if name in {"hub", "listener"} or rest not in {"", "{id}"}:
            continue
        for method, operation in methods.items():
            done = OPERATIONS.get((bool(rest), method))
            if done:
                found.setdefault(name, {})[done] = operation
    reader = _Reader(schemas)
    for name, operations in found.items():
        reading = operations.get("retrieve") or operations.get("list") or operations.get("create")
        making = operations.get("create")
        shown = schema_of(reading, is_body=False) if reading else {}
        sent = schema_of(making, is_body=True) if making else {}
        needed = reader.needed(sent)
        yield name, Resource(name, frozenset(operations), reader.attributes(shown), reader.attributes(sent), needed)


class _Reader:
    """Reads the schemas of one document."""

    def __init__(self, schemas: Json) -> None:
        self._schemas = schemas

    def attributes(self, schema: Json) -> dict[str, Attribute]:
        """The attributes of an object, or of those of a list; those of all its forms where it has several."""
        found: dict[str, Attribute] = {}
        for one in self._forms(schema):
            for name, inside in one.get("properties", {}).items():
                found.setdefault(name, self._attribute(inside))
        return found

    def needed(self, schema: Json) -> frozenset[str]:
        """What each form of an object must have: an alternative that asks for more is not the only one."""
        schema = self._at(schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return frozenset[str].intersection(*(self.needed(one) for one in schema[word]))
        own = frozenset(schema.get("required", ()))
        return own.union(*(self.needed(one) for one in schema.get("allOf", ())))

    def _forms(self, schema: Json) -> Iterator[Json]:
        schema = self._at(schema)
        if schema.get("type") == "array":
            schema = self._at(schema.get("items", {}))
        yield schema
        for word in ("allOf", "oneOf", "anyOf"):
            for one in schema.get(word, ()):
                yield from self._forms(one)

    def _attribute(self, schema: Json) -> Attribute:
        forms = list(self._alternatives(schema))
        types = [self._types(one) for one in forms]
        values = [frozenset(map(str, one["enum"])) for one in forms if "enum" in one]
        is_any = not all(types)
        return Attribute(
            frozenset() if is_any else frozenset[str]().union(*types) - {"null"},
            frozenset[str]().union(*values) if len(values) == len(forms) else frozenset(),
        )

    def _alternatives(self, schema: Json) -> Iterator[Json]:
        schema = self._at(schema)
        several = [one for word in ("oneOf", "anyOf") for one in schema.get(word, ())]
        wholes = [one for one in schema.get("allOf", ()) if {"$ref", "type", "oneOf", "anyOf"} & one.keys()]
        if "type" not in schema and (several or wholes):
            for one in several or wholes:
                yield from self._alternatives(one)
        elif schema.get("type") != "null":
            yield schema

    @staticmethod
    def _types(schema: Json) -> frozenset[str]:
        said = schema.get("type", "object" if "properties" in schema else ())
        return frozenset([said] if isinstance(said, str) else said)

    def _at(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        return schema
