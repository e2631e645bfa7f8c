"""Whether the API answers as its own document says, which is what the comparison is made with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import orjson
from jsonschema import Draft202012Validator

from sidra.api.calls import Call
from sidra.api.openapi.sight import resource_of
from sidra.conformance.differences import Difference, Weight
from sidra.errors import SidraError

if TYPE_CHECKING:
    from sidra.api.service import Api
    from sidra.api.shapes import Shape
    from sidra.conformance.described import Json
    from sidra.records.service import Records

BASE = "http://127.0.0.1/tmf-api/"
ASKED = 20
"""Records of each resource that are looked at."""
COUNTS = ("X-Total-Count", "X-Result-Count")
MOST_FOUND = 10
"""Faults of a resource that are told."""
WHY = "the document says otherwise"


def answers(api: Api, records: Records, document: Json, shapes: list[Shape]) -> Iterator[Difference]:
    """Ask each resource for its first records; return what is not as the document says."""
    for shape in shapes:
        name = resource_of(shape)
        if "get" not in document["paths"].get(f"/{name}", {}):
            continue
        try:
            reply = api.find(Call(records, shape, BASE, f"limit={ASKED}"))
        except SidraError as error:
            yield Difference(Weight.BREAKS, name, "list", f"the list is refused: {error}", WHY)
            continue
        headers = {key for key, _ in reply.headers}
        for header in COUNTS:
            if header not in headers:
                yield Difference(Weight.BREAKS, name, "list", f"the header `{header}` is missing", WHY)
        yield from _bodies(name, document, orjson.loads(reply.body))


def _bodies(name: str, document: Json, found: Json) -> Iterator[Difference]:
    schema = document["paths"][f"/{name}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    checker = Draft202012Validator({"components": document["components"], **schema})
    for fault, _ in zip(checker.iter_errors(found), range(MOST_FOUND), strict=False):
        # Which record it is says nothing here, and its value may be anybody's.
        place = ".".join(str(part) for part in fault.absolute_path if isinstance(part, str))
        yield Difference(Weight.BREAKS, name, place, f"the answer is against `{fault.validator}`", WHY)
