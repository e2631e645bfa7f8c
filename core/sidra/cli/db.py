"""`sidra db`: what must change in an affiliate's database so that it fits its configuration, and doing it."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.exits import Exit
from sidra.cli.opening import unknown_affiliate
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows

if TYPE_CHECKING:
    from sidra.affiliates.migrating import Migrating, Status
    from sidra.store.schema.changes import Change, Changes
    from sidra.store.schema.journal import Entry

COLUMNS = ("class", "what", "rows", "why", "place")


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(db)


@click.group()
def db() -> None:
    """What must change in a database so that it fits its configuration, and doing it."""


@db.command()
@click.argument("affiliate")
@click.option("--sql", "as_sql", is_flag=True, help="The statements instead, in the order in which they would run.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the ids of a few records.")
def plan(affiliate: str, as_sql: bool, as_json: bool) -> None:
    """Tell what would change: class, what, rows, why and the place in the configuration. Nothing is changed.

    The exit code is 0 where nothing is to do, and 1 where something is.
    """
    with refusals():
        migrating = _migrating(affiliate)
        changes = migrating.plan()
        if as_sql:
            for step in migrating.steps(changes):
                click.echo("\n".join((f"-- {step.says}", *(f"{statement};" for statement in step.sql))))
        else:
            print_rows([_row(change) for change in changes], COLUMNS, as_json=as_json)
            if not changes.all and not as_json:
                click.echo("nothing is to do")
    if changes.to_do:
        sys.exit(Exit.FOUND)


@db.command()
@click.argument("affiliate")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--consent", is_flag=True, help="Also set aside what the configuration no longer has.")
def apply(affiliate: str, yes: bool, consent: bool) -> None:
    """Bring the database to the configuration, while everything goes on. Where it was ended, it goes on from there.

    What the configuration no longer has stays as it is without --consent, and is set aside with it.
    """
    with refusals():
        migrating = _migrating(affiliate)
        if not yes:
            _ask(migrating.plan(), affiliate)
        migrating.apply(consents=consent, tell=_tell)
        left = migrating.plan()
        click.echo(f"{affiliate}: the database fits its configuration")
        for change in left:
            click.echo(f"left\t{change.level}\t{change.says}")


@db.command()
@click.argument("affiliate")
def status(affiliate: str) -> None:
    """Tell what is in force, what is unfinished, what somebody else changed, and what is kept aside."""
    with refusals():
        _tell_status(_migrating(affiliate).status())


@db.command("drop-aside")
@click.argument("affiliate")
@click.option("--older-than", "days", type=click.IntRange(min=0), required=True, help="In days.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
def drop_aside(affiliate: str, days: int, yes: bool) -> None:
    """Take away for good what was set aside so many days ago."""
    from sidra.clock import utc_now
    from sidra.store.codecs import encode_datetime

    with refusals():
        migrating = _migrating(affiliate)
        before = encode_datetime(utc_now() - datetime.timedelta(days=days))
        found = [(one, count) for one, count in migrating.status().aside if one.at < before]
        for one, count in found:
            click.echo(f"{one.table}.{one.column}".rstrip(".") + f"\t{count} values")
        if found and not yes:
            click.confirm("These values cannot be brought back. Drop them?", abort=True)
        gone = migrating.drop_aside(before)
        click.echo(f"{len(gone)} dropped")


def _migrating(affiliate: str) -> Migrating:
    from sidra.affiliates.migrating import Migrating
    from sidra.configuration import read_configuration
    from sidra.settings import installation

    configuration = read_configuration(installation(os.environ, Path.cwd()))
    if affiliate not in configuration.layers.affiliates:
        raise unknown_affiliate(affiliate, configuration.layers.affiliates)
    return Migrating.of(configuration, affiliate)


def _ask(changes: Changes, affiliate: str) -> None:
    print_rows([_row(change) for change in changes], COLUMNS, as_json=False)
    if changes.to_do:
        click.confirm(f"Bring the database of `{affiliate}` to its configuration?", abort=True)


def _row(change: Change) -> dict[str, object]:
    return {
        "class": change.level,
        "what": change.says,
        "rows": change.rows,
        "why": change.why or None,
        "place": str(change.place) if change.place is not None else None,
        "kind": change.kind,
        "subject": change.subject,
        "examples": list(change.examples),
    }


def _tell(entry: Entry, event: str, count: int = 0) -> None:
    if event == "begins":
        click.echo(f"{entry.number}. {entry.step.says}")
    elif event == "filled" and count:
        click.echo(f"   {count} records")


def _tell_status(found: Status) -> None:
    from sidra.store.codecs import decode_datetime

    brought = found.brought_at
    if brought is None:
        click.echo("not made yet")
    else:
        click.echo(f"in force since\t{decode_datetime(brought):%Y-%m-%d %H:%M} UTC")
    for entry in found.unfinished:
        click.echo(f"unfinished\tstep {entry.number}: {entry.step.says}\t{entry.done} records so far")
    for change in (*found.drift.broken, *found.drift.missing):
        click.echo(f"missing\t{change.says}\t`sidra db apply` makes it")
    for name in found.drift.foreign:
        click.echo(f"not ours\t{name}\tleft alone")
    for (entity, path), violating in sorted(found.unfulfilled.items()):
        who = "records" if violating is None else f"{violating} records"
        click.echo(f"unfulfilled\t{f'{entity}.{path}'.rstrip('.')}\t{who} to be corrected; `sidra db plan` names some")
    for one, count in found.aside:
        since = decode_datetime(one.at)
        click.echo(f"aside\t{f'{one.table}.{one.column}'.rstrip('.')}\t{count} values since {since:%Y-%m-%d}")
