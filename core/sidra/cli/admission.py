"""`sidra user unlock|sessions|end-sessions|reset-second-factor` and `sidra provider check`: who is in, to operators."""

from __future__ import annotations

import click

from sidra.cli.accounts import user
from sidra.cli.opening import open_gate
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import tell
from sidra.errors import Misconfigured, NotFound


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    for command in (unlock, sessions, end_sessions, reset_second_factor):
        user.add_command(command)
    main.add_command(provider)


@click.command()
@click.argument("affiliate")
@click.argument("login")
def unlock(affiliate: str, login: str) -> None:
    """Let an account try again at once that was guessed at too often."""
    with refusals():
        open_gate(affiliate).entrance.accounts.unlock(login)
    tell(f"{login} may try to sign in to {affiliate} again.", login=login)


@click.command()
@click.argument("affiliate")
@click.argument("login")
@click.option("--json", "as_json", is_flag=True, help="As JSON: id, since, seen, browser, network.")
def sessions(affiliate: str, login: str, as_json: bool) -> None:
    """List the sessions of an account, the newest first: since when, last seen, browser and network."""
    with refusals():
        gate = open_gate(affiliate)
        found = gate.entrance.sessions.list(gate.entrance.accounts.existing(login).id)
    rows = [
        {
            "id": one.id,
            "since": f"{one.created_at:%Y-%m-%d %H:%M}",
            "seen": f"{one.seen_at:%Y-%m-%d %H:%M}",
            "browser": one.browser,
            "network": one.network,
        }
        for one in found
    ]
    print_rows(rows, ("id", "since", "seen", "browser", "network"), as_json=as_json)


@click.command("end-sessions")
@click.argument("affiliate")
@click.argument("login")
@click.option("--id", "session_id", help="Only this one, as `sidra user sessions` shows it.")
def end_sessions(affiliate: str, login: str, session_id: str | None) -> None:
    """End the sessions of an account."""
    from sidra.access.actor import OPERATOR

    with refusals():
        entrance = open_gate(affiliate).entrance
        account = entrance.accounts.existing(login)
        if session_id is None:
            ended = entrance.sessions.end_others(account.id, by=OPERATOR)
        elif entrance.sessions.end(account.id, session_id, by=OPERATOR):
            ended = 1
        else:
            raise NotFound(
                f"no session of `{login}` has this id", hint=f"see `sidra user sessions {affiliate} {login}`"
            )
    tell(f"{ended} sessions of {login} ended.", login=login, sessions_ended=ended)


@click.command("reset-second-factor")
@click.argument("affiliate")
@click.argument("login")
def reset_second_factor(affiliate: str, login: str) -> None:
    """Take the second factor away from somebody who lost it, and end the sessions."""
    from sidra.access.actor import OPERATOR

    with refusals():
        entrance = open_gate(affiliate).entrance
        account = entrance.accounts.existing(login)
        was_there = entrance.codes.switch_off(account.id)
        ended = entrance.sessions.end_others(account.id, by=OPERATOR)
    told = "has no second factor any more" if was_there else "had no second factor"
    tell(f"{login} {told}; {ended} sessions ended.", login=login, sessions_ended=ended)


@click.group()
def provider() -> None:
    """Identity providers, as the file of the setting `sign_in` declares them."""


@provider.command()
@click.argument("affiliate")
def check(affiliate: str) -> None:
    """Ask each identity provider of an affiliate for its description and keys, and look whether its roles are known."""
    from sidra.access.oidc.provider import DESCRIPTION
    from sidra.access.oidc.refusals import ProviderUnreachable

    with refusals():
        gate = open_gate(affiliate)
        gate.check_roles(sorted(gate.entrance.admission.named_roles))
        for name, one in gate.entrance.providers.items():
            try:
                one.look()
            except ProviderUnreachable as error:
                reason = f"`{name}` cannot be used: {error.why}"
                raise Misconfigured(reason, hint=f"look at {one.declared.issuer}{DESCRIPTION}") from error
            one.declared.secret()
            tell(f"{name}: {one.declared.issuer} answers; register {_back(affiliate, name)} there.")
        if not gate.entrance.providers:
            tell(f"No identity provider is declared for {affiliate}.")


def _back(affiliate: str, name: str) -> str:
    return f"https://<your host>/{affiliate}/sign-in/{name}/back"
