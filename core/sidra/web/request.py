"""A request for a screen: a visit, by way of Pyramid."""

from __future__ import annotations

from typing import cast

import pyramid.request
from pyramid.csrf import get_csrf_token

from sidra.web.cookies import read_cookie
from sidra.web.sites import Sites
from sidra.web.visit import Visit, once


class Request(Visit, pyramid.request.Request):  # type: ignore[misc]  # Pyramid ships no types
    """A request for a screen, and its values as `Visit` looks them up."""

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

    @property
    def csrf_token(self) -> str:
        """The token that each form of the page carries as `csrf_token`, or as the header `X-CSRF-Token`."""
        return cast("str", get_csrf_token(self))
