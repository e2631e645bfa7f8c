"""What is answered when something is wrong: one place for all errors, of the API and of the screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from pyramid.config import Configurator
from pyramid.exceptions import BadCSRFOrigin, BadCSRFToken, URLDecodeError
from pyramid.httpexceptions import HTTPException, HTTPForbidden, HTTPNotFound

from sidra.api.faults import fault_body, fault_headers, status_of
from sidra.errors import BadQuery, Busy, Forbidden, NotFound, SidraError, Unauthenticated
from sidra.web.answers import Answer
from sidra.web.log import frames
from sidra.web.request import Request
from sidra.web.security import visitor

JSON = ("Content-Type", "application/json")
NO_STORE = ("Cache-Control", "no-store")
CLIENT_FAULT, SERVER_FAULT = 400, 500
"""The least status of each; below the first are answers and redirections, which a view may raise."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as a page tells it."""

    error: SidraError
    status: int
    reference: str
    """The id that the log has; empty for errors that are no fault of ours."""


# A view of the screens gives a WebOb response, which ships no types.
FaultPage = Callable[[Request, Fault], Any]


class Unexpected(SidraError):
    """A fault of ours; what it is stands in the log under its id."""

    code = "R500"


def includeme(config: Configurator) -> None:
    """One view for all errors; `config.set_fault_page` gives those of the screens a page of their own."""
    config.registry.fault_page = _plain_page
    config.add_directive("set_fault_page", _set_fault_page)
    config.add_exception_view(error_view, Exception)
    config.add_notfound_view(error_view)
    config.add_forbidden_view(error_view)


def _set_fault_page(config: Configurator, page: FaultPage) -> None:
    config.registry.fault_page = page


def error_view(error: Exception, request: Request) -> Any:  # noqa: ANN401 - see FaultPage
    """The answer that tells of an error: JSON for clients of the API, a page for people."""
    if isinstance(error, HTTPException) and error.status_int < CLIENT_FAULT:
        return error
    told = _told(error, request)
    fault = Fault(told, status_of(told), request.reference if isinstance(told, Unexpected) else "")
    if isinstance(told, Unexpected):
        structlog.get_logger("sidra.web").error(
            "fault", reference=fault.reference, error=type(error).__name__, frames=frames(error)
        )
    if wants_json(request):
        return json_fault(fault)
    return request.registry.fault_page(request, fault)


def json_fault(fault: Fault) -> Answer:
    """The answer to a client of the API."""
    body = orjson.dumps(fault_body(fault.error, fault.reference))
    return Answer(fault.status, [JSON, NO_STORE, *fault_headers(fault.error)], body)


def wants_json(request: Request) -> bool:
    """Whether the address is one for programs."""
    path: str = request.environ.get("PATH_INFO", "")
    return "/tmf-api/" in path or path.endswith("/tmf-api") or path == "/health"


def _plain_page(request: Request, fault: Fault) -> Answer:
    del request
    lines = [f"{fault.error.code} {fault.error.reason}", fault.error.hint]
    lines += [f"reference {fault.reference}"] if fault.reference else []
    headers = [("Content-Type", "text/plain; charset=utf-8"), NO_STORE, *fault_headers(fault.error)]
    return Answer(fault.status, headers, "\n".join(line for line in lines if line).encode("utf-8", "replace"))


def _told(error: Exception, request: Request) -> SidraError:
    if isinstance(error, SidraError) and (status_of(error) < SERVER_FAULT or error.code == Busy.code):
        return error
    if isinstance(error, HTTPForbidden):
        return _refused(request)
    if isinstance(error, URLDecodeError | UnicodeError):
        return BadQuery("the address or the form is no UTF-8", hint="encode characters beyond ASCII as UTF-8")
    if isinstance(error, HTTPException) and error.status_int < SERVER_FAULT:
        return _of_http(error)
    return Unexpected("something went wrong here", hint=f"tell the operator this reference: {request.reference}")


def _refused(request: Request) -> SidraError:
    if visitor(request) is None:
        return Unauthenticated("nobody is signed in here", hint="sign in first")
    return Forbidden("your roles do not allow this", hint="ask an administrator for a role that does")


def _of_http(error: HTTPException) -> SidraError:
    match error:
        case BadCSRFToken() | BadCSRFOrigin():
            return Forbidden("the form's token is missing or old", hint="open the page again and repeat it")
        case HTTPNotFound():
            return NotFound("there is nothing at this address", hint="check its spelling")
    return BadQuery(error.title, hint="check the request")
