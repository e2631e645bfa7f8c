"""`sidra upgrade`: an affiliate takes another version of the baseline."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.exits import Exit
from sidra.cli.refusals import refusals
from sidra.cli.telling import answer, tell

if TYPE_CHECKING:
    from sidra.versions.taking import Taking
    from sidra.versions.together import Together
    from sidra_metamodel.editing.pieces import Data
    from sidra_metamodel.upgrading.applying import Decision
    from sidra_metamodel.upgrading.findings import Finding


def register(main: click.Group) -> None:
    """Add the command."""
    main.add_command(upgrade)


@click.command()
@click.argument("affiliate", metavar="AFFILIATE|REGION")
@click.option("--to", "version", required=True, help="The version of the baseline, as `sidra baseline list` names it.")
@click.option("--apply", "applies", is_flag=True, help="Rewrite the overlay, its pin and overlay.lock.")
@click.option("--interactive", is_flag=True, help="Ask about each finding, then rewrite.")
@click.option("--together", is_flag=True, help="A region with all its affiliates that are not there yet.")
@click.option("--accept", multiple=True, metavar="PATH", help="Keep yours there; `all` for whatever is not named.")
@click.option("--adopt", multiple=True, metavar="PATH", help="Take the baseline's there; `all` for the rest.")
@click.option("--edit", multiple=True, metavar="PATH=VALUE", help="Write another value there, in YAML.")
def upgrade(  # noqa: PLR0913, PLR0917 - one for each option
    affiliate: str,
    version: str,
    applies: bool,
    interactive: bool,
    together: bool,
    accept: tuple[str, ...],
    adopt: tuple[str, ...],
    edit: tuple[str, ...],
) -> None:
    """Show what another version of the baseline does to the overlay of an affiliate or a region, and take it.

    An affiliate is pinned to the version. A region has no version of its own: it must check on that one, and on those
    that its affiliates have.

    Exit code 1 when there are findings, 3 when the version was refused; then nothing was changed.
    """
    from sidra.settings import installation
    from sidra.versions.taking import Taking
    from sidra.versions.together import Together

    with refusals():
        settings = installation(os.environ, Path.cwd())
        decisions = _decisions(accept, adopt, edit)
        group = Together(settings, affiliate, version) if together else None
        taking = group.region if group is not None else Taking(settings, affiliate, version)
        if interactive:
            decisions |= _asked(taking, decisions)
            for member in group.members(decisions) if group is not None else ():
                decisions |= _asked(member, decisions)
        if applies or interactive:
            files = group.apply(decisions) if group is not None else taking.apply(decisions).texts
            _tell_taken(taking, files.keys())
            return
        found = _report(taking, group)
    sys.exit(Exit.FOUND if found else Exit.DONE)


def _tell_taken(taking: Taking, files: Collection[Path]) -> None:
    names, name, version = sorted(map(str, files)), taking.affiliate, taking.version
    written = f"{len(names)} files were written" if len(names) > 1 else "1 file was written"
    written = written if names else "no file had to be written"
    if taking.is_region:
        text = f"the region {name} was compared with the baseline {version}: {written}."
    else:
        text = f"{name} is on the baseline {version} now: {written}."
    tell(text, affiliate=name, baseline=version, files=names)


def _decisions(accept: Iterable[str], adopt: Iterable[str], edit: Iterable[str]) -> dict[str, Decision]:
    from sidra_metamodel.upgrading.applying import Choice, Decision

    found = {path: Decision(Choice.ACCEPT) for path in accept} | {path: Decision(Choice.ADOPT) for path in adopt}
    for said in edit:
        path, equals, value = said.partition("=")
        if not equals:
            raise click.BadParameter("write PATH=VALUE", param_hint="'--edit'")
        found[path] = Decision(Choice.EDIT, _value(value))
    return found


def _value(text: str) -> Data:
    """Return what a text in YAML says; raises BadParameter, after which a prompt asks again."""
    from sidra_metamodel.editing.edits import Edits
    from sidra_metamodel.editing.pieces import Uneditable

    try:
        return Edits(f"value: {text}\n").get(("value",))
    except Uneditable as error:
        raise click.BadParameter(f"`{text}` is no value in YAML", param_hint="'--edit'") from error


def _asked(taking: Taking, known: dict[str, Decision]) -> dict[str, Decision]:
    """Ask about each finding that is not decided yet, unless no answer could let the version be taken."""
    from sidra_metamodel.upgrading.findings import Class

    _print_head(taking)
    taking.demand_mendable()
    found: dict[str, Decision] = {}
    for one in taking.findings:
        is_open = one.blocks or one.cls in {Class.CHANGED, Class.ABSORBED}
        if is_open and known.keys().isdisjoint((one.path, one.path.partition(".")[2])):
            found[one.path] = _answer(one)
    return found


def _answer(finding: Finding) -> Decision:
    from sidra_metamodel.upgrading.applying import Choice, Decision, possible

    click.echo()
    for line in _lines(finding):
        click.echo(line)
    words = click.Choice([one.value for one in possible(finding)])
    choice = Choice(click.prompt("  what now", type=words, default=_usual(finding)))
    value = click.prompt("  value", value_proc=_value) if choice is Choice.EDIT else None
    return Decision(choice, value)


def _usual(finding: Finding) -> str:
    from sidra_metamodel.upgrading.findings import Class

    return "accept" if finding.cls is Class.CHANGED else "adopt"


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.cls}  {finding.path}  ({finding.at})"
    yield f"  saw {finding.saw}, now {finding.now}, yours {finding.yours}"
    yield f"  {finding.advice}"


def _report(taking: Taking, group: Together | None) -> bool:
    """Tell what is found, of a region also in its affiliates if they come along; return whether anything is."""
    takings = [taking]
    if group is not None:
        # As if the baseline's word were taken wherever somebody has to decide about the region.
        takings += group.members(taking.adopting)
    said = [_plain(one) for one in takings]
    answered = {**said[0], "members": said[1:]} if group is not None else said[0]
    if not answer(answered):
        for one in takings:
            _print_report(one)
    return any(one.findings or one.remaining for one in takings)


def _plain(taking: Taking) -> dict[str, object]:
    from sidra_metamodel.render import to_json

    return {
        "affiliate": taking.affiliate,
        "from": taking.before,
        "to": taking.version,
        "overrides": taking.count,
        "rewritten": [one.as_dict() for one in taking.rewritten[0]],
        "findings": [one.as_dict() for one in taking.findings],
        "wrong_before": to_json(taking.wrong_before),
        "errors": to_json(taking.remaining),
        "regions_first": list(taking.regions_first),
    }


def _print_head(taking: Taking) -> None:
    """Print what is taken, and what nobody has to decide about."""
    from sidra.cli.colours import print_findings
    from sidra.versions.regional import shown

    click.echo(f"{taking.affiliate}: from the baseline {taking.before} to {taking.version}, {taking.count} overrides")
    if taking.was_finished:
        click.echo("An upgrade that had been stopped midway was finished first.")
    if taking.is_way_back:
        click.echo("This is the way back: what `upgrades/` rewrote on the way there is not rewritten back.")
    if taking.wrong_before and taking.remaining:
        click.echo(f"\nThis is wrong on the baseline {taking.before} already, and is to be mended first:\n")
        print_findings(shown(taking.wrong_before))
    if taking.diff:
        click.echo(f"\nThe version rewrites this by itself:\n\n{taking.diff}")


def _print_report(taking: Taking) -> None:
    from sidra.cli.colours import print_findings
    from sidra.versions.regional import shown

    findings = taking.findings
    _print_head(taking)
    _table(findings)
    remaining = taking.remaining if not taking.wrong_before else ()
    if remaining:
        click.echo("\nThis is to be mended by hand, whatever is decided:\n")
        print_findings(shown(remaining))
    for region in taking.regions_first:
        click.echo(f"\nThe region {region} comes first: `sidra upgrade {region} --to {taking.version}`.")
    blocking = sum(one.blocks for one in findings)
    if blocking:
        click.echo(f"\n{blocking} to decide: `--interactive` asks about each, or name them with `--apply`.")
    elif not taking.remaining:
        click.echo(f"\nNothing to decide: `sidra upgrade {taking.affiliate} --to {taking.version} --apply` takes it.")


def _table(findings: Iterable[Finding]) -> None:
    """Print the findings by class, those to be decided marked."""
    from sidra.cli.colours import CLASSED, print_styled
    from sidra_metamodel.governing.levels import level_name

    for one in findings:
        mark = "!" if one.blocks else " "
        print_styled(f"\n{mark} {one.cls:<18} {level_name(one.level)}  {one.path}", CLASSED)
        if one.to:
            print_styled(f"    {one.advice}   ({one.at})", CLASSED)
        else:
            print_styled(f"    saw {one.saw}, now {one.now}, yours {one.yours}   ({one.at})", CLASSED)
            click.echo(f"    {one.advice}")
