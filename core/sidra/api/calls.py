"""A request of the API and its answer, in plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sidra.api.shapes import Shape

if TYPE_CHECKING:
    from sidra.records.service import Records

Headers = list[tuple[str, str]]


class Reply(msgspec.Struct, frozen=True):
    """What goes back to the client."""

    status: int
    headers: Headers
    body: bytes = b""


class Call(msgspec.Struct, frozen=True):
    """One request, taken apart: who calls, of which resource, and how the client addressed us."""

    records: Records
    shape: Shape
    base: str
    """`https://host/affiliate/tmf-api/`."""
    query: str = ""
    body: bytes = b""
    if_match: str | None = None
    """None where the client made no condition; a condition that is no text any more is an empty one."""
    if_none_match: str = ""
    prefer: str = ""
