"""`sidra events`: who is told of what happens, what could not be told, and telling it again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from sidra.cli.opening import open_runtime
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import tell

if TYPE_CHECKING:
    from sidra.jobs.service import Jobs
    from sidra.runtime import Runtime

COLUMNS = ("subscription", "callback", "api", "query", "failures", "wrong")
DEAD_COLUMNS = ("event", "type", "subscription", "happened", "tries", "why")


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(events)


@click.group()
def events() -> None:
    """Events: who is told, what could not be told, and telling it again."""


@events.command("list")
@click.argument("affiliate")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(affiliate: str, as_json: bool) -> None:
    """List who is told of what happens at an affiliate."""
    with refusals():
        told = open_runtime(affiliate).events
        found = [(one, told.wrong(one)) for one in told.current()]
    rows = [
        {
            "subscription": one.id,
            "callback": one.callback or one.client,
            "api": one.api,
            "query": one.query,
            "failures": str(one.failures),
            "wrong": wrong,
        }
        for one, wrong in found
    ]
    _print(rows, COLUMNS, as_json=as_json)


@events.command()
@click.argument("affiliate")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def dead(affiliate: str, as_json: bool) -> None:
    """List the events that could not be told so often that they wait for you, the oldest first, 500 at most."""
    with refusals():
        rows = _dead(open_runtime(affiliate))
    _print(rows, DEAD_COLUMNS, as_json=as_json)


@events.command()
@click.argument("affiliate")
@click.argument("id")
def replay(affiliate: str, id: str) -> None:
    """Tell a subscription again all that it could not be told, by its id; or one event, by the event's id."""
    from sidra.errors import NotFound
    from sidra.events.delivering import ask

    with refusals():
        runtime = open_runtime(affiliate)
        try:
            count, whom = runtime.events.replay(id)
        except ValueError:
            raise NotFound(f"`{id[:60]}` is no id", hint="see `sidra events dead`") from None
        port = _jobs()
        try:
            ask(port, runtime.affiliate, whom)
        finally:
            port.close()
    tell(f"{count:,} to be told again.", count=count)


def _jobs() -> Jobs:
    import os
    from pathlib import Path

    from sidra.jobs.database import JobsDatabase
    from sidra.jobs.service import Jobs
    from sidra.settings import installation

    database = JobsDatabase.of(installation(os.environ, Path.cwd()))
    database.prepare()
    return Jobs(database)


def _dead(runtime: Runtime) -> list[dict[str, str]]:
    from sidra.store.identifiers import id_text

    return [
        {
            "event": id_text(one.logged.event.id),
            "type": one.logged.event.type,
            "subscription": id_text(one.subscription),
            "happened": f"{one.logged.at:%Y-%m-%dT%H:%M:%SZ}",
            "tries": str(one.tries),
            "why": f"{one.code} {one.reason}".strip(),
        }
        for one in runtime.events.deliveries.dead()
    ]


def _print(rows: list[dict[str, str]], columns: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        print_rows(rows, columns)
    else:
        tell("There is none.")
