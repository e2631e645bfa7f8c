"""`sidra db`: what must change in an affiliate's database so that it fits its configuration, and doing it."""

from __future__ import annotations

import datetime
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.exits import Exit
from sidra.cli.opening import unknown_affiliate
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import ask_nothing, tell

if TYPE_CHECKING:
    from sidra.affiliates.migrating import Migrating, Status
    from sidra.store.database import Store
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
                tell("\n".join((f"-- {step.says}", *(f"{statement};" for statement in step.sql))))
        else:
            print_rows([_row(change) for change in changes], COLUMNS, as_json=as_json)
            if not changes.all and not as_json:
                tell("nothing is to do")
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
            ask_nothing("give --yes")
            _ask(migrating.plan(), affiliate)
        with _turn(migrating.store):
            migrating.apply(consents=consent, tell=_tell)
        left = migrating.plan()
        tell(f"{affiliate}: the database fits its configuration", left=[_row(change) for change in left])
        for change in left:
            tell(f"left\t{change.level}\t{change.says}")


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
            tell(f"{one.table}.{one.column}".rstrip(".") + f"\t{count} values")
        if found and not yes:
            ask_nothing("give --yes")
            click.confirm("These values cannot be brought back. Drop them?", abort=True)
        gone = migrating.drop_aside(before)
        tell(f"{len(gone)} dropped", dropped=len(gone))


def _migrating(affiliate: str) -> Migrating:
    from sidra.affiliates.migrating import Migrating
    from sidra.releases.serving import configuration_in_force
    from sidra.settings import installation

    configuration = configuration_in_force(installation(os.environ, Path.cwd()), affiliate)
    if affiliate not in configuration.layers.affiliates:
        raise unknown_affiliate(affiliate, configuration.layers.affiliates)
    return Migrating.of(configuration, affiliate)


def _turn(store: Store) -> AbstractContextManager[object]:
    """Return the turn to bring a database: where releases are kept, somebody may be putting one in force."""
    from sidra.access.actor import OPERATOR
    from sidra.releases.claims import Claims
    from sidra.releases.serving import REQUIRED
    from sidra.releases.tables import add_release_tables
    from sidra.settings import installation

    if installation(os.environ, Path.cwd()).releases != REQUIRED:
        return nullcontext()
    add_release_tables(store)
    return Claims(store).held("bring the database", OPERATOR)


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
        tell(f"{entry.number}. {entry.step.says}")
    elif event == "filled" and count:
        tell(f"   {count} records")


def _tell_status(found: Status) -> None:
    from sidra.store.codecs import decode_datetime

    brought = found.brought_at
    if brought is None:
        tell("not made yet", in_force_since=None)
    else:
        tell(
            f"in force since\t{decode_datetime(brought):%Y-%m-%d %H:%M} UTC",
            in_force_since=f"{decode_datetime(brought):%Y-%m-%dT%H:%M:%SZ}",
        )
    for entry in found.unfinished:
        tell(f"unfinished\tstep {entry.number}: {entry.step.says}\t{entry.done} records so far")
    for change in (*found.drift.broken, *found.drift.missing):
        tell(f"missing\t{change.says}\t`sidra db apply` makes it")
    for name in found.drift.foreign:
        tell(f"not ours\t{name}\tleft alone")
    for (entity, path), violating in sorted(found.unfulfilled.items()):
        who = "records" if violating is None else f"{violating} records"
        tell(f"unfulfilled\t{f'{entity}.{path}'.rstrip('.')}\t{who} to be corrected; `sidra db plan` names some")
    for one, count in found.aside:
        since = decode_datetime(one.at)
        tell(f"aside\t{f'{one.table}.{one.column}'.rstrip('.')}\t{count} values since {since:%Y-%m-%d}")
