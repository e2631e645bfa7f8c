"""Whole documents: that of one API, and the index of all of them."""

from __future__ import annotations

from collections.abc import Mapping

from sidra.api.openapi.operations import HEADERS, JSON, collection, error_responses, item
from sidra.api.openapi.schemas import ERROR, Components
from sidra.api.openapi.sight import Sight, api_of, resource_of
from sidra.api.schemas import DIALECT, Schema
from sidra.api.shapes import Shape

VERSION = "3.1.0"
DOCUMENT = "openapi.json"


def apis(sight: Sight) -> Mapping[str, list[Shape]]:
    """The resources of each API with which the roles may do anything."""
    found: dict[str, list[Shape]] = {}
    for shape in sight.resources():
        found.setdefault(api_of(shape), []).append(shape)
    return found


def describe(sight: Sight, api: str) -> Schema | None:
    """The document of an API such as `party/v4`; None where the roles may do nothing with it."""
    resources = apis(sight).get(api)
    if resources is None:
        return None
    components, paths = Components(sight), {}
    for shape in resources:
        address = f"/{resource_of(shape)}"
        for place, operations in ((address, collection), (f"{address}/{{id}}", item)):
            found = operations(sight, components, shape)
            if found:
                paths[place] = found
    tags = [{"name": resource_of(shape), "description": sight.label(shape.entity)} for shape in resources]
    return {
        **_head(sight, title_of(resources), api),
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": components.schemas,
            "responses": error_responses(),
            "headers": dict(HEADERS),
            "securitySchemes": SECURITY,
        },
    }


def index(sight: Sight) -> Schema:
    """The document that leads to all others."""
    paths = {
        f"/{api}/{DOCUMENT}": {
            "get": {
                "operationId": "describe" + "".join(part[:1].upper() + part[1:] for part in api.split("/")),
                "summary": title_of(resources),
                "responses": {
                    "200": {
                        "description": "The description of this API in OpenAPI 3.1.",
                        "content": {JSON: {"schema": {"type": "object"}}},
                    },
                    "401": {"$ref": "#/components/responses/E401"},
                },
            }
        }
        for api, resources in apis(sight).items()
    }
    components = {
        "schemas": {"Error": ERROR},
        "responses": {"E401": error_responses()["E401"]},
        "headers": {"WWW-Authenticate": HEADERS["WWW-Authenticate"]},
        "securitySchemes": SECURITY,
    }
    return {**_head(sight, sight.model.affiliate, ""), "paths": paths, "components": components}


def title_of(resources: list[Shape]) -> str:
    """What an API is called: by its `interface`, else by its resources."""
    return resources[0].manner.label or ", ".join(map(resource_of, resources))


def _head(sight: Sight, title: str, api: str) -> Schema:
    place = f"/{sight.model.affiliate}/tmf-api"
    return {
        "openapi": VERSION,
        "jsonSchemaDialect": DIALECT,
        "info": {"title": title, "version": api.rpartition("/")[2] or "1", "x-affiliate": sight.model.affiliate},
        "servers": [{"url": f"{place}/{api}" if api else place}],
        "security": [{name: []} for name in SECURITY],
    }


SECURITY: Schema = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token of the affiliate."},
}
