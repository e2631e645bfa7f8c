"""What a request knows besides HTTP: its affiliate, that affiliate's Runtime as it began, and who acts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import pyramid.request

from sidra.access.actor import Actor
from sidra.errors import Busy, NotFound, Unauthenticated
from sidra.web.cookies import cookie_name, read_cookie
from sidra.web.sites import Site, Sites
from sidra_metamodel.diagnostics import Diagnostic

if TYPE_CHECKING:
    from sidra.access.entrance import Entrance
    from sidra.records.service import Records
    from sidra.runtime import Runtime

BEARER = "Bearer "

ValueT = TypeVar("ValueT")


class once(Generic[ValueT]):  # noqa: N801 - reads as the decorator that it is
    """A value that is looked up when it is first asked for and then kept; typed, which Pyramid's `reify` is not."""

    def __init__(self, look_up: Callable[[Any], ValueT]) -> None:
        self._look_up = look_up
        self._name = look_up.__name__
        self.__doc__ = look_up.__doc__

    def __get__(self, request: Any, owner: type) -> ValueT:  # noqa: ANN401 - whatever class it stands in
        """Look the value up; the next time it is found beside the request's other attributes."""
        if request is None:
            raise AttributeError(self._name)
        value = request.__dict__[self._name] = self._look_up(request)
        return value


class Request(pyramid.request.Request):  # type: ignore[misc]  # Pyramid ships no types
    """A request to Sidra. Each value is looked up when it is first asked for, and kept for the whole request."""

    visit = ""
    """The secret of the sign-in form where this very answer sets it."""

    @once
    def reference(self) -> str:
        """The id of this request in the log."""
        return uuid.uuid4().hex

    @property
    def sites(self) -> Sites:
        """All affiliates that this process serves."""
        return cast("Sites", self.registry.sites)

    @property
    def affiliate(self) -> str:
        """The name of the affiliate that the address begins with; raises NotFound where there is none."""
        return self.site.name

    @once
    def site(self) -> Site:
        """The affiliate that the address begins with; raises NotFound for an unknown one."""
        name = (self.matchdict or {}).get("affiliate", "")
        found = self.sites.get(name)
        if found is None:
            raise NotFound(
                f"no affiliate `{name[:40]}`", hint="an address begins with the name of an affiliate; see /health"
            )
        return found

    @once
    def runtime(self) -> Runtime:
        """The affiliate's Runtime as it was when this request first asked; raises Busy where there is none yet."""
        runtime = self.site.runtime
        if runtime is None:
            raise Busy(
                f"`{self.affiliate}` is not served: its configuration has errors",
                hint=f"run `sidra check {self.affiliate}` and mend what it names",
            )
        return runtime

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the affiliate's files on disk; empty where what they say is in force."""
        return self.site.diagnostics

    @once
    def session_token(self) -> str:
        """The token of the session cookie; empty where the browser sent none."""
        return read_cookie(self.environ.get("HTTP_COOKIE", ""), cookie_name(self.affiliate, is_secure=self.is_secure))

    @property
    def is_secure(self) -> bool:
        """Whether the browser speaks HTTPS."""
        return bool(self.environ.get("wsgi.url_scheme") == "https")

    @property
    def is_form(self) -> bool:
        """Whether it is one of the screens', which only browsers send."""
        return "/tmf-api/" not in self.environ.get("PATH_INFO", "")

    @once
    def bearer_token(self) -> str:
        """The token of the `Authorization` header; empty where there is none."""
        header: str = self.environ.get("HTTP_AUTHORIZATION", "")
        return header[len(BEARER) :].strip() if header[: len(BEARER)].lower() == BEARER.lower() else ""

    @property
    def entrance(self) -> Entrance:
        """How people and clients get in at this affiliate."""
        return self.site.entrance(self.runtime)

    @once
    def visitor(self) -> Actor | None:
        """Who acts; None where nobody is signed in. A header, even a wrong one, counts before the cookie."""
        entrance = self.entrance
        if "HTTP_AUTHORIZATION" in self.environ:
            return entrance.client(self.bearer_token) if self.bearer_token else None
        return entrance.person(self.session_token) if self.session_token else None

    @once
    def actor(self) -> Actor:
        """Who acts; raises Unauthenticated where nobody is signed in."""
        found = self.visitor
        if found is None:
            raise Unauthenticated(
                "nobody is signed in here",
                hint=f"sign in at /{self.affiliate}/sign-in, or send a valid token: Authorization: Bearer …",
            )
        return found

    @once
    def records(self) -> Records:
        """The records of the affiliate as the actor may see them; raises Unauthenticated."""
        return self.runtime.records(self.actor)

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
        from pyramid.csrf import get_csrf_token  # noqa: PLC0415 - Pyramid's csrf module imports its request

        return cast("str", get_csrf_token(self))
