"""`sidra keys`: the keys that seal an affiliate's values at rest, for operators."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import click

from sidra.cli.opening import open_runtime
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import tell

if TYPE_CHECKING:
    from sidra.privacy.keyfile import Purpose

COLUMNS = ("id", "purpose", "state", "made", "ended", "values")
PURPOSES = ("attribute", "person", "head", "database")


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(keys)


@click.group()
def keys() -> None:
    """Keys that seal values at rest: back their file up, apart from the databases."""


@keys.command("list")
@click.argument("affiliate")
@click.option("--json", "as_json", is_flag=True, help="As JSON: id, purpose, state, made, ended, values.")
def list_keys(affiliate: str, as_json: bool) -> None:
    """List the keys of an affiliate, and how many values each one seals; never a secret."""
    from sidra.privacy.resealing import key_uses

    with refusals():
        runtime = open_runtime(affiliate)
        uses = key_uses(runtime)
        rows: list[dict[str, object]] = [
            {
                "id": key.id,
                "purpose": key.purpose,
                "state": "current" if key.is_current else "old",
                "made": key.made.isoformat(timespec="seconds"),
                "ended": key.ended.isoformat(timespec="seconds") if key.ended else None,
                "values": uses.get(key.id, 0),
            }
            for key in runtime.keys.keys
        ]
        missing = {id: number for id, number in uses.items() if id and all(row["id"] != id for row in rows)}
        rows += [
            {**dict.fromkeys(COLUMNS), "id": id, "state": "missing", "values": number} for id, number in missing.items()
        ]
        print_rows(rows, COLUMNS, as_json=as_json)
        if uses.get(""):
            click.echo(f"{uses['']} values are not sealed yet: run `sidra keys reseal {affiliate}`", err=True)
        sys.exit(1 if missing else 0)


@keys.command()
@click.argument("affiliate")
@click.argument("purpose", type=click.Choice(PURPOSES))
def add(affiliate: str, purpose: str) -> None:
    """Make a new key of a purpose; from now on it seals, and the one before unseals what it sealed."""
    with refusals():
        key = open_runtime(affiliate).keys.add(cast("Purpose", purpose))
        tell(f"{key.id} is the current key of {affiliate} for {purpose}: back the file of the keys up", id=key.id)


@keys.command()
@click.argument("affiliate")
def rotate(affiliate: str) -> None:
    """Make new keys and seal every value anew, while people work; a run that was ended goes on by `reseal`."""
    from sidra.privacy.resealing import rotate as rotated

    with refusals():
        done = rotated(open_runtime(affiliate), _tell)
        tell(f"{done} values are under the new keys; `sidra keys list {affiliate}` shows the old ones", values=done)


@keys.command()
@click.argument("affiliate")
def reseal(affiliate: str) -> None:
    """Seal what is not under the current keys: after a rotation that was ended, or where a value came in the clear."""
    from sidra.privacy.resealing import reseal as resealed

    with refusals():
        count = resealed(open_runtime(affiliate), _tell)
        tell(f"{count} values were sealed anew", values=count)


@keys.command()
@click.argument("affiliate")
@click.argument("key")
def retire(affiliate: str, key: str) -> None:
    """Destroy an old KEY that seals nothing any more; backups from its time can then not be read."""
    from sidra.privacy.resealing import retire as retired

    with refusals():
        runtime = open_runtime(affiliate)
        retired(runtime, key, runtime.now())
        tell(f"{key} is destroyed")


def _tell(done: int, total: int) -> None:
    click.echo(f"{done} of {total}", err=True)
