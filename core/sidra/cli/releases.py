"""`sidra releases rollback drift`: what was put in force, the way back, and whether anybody changed it besides."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sidra.cli.exits import Exit
from sidra.cli.plan import releasing_of, somebody, tell_release
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import tell

if TYPE_CHECKING:
    from sidra.releases.history import Release
    from sidra.releases.proposals import Proposal

COLUMNS = ("number", "revision", "baseline", "at", "kind", "by", "why", "units")


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    for command in (releases, rollback, drift):
        main.add_command(command)


@click.command()
@click.argument("affiliate")
@click.option(
    "--restore", "restores", is_flag=True, help="Write again the files that servers read of what is in force."
)
def releases(affiliate: str, restores: bool) -> None:
    """Tell what was put in force, the latest first, and what waits for approval before it."""
    with refusals():
        releasing = releasing_of(affiliate)
        if restores:
            found = releasing.restore()
            tell(f"{affiliate}: {found.revision} is in force" if found else f"{affiliate}: nothing was released yet")
            return
        waiting = [_proposed(one) for one in releasing.proposals.all("open")]
        print_rows([*waiting, *map(_released, releasing.releases.all())], COLUMNS)


def _released(one: Release) -> dict[str, object]:
    return one.as_dict()


def _proposed(one: Proposal) -> dict[str, object]:
    moment = one.at.isoformat()
    head = {"number": None, "revision": one.revision, "baseline": one.baseline, "at": moment, "kind": "proposed"}
    return {**head, "by": one.author_name, "why": one.title, "plan": one.digest, "commit": one.commit, "units": []}


@click.command()
@click.argument("affiliate")
@click.option("--to", help="A revision or the number of a release; default: the one before.")
@click.option("--why", required=True, help="Why, for the audit.")
@click.option("--as", "login", help="Who takes it back; default: the operator.")
@click.option("--password", help="Asked for where it is not given.")
def rollback(affiliate: str, to: str | None, why: str, login: str | None, password: str | None) -> None:
    """Put an earlier release in force again, as long as the database still fits it."""
    with refusals():
        releasing = releasing_of(affiliate)
        actor = somebody(releasing, login, password)
        done = releasing.rollback(to, actor, why)
        plan = releasing.releases.plan(done.number)
        items = plan.get("items", [])
        again = [one for one in items if one["class"] == "widened"] if isinstance(items, list) else []
        tell_release(affiliate, done, (f"again: {one['path']}: {one['says']}" for one in again))


@click.command()
@click.argument("affiliate")
def drift(affiliate: str) -> None:
    """Tell whether tables, files or what servers read is otherwise than it was released; the exit code is then 1."""
    from sidra.releases.drifting import drift_of

    with refusals():
        found = drift_of(releasing_of(affiliate))
    for one in found:
        tell(f"{one.what}\t{one.says}\t{one.way_out}")
    if not found:
        tell(f"{affiliate}: nothing is otherwise than it was released")
    sys.exit(Exit.FOUND if found else Exit.DONE)
