"""What a client is told when something is wrong: TM Forum's error body, on every 4xx and 5xx."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sidra.errors import Busy, Invalid, SidraError, TookLong, TooManyAttempts

REFERENCE = "docs/reference/errors.md"
STATUS: Mapping[str, int] = MappingProxyType(
    {
        "R400": 400,
        "R401": 401,
        "R403": 403,
        "R404": 404,
        "R405": 405,
        "R406": 406,
        "R408": 408,
        "R409": 409,
        "R410": 409,
        "R412": 412,
        "R413": 413,
        "R414": 414,
        "R415": 415,
        # TM Forum's specifications know no 422.
        "R422": 400,
        "R429": 429,
        "R071": 401,
        "R072": 503,
        "R073": 403,
        "R170": 400,
        "R503": 503,
        "R504": 503,
    }
)
"""The status of each code; an error with another one has that of its kind, and one of no such kind is ours: 500."""


PASSING = frozenset({Busy.code, TookLong.code})
"""What passes by itself: the same request may work a moment later."""


class MethodNotAllowed(SidraError):
    """The address knows no such method; `allowed` are those that it knows."""

    code = "R405"

    def __init__(self, reason: str, *, allowed: tuple[str, ...], hint: str = "") -> None:
        super().__init__(reason, hint=hint)
        self.allowed = allowed


class NotAcceptable(SidraError):
    """The client takes no JSON."""

    code = "R406"


class PreconditionFailed(SidraError):
    """The record is no longer the one whose version the client named."""

    code = "R412"


class TooLarge(SidraError):
    """The body is larger than is read; `limit_bytes` says how large it may be."""

    code = "R413"

    def __init__(self, reason: str, *, limit_bytes: int, hint: str = "") -> None:
        super().__init__(reason, hint=hint)
        self.limit_bytes = limit_bytes


class TooLong(SidraError):
    """The address is longer than is read."""

    code = "R414"


class UnsupportedMedia(SidraError):
    """The body is of a type that is not read."""

    code = "R415"


def status_of(error: SidraError) -> int:
    """The HTTP status of an error."""
    codes = (error.code, *(str(vars(kind).get("code", "")) for kind in type(error).__mro__))
    return next((STATUS[code] for code in codes if code in STATUS), 500)


def fault_body(error: SidraError, reference: str = "") -> dict[str, object]:
    """The body that tells a client of an error: code, place, reason, way out; the log's id of a fault of ours."""
    body: dict[str, object] = {
        "@type": "Error",
        "code": error.code,
        "reason": error.reason,
        "message": error.hint or error.reason,
        "status": str(status_of(error)),
        "referenceError": f"{REFERENCE}#{error.code.lower()}",
    }
    if reference:
        body["reference"] = reference
    if isinstance(error, Invalid):
        body["problems"] = [
            {"code": problem.code, "path": problem.path, "message": problem.message, "hint": problem.hint}
            for problem in error.problems
        ]
    return body


def fault_headers(error: SidraError) -> list[tuple[str, str]]:
    """The headers that go with an error."""
    if isinstance(error, MethodNotAllowed):
        return [("Allow", ", ".join(error.allowed))]
    if isinstance(error, TooManyAttempts):
        return [("Retry-After", str(error.retry_after_seconds))]
    if error.code == "R401":
        return [("WWW-Authenticate", 'Bearer realm="sidra"')]
    return [("Retry-After", "1")] if error.code in PASSING else []
