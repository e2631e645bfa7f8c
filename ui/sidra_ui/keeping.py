"""Pieces of pages that are drawn once for all that are alike.

A macro knows of a page what it is given and no more, besides its language, which has macros of its own, and the token
of the reader's forms. So what it drew serves whoever gives it the same: what decides is the key.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from contextvars import ContextVar

from markupsafe import Markup, escape

from sidra.records.bounded import Bounded

TOKEN: ContextVar[str] = ContextVar("csrf_token", default="")
MOST_PIECES = 48
"""Of one macro; beyond that the oldest goes."""
MARK_BYTES = 16

Macro = Callable[..., str]


class Token:
    """The token that every post of the page being drawn carries."""

    def __html__(self) -> str:
        """Return it as it stands in HTML."""
        return escape(TOKEN.get())


class Pieces:
    """What macros made of what they were given; safe for threads."""

    def __init__(self) -> None:
        self._macros: dict[Macro, Bounded[Hashable, list[str]]] = {}
        # No text that anybody enters has it, so that only tokens stand where it stood.
        self._mark = secrets.token_hex(MARK_BYTES)

    def kept(self, macro: Macro, *given: Hashable) -> Markup:
        """Return what a macro draws of view-models, with the token of this page in its forms."""
        known = self._macros.get(macro)
        if known is None:
            known = self._macros.setdefault(macro, Bounded(MOST_PIECES))
        pieces = known.get(given, lambda: self._drawn(macro, given))
        return Markup(str(escape(TOKEN.get())).join(pieces))  # noqa: S704 - a macro drew them, which escapes

    def _drawn(self, macro: Macro, given: tuple[Hashable, ...]) -> list[str]:
        before = TOKEN.set(self._mark)
        try:
            return str(macro(*given)).split(self._mark)
        finally:
            TOKEN.reset(before)
