"""`sidra new`: a country that joins the group: questionnaire, overlay, sheets for its data."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.colours import print_findings
from sidra.cli.configuration import writing
from sidra.cli.exits import Exit
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import answer, ask_nothing, tell

if TYPE_CHECKING:
    from sidra.onboarding.proposing import Onboarding, Proposal
    from sidra.onboarding.report import Report
    from sidra_metamodel.diagnostics import Diagnostics
    from sidra_metamodel.load import Loaded
    from sidra_metamodel.model import Model
    from sidra_metamodel.nodes import Node

NAME = re.compile(r"[a-z][a-z0-9_]{1,19}")


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(new)


@click.group()
def new() -> None:
    """A country that joins the group."""


@new.command()
@click.argument("name")
@click.option(
    "--answers", type=click.Path(dir_okay=False, path_type=Path), help="The file with the answers of the country."
)
@click.option("--out", type=click.Path(path_type=Path), help="The new folder; default: affiliates/NAME.")
@click.option(
    "--questions",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the questionnaire into this file, to be filled in, and nothing else.",
)
def affiliate(name: str, answers: Path | None, out: Path | None, questions: Path | None) -> None:
    """Make the overlay of a new affiliate from the answers to a questionnaire; without --answers, ask them here.

    The answers given here are kept in NAME-answers.yaml as they come: called again, the command goes on behind the last
    one. Nothing is written but whole.
    """
    if not NAME.fullmatch(name):
        raise click.BadParameter("a name has 2 to 20 small letters, digits and `_`, such as `jo`", param_hint="NAME")
    with refusals():
        onboarding = _onboarding(name)
        if questions is not None:
            _write_questions(onboarding, answers, questions)
            return
        from sidra.onboarding.skeleton import refuse_taken

        folder = (out or Path("affiliates") / name).absolute()
        refuse_taken(folder)
        if answers is None:
            ask_nothing("give --answers")
        said = _read(answers, name) if answers is not None else _ask(onboarding)
        proposal = onboarding.propose(said, datetime.now(UTC).date())
        if len(proposal.diagnostics):
            _tell_findings(proposal.diagnostics)
        _found(onboarding, proposal, folder)


@new.command()
@click.argument("affiliate")
def sheets(affiliate: str) -> None:
    """Write the workbook of an affiliate's sheets anew, and the feeds that load it, after its YAML was changed."""
    from sidra.cli.configuration import configuration

    with refusals():
        found = configuration()
        model = _good(found.load(affiliate))
        from sidra.onboarding.regathering import gather_anew

        written = gather_anew(found, model)
        for path in written:
            tell(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))
        if not written:
            tell("the sheets are as they should be")


@new.command("check-data")
@click.argument("affiliate")
@click.argument("file", type=click.Path(path_type=Path))
def check_data(affiliate: str, file: Path) -> None:
    """Say what is wrong with the filled sheets in FILE, row by row; nothing is loaded.

    They are loaded for trial into an empty affiliate that is gone afterwards. Exit code 1 where anything is wrong.
    """
    from sidra.cli.configuration import configuration

    with refusals():
        model = _good(configuration().load(affiliate))
        from sidra.onboarding.trial import try_workbook

        trial = try_workbook(model, file)
    if not answer(trial.plain()):
        print_rows(
            [asdict(one) for one in trial.sheets], ("sheet", "rows", "good", "doubled", "warned", "wrong", "feed")
        )
        if trial.findings:
            click.echo("")
            print_rows([asdict(one) for one in trial.findings], ("sheet", "row", "column", "code", "message"))
    sys.exit(Exit.DONE if trial.is_good else Exit.FOUND)


def _good(loaded: Loaded) -> Model:
    """Return the Model, or end the command where something is wrong with the configuration."""
    if loaded.model is None:
        _tell_findings(loaded.diagnostics)
        sys.exit(Exit.REFUSED)
    return loaded.model


def _onboarding(name: str) -> Onboarding:
    from sidra.configuration import read_configuration
    from sidra.onboarding.proposing import Onboarding
    from sidra.settings import load_settings

    # A folder without an affiliate is where the first one begins.
    return Onboarding(read_configuration(load_settings(os.environ, Path.cwd())), name)


def _read(path: Path, name: str) -> Node:
    from sidra.onboarding.answers import read_answers
    from sidra_metamodel.diagnostics import Diagnostics
    from sidra_metamodel.reading.parsing import MAX_BYTES

    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise click.BadParameter(f"{error.strerror or error} ({path})", param_hint="'--answers'") from error
    found = Diagnostics()
    said = read_answers(text, path.as_posix(), name, found)
    if said is None:
        _tell_findings(found)
        sys.exit(Exit.REFUSED)
    return said


def _ask(onboarding: Onboarding) -> Node:
    from sidra.cli.interview import interview

    return interview(onboarding, Path(f"{onboarding.name}-answers.yaml"))


def _write_questions(onboarding: Onboarding, answers: Path | None, out: Path) -> None:
    from sidra.onboarding.answers import no_answers
    from sidra.onboarding.blank import blank

    said = _read(answers, onboarding.name) if answers is not None else no_answers(onboarding.name)
    topic = onboarding.topic(said, onboarding.group(said))
    if out.exists():
        raise click.BadParameter(f"there is a file {out} already", param_hint="'--questions'")
    with writing(out, "--questions"):
        out.write_text(blank(onboarding.name, topic), encoding="utf-8")
    tell(f"The questions are in {out}.", path=str(out), questions=sum(one.asks for _, one in topic.questions()))


def _tell_findings(found: Diagnostics) -> None:
    from sidra_metamodel.render import render, to_json

    if not answer(to_json(found)):
        print_findings(render(found), errors=found.has_errors)


def _found(onboarding: Onboarding, proposal: Proposal, folder: Path) -> None:
    from sidra.onboarding.founding import found

    if proposal.diagnostics.has_errors:
        tell("Nothing was written.")
        sys.exit(Exit.REFUSED)
    with writing(folder):
        report = found(onboarding, proposal, folder)
    if not answer({**report.plain(), "folder": str(folder)}):
        _show(report, folder)


def _show(report: Report, folder: Path) -> None:
    place = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    click.echo(f"{report.name}: {len(report.files)} files in {place}\n")
    print_rows(report.domains(), ("domain", "as_is", "configured", "gaps"))
    if report.gaps():
        click.echo("")
        print_rows(report.gaps(), ("effort", "domain", "gap"))
    click.echo(f"\nWhat to do next stands in {place / 'README.md'}")
