"""`sidra upgrade`: an affiliate takes another version of the baseline."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.exits import Exit
from sidra.cli.refusals import refusals
from sidra.cli.telling import answer, tell

if TYPE_CHECKING:
    from sidra.versions.taking import Taking
    from sidra_metamodel.editing.pieces import Data
    from sidra_metamodel.upgrading.applying import Decision
    from sidra_metamodel.upgrading.findings import Finding


def register(main: click.Group) -> None:
    """Add the command."""
    main.add_command(upgrade)


@click.command()
@click.argument("affiliate")
@click.option("--to", "version", required=True, help="The version of the baseline, as `sidra baseline list` names it.")
@click.option("--apply", "applies", is_flag=True, help="Rewrite the overlay, its pin and overlay.lock.")
@click.option("--interactive", is_flag=True, help="Ask about each finding, then rewrite.")
@click.option("--accept", multiple=True, metavar="PATH", help="Keep yours there; `all` for whatever is not named.")
@click.option("--adopt", multiple=True, metavar="PATH", help="Take the baseline's there; `all` for the rest.")
@click.option("--edit", multiple=True, metavar="PATH=VALUE", help="Write another value there, in YAML.")
def upgrade(  # noqa: PLR0913, PLR0917 - one for each option
    affiliate: str,
    version: str,
    applies: bool,
    interactive: bool,
    accept: tuple[str, ...],
    adopt: tuple[str, ...],
    edit: tuple[str, ...],
) -> None:
    """Show what another version of the baseline does to an affiliate's overlay, and take it.

    Exit code 1 when there are findings, 3 when the version was refused; then nothing was changed.
    """
    from sidra.settings import installation
    from sidra.versions.taking import Taking

    with refusals():
        taking = Taking(installation(os.environ, Path.cwd()), affiliate, version)
        decisions = _decisions(accept, adopt, edit)
        if applies or interactive:
            if interactive:
                decisions |= dict(_asked(taking, decisions))
            result = taking.apply(decisions)
            text = f"{affiliate} is on the baseline {version} now: {len(result.texts)} files were written."
            tell(text, affiliate=affiliate, baseline=version, files=sorted(str(file) for file in result.texts))
            return
        _report(taking)
    sys.exit(Exit.FOUND if taking.findings or taking.remaining else Exit.DONE)


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
    from sidra_metamodel.editing.edits import Edits
    from sidra_metamodel.editing.pieces import Uneditable

    try:
        return Edits(f"value: {text}\n").get(("value",))
    except Uneditable as error:
        raise click.BadParameter(f"`{text}` is no value in YAML", param_hint="'--edit'") from error


def _asked(taking: Taking, known: dict[str, Decision]) -> Iterator[tuple[str, Decision]]:
    from sidra_metamodel.upgrading.applying import Choice, Decision
    from sidra_metamodel.upgrading.findings import Class

    for one in taking.findings:
        if one.path in known or not (one.blocks or one.cls in {Class.CHANGED, Class.ABSORBED}):
            continue
        for line in _lines(one):
            click.echo(line)
        choice = Choice(
            click.prompt("  what now", type=click.Choice([one.value for one in Choice]), default=_usual(one))
        )
        value = _value(click.prompt("  value")) if choice is Choice.EDIT else None
        yield one.path, Decision(choice, value)


def _usual(finding: Finding) -> str:
    from sidra_metamodel.upgrading.findings import Class

    return "accept" if finding.cls is Class.CHANGED else "adopt"


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.cls}  {finding.path}  ({finding.at})"
    yield f"  saw {finding.saw}, now {finding.now}, yours {finding.yours}"
    yield f"  {finding.advice}"


def _report(taking: Taking) -> None:
    from sidra_metamodel.render import to_json

    done, _texts = taking.rewritten
    said = {
        "affiliate": taking.affiliate,
        "from": taking.before,
        "to": taking.version,
        "overrides": taking.count,
        "rewritten": [one.as_dict() for one in done],
        "findings": [one.as_dict() for one in taking.findings],
        "errors": to_json(taking.remaining),
    }
    if not answer(said):
        _print_report(taking)


def _print_report(taking: Taking) -> None:
    from sidra.cli.colours import print_findings
    from sidra_metamodel.diagnostics import Diagnostics
    from sidra_metamodel.render import render

    findings = taking.findings
    click.echo(f"{taking.affiliate}: from the baseline {taking.before} to {taking.version}, {taking.count} overrides")
    if taking.was_finished:
        click.echo("An upgrade that had been stopped midway was finished first.")
    if taking.diff:
        click.echo(f"\nThe version rewrites this by itself:\n\n{taking.diff}")
    _table(findings)
    if taking.remaining:
        click.echo("\nThis is to be mended by hand, whatever is decided:\n")
        found = Diagnostics()
        found.extend(taking.remaining)
        print_findings(render(found))
    blocking = sum(one.blocks for one in findings)
    if blocking:
        click.echo(f"\n{blocking} to decide: `--interactive` asks about each, or name them with `--apply`.")
    elif not taking.remaining:
        click.echo(f"\nNothing to decide: `sidra upgrade {taking.affiliate} --to {taking.version} --apply` takes it.")


def _table(findings: Iterable[Finding]) -> None:
    """Print the findings by class, those to be decided marked."""
    from sidra_metamodel.governing.levels import level_name

    for one in findings:
        mark = "!" if one.blocks else " "
        click.echo(f"\n{mark} {one.cls:<18} {level_name(one.level)}  {one.path}")
        if one.to:
            click.echo(f"    {one.advice}   ({one.at})")
        else:
            click.echo(f"    saw {one.saw}, now {one.now}, yours {one.yours}   ({one.at})")
            click.echo(f"    {one.advice}")
