"""`sidra duplicates`: records that may be one thing, found among all, and merges taken back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sidra.cli.opening import open_runtime
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import tell

if TYPE_CHECKING:
    from sidra.identity.finding import Search
    from sidra.runtime import Runtime

LISTED = 20
PAIRS = ("score", "entity", "rule", "left", "right")
MERGES = ("merge", "at", "by", "entity", "survivor", "dropped", "reason")


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(duplicates)


@click.group()
def duplicates() -> None:
    """Duplicates: records that may be one thing."""


@duplicates.command()
@click.argument("affiliate")
@click.option("--entity", help="Only records of this entity and its subtypes; else of all that have an identity.")
@click.option("--limit", type=click.IntRange(1), help="Stop after about so many new pairs; the next search goes on.")
def find(affiliate: str, entity: str | None, limit: int | None) -> None:
    """Search all records for pairs that may be one thing; people decide about them on the screens.

    A search that is stopped goes on where it was, and what is found again is not found twice.
    """
    from sidra.errors import NotFound
    from sidra.identity.finding import find_duplicates

    with refusals():
        runtime = open_runtime(affiliate)
        if entity is not None and entity not in runtime.model.entities:
            raise NotFound(f"no entity `{entity[:60]}`", hint="see the reference of entities")
        found = find_duplicates(runtime, _told, entity=entity, limit=limit)
    tell(summary(found), read=found.read, found=found.found)


def _told(search: Search) -> bool:
    if sys.stderr.isatty():
        click.echo(f"\r{search.read:,} records read, {search.found:,} pairs found", err=True, nl=False)
    return True


def summary(search: Search) -> str:
    """Return what a search did, in one line."""
    parts = [
        f"{search.read:,} records read",
        f"{search.compared:,} pairs compared",
        f"{search.found:,} may be one thing, {search.new:,} of them new",
    ]
    if search.bounded:
        parts.append(f"{search.bounded:,} large blocks compared by neighbours only")
    if not search.is_complete:
        parts.append("stopped; the same command goes on")
    return "; ".join(parts) + "."


@duplicates.command("list")
@click.argument("affiliate")
@click.option("--limit", type=click.IntRange(1, 1000), default=LISTED, show_default=True, help="Pairs to show.")
@click.option("--json", "as_json", is_flag=True, help=f"As JSON: {', '.join(PAIRS)}.")
def list_(affiliate: str, limit: int, as_json: bool) -> None:
    """List pairs that nobody has decided about, the most alike first, by their ids."""
    from sidra.identity.pairs import Place

    with refusals():
        runtime = open_runtime(affiliate)
        with runtime.store.reading() as connection:
            found = runtime.pairs.page(connection, Place(), limit)
    rows = [
        {"score": f"{one.score:.2f}", "entity": one.entity, "rule": one.rule, "left": one.left, "right": one.right}
        for one in found
    ]
    print_rows(rows, PAIRS, as_json=as_json)


@duplicates.command()
@click.argument("affiliate")
@click.argument("record")
@click.option("--json", "as_json", is_flag=True, help=f"As JSON: {', '.join(MERGES)}.")
def merges(affiliate: str, record: str, as_json: bool) -> None:
    """List the merges into the record of an id that are not taken back, the latest first."""
    with refusals():
        runtime = open_runtime(affiliate)
        with runtime.store.reading() as connection:
            found = runtime.tombstones.into(connection, record)
    rows = [
        {
            "merge": one.id,
            "at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
            "by": one.by_name,
            "entity": one.entity,
            "survivor": one.survivor,
            "dropped": one.dropped,
            "reason": one.reason,
        }
        for one in found
    ]
    print_rows(rows, MERGES, as_json=as_json)


@duplicates.command()
@click.argument("affiliate")
@click.argument("merge")
@click.option("--reason", help="Why; the audit keeps it.")
def undo(affiliate: str, merge: str, reason: str | None) -> None:
    """Take back the merge of an id: the record that went is there again, with all that nobody changed since."""
    from sidra.access.actor import system_actor
    from sidra.identity.undoing import Undone
    from sidra.identity.undoing import undo as take_back

    def undone(runtime: Runtime) -> Undone:
        actor = system_actor("cli", affiliate=affiliate)
        return runtime.transact(actor, lambda unit: take_back(unit, merge, reason))

    with refusals():
        found = undone(open_runtime(affiliate))
    tell(
        f"{found.merge.entity} {found.merge.dropped} is back; {found.back} references lead to it again.",
        back=found.back,
    )
    for name, count in found.stayed:
        tell(f"Changed since, and left as it is: {name} ({count}).")
