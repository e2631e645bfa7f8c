"""`sidra token` and `sidra user`: who gets in, for operators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from sidra.cli.configuration import refusals
from sidra.cli.opening import open_runtime
from sidra.errors import NotFound

if TYPE_CHECKING:
    from sidra.access.entrance import Entrance
    from sidra.runtime import Runtime


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(token)
    main.add_command(user)


@click.command()
@click.argument("affiliate")
@click.argument("role")
@click.option("--name", default="", help="What the token is for; default: the role.")
@click.option("--unit", "units", multiple=True, help="A unit that the client works for; may be repeated.")
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True, help="How long it is valid.")
def token(affiliate: str, role: str, name: str, units: tuple[str, ...], days: int) -> None:
    """Print a token of the API with a role of an affiliate, on the last line; it is shown this once."""
    import datetime

    with refusals():
        runtime, entrance = _open(affiliate)
        _check_roles(runtime, [role])
        text = entrance.tokens.issue(role, name=name, units=units, lifetime=datetime.timedelta(days=days))
    click.echo(f"A token of {affiliate} with the role {role}, valid for {days} days:", err=True)
    click.echo(text)


@click.group()
def user() -> None:
    """Accounts of people."""


@user.command()
@click.argument("affiliate")
@click.argument("login")
@click.option("--name", required=True, help="As people read it.")
@click.option("--role", "roles", multiple=True, required=True, help="May be repeated.")
@click.option("--unit", "units", multiple=True, help="A unit of the person; may be repeated.")
@click.option("--locale", default="en", show_default=True, help="Language of the screens.")
@click.password_option(help="Asked for where it is not given.")
def add(  # noqa: PLR0913, PLR0917 - click gives one for each option
    affiliate: str, login: str, name: str, roles: tuple[str, ...], units: tuple[str, ...], locale: str, password: str
) -> None:
    """Add an account."""
    with refusals():
        runtime, entrance = _open(affiliate)
        _check_roles(runtime, roles)
        account = entrance.accounts.create(login, name, password, roles, units=units, locale=locale)
    click.echo(f"{account.login} is added to {affiliate}.")


@user.command("list")
@click.argument("affiliate")
def list_(affiliate: str) -> None:
    """List the accounts of an affiliate."""
    with refusals():
        _, entrance = _open(affiliate)
        accounts = entrance.accounts.list()
    for account in accounts:
        state = "disabled" if account.is_disabled else "active"
        click.echo(f"{account.login}\t{account.name}\t{','.join(sorted(account.roles))}\t{state}")


@user.command()
@click.argument("affiliate")
@click.argument("login")
def disable(affiliate: str, login: str) -> None:
    """Shut an account out, and end its sessions."""
    with refusals():
        _, entrance = _open(affiliate)
        entrance.accounts.disable(login)
        ended = _end_sessions(entrance, login)
    click.echo(f"{login} is shut out of {affiliate}; {ended} sessions ended.")


@user.command()
@click.argument("affiliate")
@click.argument("login")
@click.password_option(help="Asked for where it is not given.")
def password(affiliate: str, login: str, password: str) -> None:
    """Give an account a new password, and end its sessions."""
    with refusals():
        _, entrance = _open(affiliate)
        entrance.accounts.set_password(login, password)
        ended = _end_sessions(entrance, login)
    click.echo(f"{login} has a new password; {ended} sessions ended.")


def _end_sessions(entrance: Entrance, login: str) -> int:
    account = entrance.accounts.find(login)
    return entrance.sessions.revoke_all(account.id) if account else 0


def _open(affiliate: str) -> tuple[Runtime, Entrance]:
    from sidra.access.entrance import Entrance

    runtime = open_runtime(affiliate)
    return runtime, Entrance.of(affiliate, runtime.store)


def _check_roles(runtime: Runtime, roles: Iterable[str]) -> None:
    for role in roles:
        if role not in runtime.model.roles:
            known = ", ".join(sorted(runtime.model.roles))
            raise NotFound(f"no role `{role}` in `{runtime.affiliate}`", hint=f"there are: {known}")
