"""Who acts on the command line: a person who proves it as on the web, or whoever has the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING

import click

from sidra.cli.telling import ask_nothing

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.access.entrance import Entrance
    from sidra.releases.releasing import Releasing

ADDRESS = "command line"
"""What failed attempts are counted by, besides the account."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says to be; what proves it and was not given is asked for."""

    login: str | None
    password: str | None = None
    code: str | None = None

    def prove(self, releasing: Releasing) -> Actor:
        """Return who acts; raises Unauthenticated, TooManyAttempts, and Forbidden where no password lets in."""
        from sidra.access.actor import OPERATOR

        if self.login is None:
            return OPERATOR
        password = self.password if self.password is not None else _asked(f"Password of {self.login}", "--password")
        return _entrance(releasing).vouch(self.login, password, self._given_code, address=ADDRESS)

    def _given_code(self) -> str:
        return self.code if self.code is not None else _asked(f"One-time code of {self.login}", "--code")


def _asked(what: str, option: str) -> str:
    ask_nothing(f"give {option}")
    return str(click.prompt(what, hide_input=True, err=True))


def _entrance(releasing: Releasing) -> Entrance:
    from sidra.access.admission import read_admissions
    from sidra.access.entrance import Entrance
    from sidra.access.tables import add_access_tables
    from sidra.privacy.keys import KeyRing

    settings, affiliate = releasing.settings, releasing.affiliate
    add_access_tables(releasing.store)
    keys = KeyRing.open(settings.key_file).of(affiliate)
    admission = read_admissions(settings.sign_in).of(affiliate)
    return Entrance.of(affiliate, releasing.store, keys=keys, admission=admission)


def claimed(help: str, *, required: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options `--as`, `--password` and `--code`, which reach it as its argument `claim`."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.option("--as", "login", required=required, help=help)
        @click.option("--password", help="Of this person; asked for where it is not given.")
        @click.option("--code", help="The one-time code of who has a second factor; asked for where it is not given.")
        @wraps(command)
        def with_claim(
            *args: object, login: str | None, password: str | None, code: str | None, **options: object
        ) -> None:
            command(*args, claim=Claim(login, password, code), **options)

        return with_claim

    return decorate
