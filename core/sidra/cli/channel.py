"""`sidra channel`: lets the simulators of channels play customers."""

from __future__ import annotations

import click

from sidra.cli.opening import open_runtime
from sidra.cli.refusals import refusals
from sidra.cli.telling import tell


def register(main: click.Group) -> None:
    """Add the command of this topic."""
    main.add_command(channel)


@click.group()
def channel() -> None:
    """Look at the ways in which customers write and call."""


@channel.command()
@click.argument("affiliate")
@click.argument("name")
@click.argument("sender")
@click.argument("text")
@click.option("--subject", default="", help="Of a mail, or what a call is about.")
@click.option("--id", "message_id", default="", help="Of the message: one that came before changes nothing.")
def simulate(affiliate: str, name: str, sender: str, text: str, subject: str, message_id: str) -> None:
    """Let SENDER write TEXT by the channel NAME, or call by it, as if it came from outside."""
    from sidra.channels.receiving import receive

    with refusals():
        source = {"from": sender, "text": text, "subject": subject, "id": message_id}
        found = receive(open_runtime(affiliate), name, source)
        tell(
            f"{found.entity} {found.id}: {found['unread']} unread",
            entity=found.entity,
            id=str(found.id),
            unread=found["unread"],
        )
