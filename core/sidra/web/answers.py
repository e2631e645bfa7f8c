"""Answers without ceremony: a status, headers and a body that is there already."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from pyramid.interfaces import IResponse
from zope.interface import implementer

from sidra.web.headers import secured

STATUS_LINES = MappingProxyType({status.value: f"{status.value} {status.phrase}" for status in HTTPStatus})

# PEP 3333's names; WSGI's types stand in no module that exists at run time.
Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


@implementer(IResponse)
class Answer:
    """A response that goes out as it is: WebOb's own costs as much as reading a record does."""

    __slots__ = ("body", "headerlist", "status_code")

    def __init__(self, status_code: int, headerlist: list[tuple[str, str]], body: bytes) -> None:
        self.status_code = status_code
        self.headerlist = headerlist
        self.body = body

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a WSGI server."""
        headers = secured(self.headerlist, is_secure=environ["wsgi.url_scheme"] == "https")
        if self.status_code not in {204, 304}:
            headers.append(("Content-Length", str(len(self.body))))
        start_response(STATUS_LINES[self.status_code], headers)
        # The server sends a list in one piece, and anything else as a stream.
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]
