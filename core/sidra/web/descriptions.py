"""The descriptions of the API over HTTP: `openapi.json` of each API, and that of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from sidra.api.faults import MethodNotAllowed
from sidra.api.openapi.document import DOCUMENT
from sidra.web.answers import Answer
from sidra.web.visit import SAFE, Visit

INDEX_PARTS, API_PARTS = 4, 6
"""Of an address: nothing before the first slash, affiliate, `tmf-api`, perhaps API and version, `openapi.json`."""
JSON = ("Content-Type", "application/json")
ASKED_AGAIN = [("Cache-Control", "private, no-cache"), ("Vary", "Authorization, Cookie")]
"""Each role has its own, which may be kept as long as it is asked whether it is still the same."""


def is_description(parts: Sequence[str]) -> bool:
    """Whether an address is that of a description."""
    return parts[-1] == DOCUMENT and len(parts) in {INDEX_PARTS, API_PARTS}


def respond_description(visit: Visit, parts: Sequence[str]) -> Answer:
    """The description as the visitor's roles have it: 200, or 304; raises NotFound, MethodNotAllowed."""
    if visit.environ["REQUEST_METHOD"] not in SAFE:
        raise MethodNotAllowed("a description is only read", allowed=tuple(sorted(SAFE)))
    found = visit.site.api(visit.runtime).descriptions.of(visit.records.profile, "/".join(parts[3:-1]))
    headers = [("ETag", found.tag), *ASKED_AGAIN]
    if found.tag in visit.environ.get("HTTP_IF_NONE_MATCH", ""):
        return Answer(HTTPStatus.NOT_MODIFIED, headers, b"")
    return Answer(HTTPStatus.OK, [JSON, *headers], found.body)
