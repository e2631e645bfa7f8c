"""The operations of a resource: parameters, bodies, answers and their headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType

from sidra.api.openapi.parameters import fields, list_parameters
from sidra.api.openapi.schemas import Components
from sidra.api.openapi.sight import Sight, resource_of
from sidra.api.openapi.values import ref
from sidra.api.schemas import Schema
from sidra.api.shapes import Shape

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
ALWAYS_POSSIBLE = (400, 401, 403, 406, 414, 429, 500, 503)
"""Errors that every operation may answer with."""
ONE = (404, 405)
BODY = (409, 413, 415)

_NUMBER: Schema = {"type": "integer", "minimum": 0}
_TEXT: Schema = {"type": "string"}
HEADERS: Mapping[str, Schema] = MappingProxyType(
    {
        "X-Total-Count": {"description": "Matches after filters and rights.", "schema": _NUMBER},
        "X-Result-Count": {"description": "Records in this answer.", "schema": _NUMBER},
        "Preference-Applied": {
            "description": "Whether the number of matches is exact, where either was asked for or it is not.",
            "schema": {"type": "string", "enum": ["count=exact", "count=estimated"]},
        },
        "Link": {"description": "The first, the previous and the next page (RFC 8288).", "schema": _TEXT},
        "ETag": {"description": "The document as it is, for `If-None-Match` and `If-Match`.", "schema": _TEXT},
        "Location": {"description": "The address of the record.", "schema": {"type": "string", "format": "uri"}},
        "Retry-After": {"description": "Seconds to wait before the next attempt.", "schema": _NUMBER},
        "WWW-Authenticate": {"description": "How to prove who asks.", "schema": _TEXT},
        "Allow": {"description": "The methods of this address.", "schema": _TEXT},
    }
)
OF_ERRORS: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {401: ("WWW-Authenticate",), 405: ("Allow",), 429: ("Retry-After",), 503: ("Retry-After",)}
)
TAG = r'^\*$|^(W/)?"[0-9]{1,18}(-[0-9a-f]{1,8})?"$'
"""The entity tags of records, of which any may be meant."""
IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "description": "Change only this version.",
    "schema": {"type": "string", "pattern": TAG},
}
IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of the document that the client has.",
    "schema": _TEXT,
}
ID: Schema = {"name": "id", "in": "path", "required": True, "schema": _TEXT}


def collection(sight: Sight, components: Components, shape: Shape) -> Schema:
    """What is done at the address of a resource: its list, and a new record."""
    offered, found = sight.operations(shape), {}
    if "get" in offered:
        found["get"] = _operation(sight, shape, "list", _listing(components, shape)) | {
            "parameters": list_parameters(sight, shape)
        }
    if "create" in offered:
        created = _answer("The new record.", components.shown(shape), "Location", "ETag")
        found["post"] = _operation(sight, shape, "create", {"201": created} | _errors(*BODY)) | {
            "requestBody": _body({JSON: components.created(shape)})
        }
    return found


def _listing(components: Components, shape: Shape) -> Schema:
    schema = {"type": "array", "items": components.shown(shape)}
    headers = ("X-Total-Count", "X-Result-Count", "Preference-Applied", "Link")
    return {
        "200": _answer("All records, or a page of a client that asked for none.", schema, *headers),
        "206": _answer("A part of the records.", schema, *headers),
        **_errors(404),
    }


def item(sight: Sight, components: Components, shape: Shape) -> Schema:
    """What is done at the address of one record."""
    offered, found = sight.operations(shape), {}
    if "get" in offered:
        got = {"200": _answer("The record.", components.shown(shape), "ETag"), "304": NOT_MODIFIED, "307": MOVED}
        parameters = [fields(sight, shape), IF_NONE_MATCH]
        found["get"] = _operation(sight, shape, "retrieve", got | _errors(*ONE)) | {"parameters": parameters}
    if "patch" in offered:
        changed = {"200": _answer("The record as it is now.", components.shown(shape), "ETag")}
        patches = {MERGE_PATCH: components.updated(shape), JSON: components.updated(shape)}
        found["patch"] = _operation(sight, shape, "patch", changed | _errors(*ONE, *BODY, 412)) | {
            "parameters": [IF_MATCH],
            "requestBody": _body(patches),
        }
    if "delete" in offered:
        gone = {"204": {"description": "The record is gone."}}
        found["delete"] = _operation(sight, shape, "delete", gone | _errors(*ONE, 409, 412)) | {
            "parameters": [IF_MATCH]
        }
    return {"parameters": [ID], **found} if found else {}


NOT_MODIFIED: Schema = {
    "description": "The client has this very document.",
    "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
}
MOVED: Schema = {
    "description": "The record became part of another one, which is there.",
    "headers": {"Location": {"$ref": "#/components/headers/Location"}},
}


def _operation(sight: Sight, shape: Shape, verb: str, answers: Schema) -> Schema:
    name = resource_of(shape)
    return {
        "operationId": verb + name[:1].upper() + name[1:],
        "summary": f"{verb.capitalize()} {sight.label(shape.entity)}",
        "tags": [name],
        "responses": answers | _errors(*ALWAYS_POSSIBLE),
    }


def _body(schemas: Mapping[str, Schema]) -> Schema:
    return {"required": True, "content": {kind: {"schema": schema} for kind, schema in schemas.items()}}


def _answer(said: str, schema: Schema, *headers: str) -> Schema:
    return {"description": said, "headers": _headers(headers), "content": {JSON: {"schema": schema}}}


def _headers(names: Iterable[str]) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _errors(*statuses: int) -> Schema:
    return {str(status): {"$ref": f"#/components/responses/E{status}"} for status in statuses}


def error_responses() -> dict[str, Schema]:
    """The answer of each error status, by the name of its component."""
    statuses = {*ALWAYS_POSSIBLE, *ONE, *BODY, 412}
    return {
        f"E{status}": _answer(HTTPStatus(status).phrase, ref("Error"), *OF_ERRORS.get(status, ()))
        for status in sorted(statuses)
    }
