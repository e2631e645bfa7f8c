"""`sidra token` and `sidra user`: who gets in, for operators."""

from __future__ import annotations

import warnings
from getpass import GetPassWarning
from typing import TYPE_CHECKING

import click

from sidra.cli.opening import open_gate
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import is_asked_in, tell
from sidra.errors import NotFound

if TYPE_CHECKING:
    from sidra.access.tokens import Token


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(token)
    main.add_command(user)


class _IssuesByDefault(click.Group):
    """A group whose word `issue` may be left out: most come for a new token."""

    default = "issue"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the word in where the first one is no command of the group, and no option of its own."""
        if args and args[0] not in {*self.commands, *self.get_help_option_names(ctx)}:
            args.insert(0, self.default)
        return super().parse_args(ctx, args)


class _Password(click.Option):
    """A password that is asked for where nobody sees it, or not at all."""

    def prompt_for_value(self, ctx: click.Context) -> object:
        """Return what is typed; raises UsageError where there is no terminal to type it at."""
        if is_asked_in(ctx):
            raise click.UsageError("with --json nothing is asked: give --password", ctx)
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)
            try:
                return super().prompt_for_value(ctx)
            except GetPassWarning:
                reason = "There is no terminal to ask for the password at: give it with --password."
                raise click.UsageError(reason, ctx) from None


@click.group(cls=_IssuesByDefault)
def token() -> None:
    """Tokens of the API: `sidra token sn agent` prints a new one."""


@token.command()
@click.argument("affiliate")
@click.argument("role")
@click.option("--name", default="", help="What the token is for; default: the role.")
@click.option("--unit", "units", multiple=True, help="A unit that the client works for; may be repeated.")
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True, help="How long it is valid.")
def issue(affiliate: str, role: str, name: str, units: tuple[str, ...], days: int) -> None:
    """Print a token of the API with a role of an affiliate, on the last line; it is shown this once.

    The word `issue` may be left out.
    """
    import datetime

    with refusals():
        gate = open_gate(affiliate)
        gate.check_roles([role])
        gate.check_units(units)
        text = gate.entrance.tokens.issue(role, name=name, units=units, lifetime=datetime.timedelta(days=days))
    click.echo(f"A token of {affiliate} with the role {role}, valid for {days} days:", err=True)
    tell(text, token=text, affiliate=affiliate, role=role, days=days)


@token.command("list")
@click.argument("affiliate")
@click.option("--json", "as_json", is_flag=True, help="As JSON: id, name, role, last_day, state.")
def list_tokens(affiliate: str, as_json: bool) -> None:
    """List the tokens of an affiliate, the oldest first: id, name, role, last day, and whether it lets anybody in."""
    with refusals():
        tokens = open_gate(affiliate).entrance.tokens.list()
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "role": one.role or " ".join(one.scopes),
            "last_day": f"{one.expires_at:%Y-%m-%d}",
            "state": _state(one),
        }
        for one in tokens
    ]
    print_rows(rows, ("id", "name", "role", "last_day", "state"), as_json=as_json)


def _state(one: Token) -> str:
    from sidra.clock import utc_now

    return "revoked" if one.revoked_at else "over" if one.expires_at <= utc_now() else "valid"


@token.command()
@click.argument("affiliate")
@click.argument("token_id", metavar="ID")
def revoke(affiliate: str, token_id: str) -> None:
    """End a token by the id that `sidra token list` shows: nobody gets in with it five seconds later."""
    with refusals():
        if not open_gate(affiliate).entrance.tokens.revoke(token_id):
            reason = f"no token of `{affiliate}` that could be revoked has this id"
            raise NotFound(reason, hint=f"see `sidra token list {affiliate}`")
    tell(f"The token {token_id} of {affiliate} is revoked.", revoked=token_id)


@click.group()
def user() -> None:
    """Accounts of people."""


@user.command()
@click.argument("affiliate")
@click.argument("login")
@click.option("--name", required=True, help="As people read it.")
@click.option("--role", "roles", multiple=True, required=True, help="May be repeated.")
@click.option("--unit", "units", multiple=True, help="A unit of the person; may be repeated.")
@click.option("--locale", help="Language of the screens; default: the first of the affiliate.")
@click.password_option(cls=_Password, help="Asked for where it is not given.")
def add(  # noqa: PLR0913, PLR0917 - click gives one for each option
    affiliate: str,
    login: str,
    name: str,
    roles: tuple[str, ...],
    units: tuple[str, ...],
    locale: str | None,
    password: str,
) -> None:
    """Add an account."""
    with refusals():
        gate = open_gate(affiliate)
        gate.check_roles(roles)
        gate.check_units(units)
        chosen = gate.locale(locale)
        account = gate.entrance.accounts.create(login, name, password, roles, units=units, locale=chosen)
    tell(f"{account.login} is added to {affiliate}.", login=account.login)


@user.command("list")
@click.argument("affiliate")
@click.option("--json", "as_json", is_flag=True, help="As JSON: login, name, roles, units, locale, state.")
def list_(affiliate: str, as_json: bool) -> None:
    """List the accounts of an affiliate: login, name, roles, units, and whether it is active."""
    with refusals():
        accounts = open_gate(affiliate).entrance.accounts.list()
    rows = [
        {
            "login": one.login,
            "name": one.name,
            "roles": sorted(one.roles),
            "units": list(one.units),
            "locale": one.locale,
            "state": "disabled" if one.is_disabled else "active",
        }
        for one in accounts
    ]
    print_rows(rows, ("login", "name", "roles", "units", "state"), as_json=as_json)


@user.command()
@click.argument("affiliate")
@click.argument("login")
@click.option("--role", "roles", multiple=True, required=True, help="May be repeated.")
@click.option("--unit", "units", multiple=True, help="A unit of the person; may be repeated.")
def roles(affiliate: str, login: str, roles: tuple[str, ...], units: tuple[str, ...]) -> None:
    """Give an account these roles and units instead of those it has, and end its sessions where that changes them."""
    with refusals():
        gate = open_gate(affiliate)
        gate.check_roles(roles)
        gate.check_units(units)
        gate.entrance.accounts.set_roles(login, roles, units=units)
    of_units = f" and the units {', '.join(units)}" if units else " and no unit"
    tell(
        f"{login} has the roles {', '.join(sorted(roles))}{of_units} in {affiliate}.", login=login, roles=sorted(roles)
    )


@user.command()
@click.argument("affiliate")
@click.argument("login")
def disable(affiliate: str, login: str) -> None:
    """Shut an account out, and end its sessions."""
    with refusals():
        ended = open_gate(affiliate).entrance.accounts.disable(login)
    tell(f"{login} is shut out of {affiliate}; {ended} sessions ended.", login=login, sessions_ended=ended)


@user.command()
@click.argument("affiliate")
@click.argument("login")
def enable(affiliate: str, login: str) -> None:
    """Let an account in again that was shut out."""
    with refusals():
        open_gate(affiliate).entrance.accounts.disable(login, disabled=False)
    tell(f"{login} may sign in to {affiliate} again.", login=login)


@user.command()
@click.argument("affiliate")
@click.argument("login")
@click.password_option(cls=_Password, help="Asked for where it is not given.")
def password(affiliate: str, login: str, password: str) -> None:
    """Give an account a new password, and end its sessions."""
    with refusals():
        ended = open_gate(affiliate).entrance.accounts.set_password(login, password)
    tell(f"{login} has a new password; {ended} sessions ended.", login=login, sessions_ended=ended)
