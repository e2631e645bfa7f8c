"""A request for a screen: a visit, by way of Pyramid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import pyramid.request
from pyramid.csrf import get_csrf_token
from webob.multidict import MultiDict
from webob.request import DisconnectionError

from sidra.errors import BadQuery
from sidra.web.bodies import MAX_BODY_BYTES
from sidra.web.cookies import read_cookie
from sidra.web.sites import Sites
from sidra.web.visit import Visit, once

UNREADABLE = (ValueError, LookupError, RecursionError, DeprecationWarning)
"""What the reader of forms raises where a body is no form, or one in another encoding than UTF-8."""


class Form(NamedTuple):
    """What a form posted."""

    texts: MultiDict
    files: Mapping[str, Any]
    """Each with `filename` and `file`; WebOb ships no types."""


class Request(Visit, pyramid.request.Request):  # type: ignore[misc]  # Pyramid ships no types
    """A request for a screen, and its values as `Visit` looks them up."""

    request_body_tempfile_limit = MAX_BODY_BYTES
    """Only what an address takes beyond it, such as a file, lies in a temporary file."""
    visit = ""
    """The secret of the sign-in form where this very answer sets it."""

    @property
    def sites(self) -> Sites:  # type: ignore[override]  # Pyramid keeps it, for all requests
        """All affiliates that this process serves."""
        return cast("Sites", self.registry.sites)

    @property
    def named(self) -> str:  # type: ignore[override]  # Pyramid matched it
        """The affiliate that the address begins with, which may be none."""
        return str((self.matchdict or {}).get("affiliate", ""))

    @once
    def locale(self) -> str:
        """The language of the answer: the cookie's, the person's, the browser's, the affiliate's, in this order."""
        known = (*self.runtime.model.locales, "en")
        chosen = read_cookie(self.environ.get("HTTP_COOKIE", ""), "sidra_locale")
        person = self.visitor
        for locale in (chosen, person.locale if person else ""):
            if locale in known:
                return locale
        accepted = self.accept_language.lookup(known, default=known[0]) if self.accept_language else known[0]
        return str(accepted)

    @once
    def form(self) -> Form:
        """What the request posts as a form; raises BadQuery where that cannot be read."""
        try:
            found = super().POST
        except DisconnectionError as error:
            raise BadQuery("the request breaks off", hint="send it again") from error
        except UNREADABLE as error:
            raise BadQuery("the form cannot be read", hint="send it in UTF-8, as browsers do") from error
        texts = MultiDict((name, value) for name, value in found.items() if isinstance(value, str))
        return Form(texts, {name: value for name, value in found.items() if not isinstance(value, str)})

    @property
    def POST(self) -> MultiDict:  # noqa: N802 - Pyramid's name
        """The texts of the form, which is all that a view expects under the names of its fields."""
        return self.form.texts

    @property
    def csrf_token(self) -> str:
        """The token that each form of the page carries as `csrf_token`, or as the header `X-CSRF-Token`."""
        return cast("str", get_csrf_token(self))
