"""`sidra releases rollback drift`: what was put in force, the way back, and whether anybody changed it besides."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sidra.cli.exits import Exit
from sidra.cli.person import Claim, claimed
from sidra.cli.plan import releasing_of, tell_proposal, tell_release
from sidra.cli.refusals import refusals
from sidra.cli.revisions import named
from sidra.cli.rows import print_rows
from sidra.cli.telling import tell, wants_json

if TYPE_CHECKING:
    from sidra.releases.proposals import Summary

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
@click.option("--end-trial", "ends", is_flag=True, help="Give those who try something out what the others have.")
@click.option("--why", help="Why a trial ends, for the audit.")
@claimed("Who ends a trial; default: the operator.")
def releases(affiliate: str, restores: bool, ends: bool, why: str | None, claim: Claim) -> None:
    """Tell what was put in force, the latest first, and what waits for approval before it."""
    from sidra.releases.revisions import shown

    if ends and why is None:
        raise click.UsageError("say by --why what was found")
    with refusals():
        releasing = releasing_of(affiliate)
        if ends:
            tell_release(affiliate, releasing.end_trial(claim.prove(releasing), why or ""))
        elif restores:
            found = releasing.restore()
            is_there = f"{shown(found.revision)} is in force" if found else "nothing was released yet"
            tell(f"{affiliate}: {is_there}")
        else:
            proposals = releasing.proposals
            waiting = [_proposed(one) for one in proposals.all("open", limit=proposals.count("open"))]
            rows = [*waiting, *(one.as_dict() for one in releasing.releases.all())]
            short = [{**row, "revision": shown(str(row["revision"]))} for row in rows]
            print_rows(rows if wants_json() else short, COLUMNS)


def _proposed(one: Summary) -> dict[str, object]:
    moment = one.at.isoformat()
    head = {"number": None, "revision": one.revision, "baseline": one.baseline, "at": moment, "kind": "proposed"}
    return {**head, "by": one.author_name, "why": one.title, "plan": one.digest, "commit": one.commit, "units": []}


@click.command()
@click.argument("affiliate")
@click.option("--to", help="A revision or the number of a release; default: the one before.")
@click.option("--why", required=True, help="Why, for the audit; of a proposal, its title.")
@click.option("--propose", "proposes", is_flag=True, help="Ask for approval of it first, where it needs that.")
@claimed("Who takes it back, by default the operator; or proposes that, which takes a person.")
def rollback(affiliate: str, to: str | None, why: str, proposes: bool, claim: Claim) -> None:
    """Put an earlier release in force again, as long as the database still fits it.

    Where that widens rights, breaks the API or concerns what is kept, it is proposed and approved first, as any change.
    """
    if proposes and (to is None or claim.login is None):
        raise click.UsageError("say by --to which release, and by --as who proposes: somebody else approves")
    with refusals():
        releasing = releasing_of(affiliate)
        earlier = named(releasing, to) if to is not None else None
        if proposes:
            proposal = releasing.propose(why, claim.prove(releasing), to=earlier)
            tell_proposal("proposed", proposal)
            return
        live = releasing.releases.live()
        done = releasing.rollback(earlier, claim.prove(releasing), why)
        plan = releasing.releases.plan(done.number)
        items = plan.get("items", [])
        again = [one for one in items if one["class"] == "widened"] if isinstance(items, list) else []
        is_already = live is not None and done.number == live.number
        tell_release(affiliate, done, (f"again: {one['path']}: {one['says']}" for one in again), is_already=is_already)


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
