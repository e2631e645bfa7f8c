"""`sidra plan approve apply`: what a change of the configuration would mean, who lets it pass, putting it in force."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.exits import Exit
from sidra.cli.person import Claim, claimed
from sidra.cli.refusals import refusals
from sidra.cli.revisions import named, proposed
from sidra.cli.telling import answer, tell

if TYPE_CHECKING:
    from sidra.releases.history import Release
    from sidra.releases.plan import Item, Plan
    from sidra.releases.proposals import Proposal
    from sidra.releases.releasing import Releasing
    from sidra.settings import Settings

HEADS = {
    "widened": "Permissions widened",
    "api": "API: another contract",
    "destructive": "What is kept is converted or goes",
    "data": "Depends on data",
    "process": "Steps that records wait for",
    "safe": "Safe",
}


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    for command in (plan, approve, apply):
        main.add_command(command)


def settings_here() -> Settings:
    """Return the settings of the current folder."""
    from sidra.settings import installation

    return installation(os.environ, Path.cwd())


def releasing_of(affiliate: str, folder: Path | None = None) -> Releasing:
    """Return the releases of an affiliate; raises NotFound where there is none. Its store closes with the command."""
    from sidra.releases.releasing import Releasing

    found = Releasing.of(settings_here(), affiliate, folder=folder)
    click.get_current_context().call_on_close(found.close)
    return found


@click.command()
@click.argument("affiliate", required=False)
@click.option("--all", "is_all", is_flag=True, help="Every affiliate, as a change of the baseline needs it.")
@click.option("--no-counts", is_flag=True, help="Ask no database how many records are concerned.")
@click.option("--from", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another folder.")
@click.option("--propose", "title", help="Ask for approval under this title; the files are kept as they are now.")
@click.option("--withdraw", "revision", help="Take back the open proposal of this revision.")
@click.option("--comment", default="", help="Why it is taken back.")
@claimed("Who proposes, which takes a person; or takes back, by default the operator.")
@click.option("--json", "as_json", is_flag=True, help="The plan as JSON; with --all a list of them.")
def plan(  # noqa: PLR0913, PLR0917 - each is an option
    affiliate: str | None,
    is_all: bool,
    no_counts: bool,
    folder: Path | None,
    title: str | None,
    revision: str | None,
    comment: str,
    claim: Claim,
    as_json: bool,
) -> None:
    """Tell what it would mean to put in force what is saved: permissions first, with counts of real records.

    The exit code is 0 where that is in force already, and 1 where something would change.
    """
    if is_all == (affiliate is not None):
        raise click.UsageError("name an affiliate, or give --all")
    if affiliate is None and (title is not None or revision is not None):
        raise click.UsageError("propose and take back the affiliates one by one")
    if title is not None and (revision is not None or claim.login is None):
        raise click.UsageError(
            "say by --as who proposes: somebody else approves" if revision is None else "one at a time"
        )
    with refusals():
        if affiliate is not None and title is not None:
            propose(releasing_of(affiliate, folder), title, claim)
            return
        if affiliate is not None and revision is not None:
            withdraw(releasing_of(affiliate), revision, claim, comment)
            return
        found = [_planned(name, folder, no_counts=no_counts) for name in _names(affiliate)]
    told = [one.as_dict() for one in found]
    if not (as_json and answer(told if is_all else told[0])):
        for one in found:
            print_plan(one)
    sys.exit(Exit.DONE if all(one.is_empty for one in found) else Exit.FOUND)


def propose(releasing: Releasing, title: str, claim: Claim) -> None:
    """Ask for approval of what is saved, as the person who proves to be it."""
    proposal = releasing.propose(title, claim.prove(releasing))
    tell_proposal("proposed", proposal)


def tell_proposal(done: str, proposal: Proposal) -> None:
    """Print what was done with a proposal."""
    from sidra.releases.revisions import shown

    said = f"{done} {shown(proposal.revision)}: {proposal.title}"
    tell(said, proposal=proposal.id, revision=proposal.revision)


def withdraw(releasing: Releasing, revision: str, claim: Claim, comment: str) -> None:
    """Take back the open proposal of a revision."""
    proposal = proposed(releasing, revision)
    releasing.approvals.withdraw(claim.prove(releasing), proposal.id, comment)
    tell_proposal("withdrawn", proposal)


def _names(affiliate: str | None) -> tuple[str, ...]:
    if affiliate is not None:
        return (affiliate,)
    from sidra.configuration import read_configuration

    return read_configuration(settings_here()).layers.affiliates


def _planned(affiliate: str, folder: Path | None, *, no_counts: bool) -> Plan:
    """Return the plan as whoever has the command line sees it."""
    from sidra.access.actor import OPERATOR

    releasing = releasing_of(affiliate, folder)
    found = releasing.plan(counts=not no_counts)
    return releasing.shown(found, OPERATOR) if found.is_counted else found


def print_plan(found: Plan) -> None:
    """Print a plan for people."""
    from sidra.releases.revisions import shown

    live = shown(found.live.name) if found.live is not None else "nothing"
    click.echo(f"{found.affiliate}: {live} -> {shown(found.proposed.name)}{_versions(found)}")
    if found.is_empty:
        click.echo("  what is saved is in force")
    elif found.live is None:
        click.echo("  nothing was released yet: the first release has no gates")
    for impact, count in found.counts.items():
        if count:
            [gate] = {item.gate for item in found.of(impact)}
            click.echo(f"{HEADS[impact]} ({count}), for `{gate}`")
            for item in found.of(impact):
                _print_item(item)
    _print_rest(found)


def _versions(found: Plan) -> str:
    now = found.proposed.baseline
    was = found.live.baseline if found.live is not None else now
    change = f"{was} -> {now}" if was != now else now
    return f"  baseline {change}" if now else ""


def _print_item(item: Item) -> None:
    values = f"  {item.was or '-'} -> {item.now or '-'}" if item.word != "moved" else ""
    click.echo(f"  {item.level}  {item.dotted}{values}")
    facts = [item.says]
    if item.rows is not None and item.rows.is_told:
        of = f" of {item.rows.total}" if item.rows.total is not None else ""
        facts.append(f"{item.rows.rows}{of} {'people' if item.role else 'records'}")
    if item.gains:
        facts.append(f"they are {', '.join(item.gains)}")
    if item.reason.why:
        facts.append(f"why: {item.reason.why}")
    if item.place is not None:
        facts.append(str(item.place))
    click.echo(f"      {'; '.join(facts)}")
    if item.blocks:
        number = f"={item.rows.rows}" if item.rows is not None and item.rows.is_told else ""
        decides = f" (`sidra approve --decide '{item.key}{number}'`)" if item.choices else ""
        click.echo(f"      undecided: {item.way_out}{decides}")


def _print_rest(found: Plan) -> None:
    for step in found.migration:
        click.echo(f"migration  {step.phase}: {step.says}" + (f" ({step.rows} rows)" if step.rows is not None else ""))
    for kind, names in found.touches.as_dict().items():
        if names:
            click.echo(f"touches  {kind}: {', '.join(names)}")
    for one in found.unreasoned:
        click.echo(f"reason  {one.says} ({one.place}): {one.way_out}")
    if found.gates:
        click.echo(f"gates  {', '.join(found.gates)}")


@click.command()
@click.argument("affiliate")
@click.option("--revision", required=True, help="As `sidra plan` prints it.")
@claimed("Who approves: never who proposed.", required=True)
@click.option("--function", "functions", multiple=True, help="Of the gates; default: all that are this person's.")
@click.option("--refuse", "refuses", is_flag=True, help="Say no, with --comment.")
@click.option("--comment", default="", help="What the others should know.")
@click.option(
    "--decide",
    "keys",
    multiple=True,
    metavar="KEY=NUMBER",
    help="A change of which it is accepted what it does to that many records; KEY alone where none were counted.",
)
def approve(  # noqa: PLR0913, PLR0917 - each is an option
    affiliate: str,
    revision: str,
    claim: Claim,
    functions: tuple[str, ...],
    refuses: bool,
    comment: str,
    keys: tuple[str, ...],
) -> None:
    """Approve or refuse a proposal, as the person who has the function that its gates ask for."""
    with refusals():
        releasing = releasing_of(affiliate)
        approvals = releasing.approvals
        actor = claim.prove(releasing)
        proposal = proposed(releasing, revision)
        choices = {item.key: item.choices for item in proposal.plan}
        for key, seen in map(_decided, keys):
            choice = next(iter(choices.get(key, ())), "nothing")
            approvals.decide(actor, proposal.id, key, choice, comment, seen=seen)
        mine = [gate for gate in proposal.plan.gates if approvals.may(actor, proposal, gate)]
        for function in functions or mine or proposal.plan.gates:
            speak = approvals.refuse if refuses else approvals.approve
            speak(actor, proposal.id, function, comment)
        for gate in approvals.gates(proposal):
            tell(f"{gate.function}\t{gate.says}\t{gate.by_name}".rstrip())


@click.command()
@click.argument("affiliate")
@click.option("--revision", required=True, help="As `sidra plan` prints it.")
@click.option("--why", required=True, help="Why, for the audit.")
@click.option("--units", default="", help="Let the people of these units have it first, of what changes screens only.")
@claimed("Who applies it; default: the operator.")
def apply(affiliate: str, revision: str, why: str, units: str, claim: Claim) -> None:
    """Put a revision in force that was approved; done again, it goes on where it was ended.

    Where something else was put in force since it was planned it is refused, and what is in force stays.
    """
    with refusals():
        releasing = releasing_of(affiliate)
        who = claim.prove(releasing)
        known = {one.number for one in (releasing.releases.live(), releasing.releases.trial()) if one is not None}
        done = releasing.apply(named(releasing, revision), who, why, _words(units))
        tell_release(affiliate, done, is_already=done.number in known)


def _decided(text: str) -> tuple[str, int | None]:
    """Return the key of a change, and the number of records that the person was shown."""
    key, _, number = text.rpartition("=")
    return (key, int(number)) if key and number.isdecimal() else (text, None)


def _words(text: str) -> tuple[str, ...]:
    return tuple(one for one in (part.strip() for part in text.split(",")) if one)


def tell_release(affiliate: str, release: Release, said: Iterable[str] = (), *, is_already: bool = False) -> None:
    """Print what is in force now; `is_already` where it was so before, and nothing was done."""
    from sidra.releases.revisions import shown

    whom = f" for {', '.join(release.units)}" if release.units else ""
    stands = "is already in force" if is_already else "is in force"
    told = f"{affiliate}: {shown(release.revision)} {stands}{whom}, as release {release.number}"
    tell(told, **release.as_dict(), already_in_force=is_already)
    for line in said:
        tell(line)
