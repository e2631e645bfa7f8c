"""Who comes to which affiliate with what: all that a request knows besides HTTP, looked up when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sidra.access.actor import Actor
from sidra.errors import Busy, NotFound, Unauthenticated
from sidra.store.failures import Reshaped, failure_of
from sidra.web.cookies import cookie_name, read_cookie
from sidra.web.sites import Site, Sites
from sidra_metamodel.diagnostics import Diagnostic

if TYPE_CHECKING:
    from sidra.access.entrance import Entrance
    from sidra.records.service import Records
    from sidra.runtime import Runtime

BEARER = "Bearer "
REFERENCE_BYTES = 16
SAFE = frozenset({"GET", "HEAD"})

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


class Visit:
    """One request; each value is kept for the whole of it, the Runtime above all."""

    environ: dict[str, Any]
    """What the WSGI server handed over."""
    named: str
    """The affiliate that the address begins with, which may be none."""
    sites: Sites
    """All affiliates that this process serves."""
    kept_before: int = 0
    """How many transactions the thread had kept in the affiliate's store when this request began."""

    @once
    def reference(self) -> str:
        """The id of this request in the log."""
        return os.urandom(REFERENCE_BYTES).hex()

    @property
    def affiliate(self) -> str:
        """The name of the affiliate that the address begins with; raises NotFound where there is none."""
        return self.site.name

    @once
    def site(self) -> Site:
        """The affiliate that the address begins with; raises NotFound for an unknown one."""
        found = self.sites.get(self.named)
        if found is None:
            raise NotFound(
                f"no affiliate `{self.named[:40]}`", hint="an address begins with the name of an affiliate; see /health"
            )
        return found

    @once
    def runtime(self) -> Runtime:
        """The affiliate's Runtime as it was when this request first asked, or what the visitor's unit tries out.

        Raises Busy where there is none yet.
        """
        runtime, trial = self.in_force, self.site.trial
        if trial is None or trial.runtime.store is not runtime.store:
            return runtime
        visitor = self.visitor
        return trial.runtime if visitor is not None and trial.is_for(visitor.units) else runtime

    @once
    def in_force(self) -> Runtime:
        """The Runtime of all who try nothing out."""
        runtime = self.site.runtime
        if runtime is None:
            waiting = self.site.unreleased
            if waiting is not None:
                raise Busy(f"`{self.affiliate}` is not served: {waiting.message}", hint=waiting.help or "")
            raise Busy(
                f"`{self.affiliate}` is not served: its configuration has errors",
                hint=f"run `sidra check {self.affiliate}` and mend what it names",
            )
        self.kept_before = runtime.store.kept.count
        return runtime

    def renews(self, error: Exception) -> bool:
        """Whether this request, which met that error, is to begin again with another configuration.

        It has done nothing yet, and had one that the database has no more.
        """
        runtime: Runtime | None = self.__dict__.get("in_force")
        if runtime is None or not isinstance(failure_of(error) or error, Reshaped):
            return False
        has_done = self.environ["REQUEST_METHOD"] not in SAFE and runtime.store.kept.count != self.kept_before
        return not has_done and self.site.renew(runtime)

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
    def is_attended(self) -> bool:
        """Whether a person asks, and not a page that was told of something: only the former renews a session."""
        return "HTTP_SIDRA_UNATTENDED" not in self.environ

    @once
    def bearer_token(self) -> str:
        """The token of the `Authorization` header; empty where there is none."""
        header: str = self.environ.get("HTTP_AUTHORIZATION", "")
        return header[len(BEARER) :].strip() if header[: len(BEARER)].lower() == BEARER.lower() else ""

    @property
    def entrance(self) -> Entrance:
        """How people and clients get in at this affiliate."""
        return self.site.entrance(self.in_force)

    @once
    def visitor(self) -> Actor | None:
        """Who acts; None where nobody is signed in. A header, even a wrong one, counts before the cookie."""
        entrance = self.entrance
        if "HTTP_AUTHORIZATION" in self.environ:
            return entrance.client(self.bearer_token) if self.bearer_token else None
        return entrance.person(self.session_token, renews=self.is_attended) if self.session_token else None

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
