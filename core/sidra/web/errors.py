"""What a person is told when something is wrong: one view for the errors of all screens."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from pyramid.config import Configurator
from pyramid.exceptions import BadCSRFOrigin, BadCSRFToken, URLDecodeError
from pyramid.httpexceptions import HTTPException, HTTPForbidden, HTTPNotFound

from sidra.errors import BadQuery, Forbidden, NotFound, Unauthenticated
from sidra.web.answers import Answer
from sidra.web.faults import SERVER_FAULT, Fault, fault_of, text_answer
from sidra.web.request import Request
from sidra.web.security import visitor

REPEATED = "sidra.repeated"
"""Stands in the environment of a request that is to begin again, and whether it has."""
CLIENT_FAULT = 400
"""The least status that is no answer or redirection, which a view may raise too."""

# A view of the screens gives a WebOb response, which ships no types.
FaultPage = Callable[[Request, Fault], Any]


def includeme(config: Configurator) -> None:
    """One view for all errors; `config.set_fault_page` gives them a page."""
    config.registry.fault_page = _plain_page
    config.add_directive("set_fault_page", _set_fault_page)
    config.add_exception_view(error_view, Exception)
    config.add_notfound_view(error_view)
    config.add_forbidden_view(error_view)


def _set_fault_page(config: Configurator, page: FaultPage) -> None:
    config.registry.fault_page = page


def _plain_page(request: Request, fault: Fault) -> Any:  # noqa: ANN401 - see FaultPage
    del request
    return text_answer(fault)


def error_view(error: Exception, request: Request) -> Any:  # noqa: ANN401 - see FaultPage
    """The page that tells of an error; what a view raises to send the browser elsewhere goes through."""
    if isinstance(error, HTTPException) and error.status_int < CLIENT_FAULT:
        return error
    if REPEATED not in request.environ and request.renews(error):
        request.environ[REPEATED] = False
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE, [], b"")
    return request.registry.fault_page(request, fault_of(_in_our_words(error, request), request.reference))


def _in_our_words(error: Exception, request: Request) -> Exception:
    match error:
        case URLDecodeError() | UnicodeError():
            return BadQuery("the address or the form is no UTF-8", hint="encode characters beyond ASCII as UTF-8")
        case BadCSRFToken() | BadCSRFOrigin():
            return Forbidden("the form's token is missing or old", hint="open the page again and repeat it")
        case HTTPForbidden() if visitor(request) is None:
            return Unauthenticated("nobody is signed in here", hint="sign in first")
        case HTTPForbidden():
            return Forbidden("your roles do not allow this", hint="ask an administrator for a role that does")
        case HTTPNotFound():
            return NotFound("there is nothing at this address", hint="check its spelling")
        case HTTPException() if error.status_int < SERVER_FAULT:
            return BadQuery(error.title, hint="check the request")
    return error
