"""`sidra test`: what the configuration must do, tried out; with `--mutate`, whether the tests would notice."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.configuration import configuration, writing
from sidra.cli.exits import Exit
from sidra.cli.refusals import refusals
from sidra.cli.rows import console, print_rows, progress
from sidra.cli.telling import answer, wants_json

if TYPE_CHECKING:
    from sidra.configuration import Configuration
    from sidra.trials.mutating import Mutant
    from sidra.trials.outcomes import Outcome

WAYS_OUT = {
    "not noticed": "no test fails without it. Claim what it is for, or by `configured: {PATH: VALUE}` what it says.",
    "without effect": "nothing is different without it. `sidra gap AFFILIATE --fix` takes it away.",
}
"""What it means that nothing misses a value, and what to do about it."""
STYLES = {"passed": "green", "failed": "bold red", "error": "bold magenta"}


def register(main: click.Group) -> None:
    """Add the command of this topic."""
    main.add_command(test)


@click.command()
@click.argument("affiliate", required=False)
@click.option("-k", "name", default="", metavar="NAME", help="Only tests with this in their names.")
@click.option(
    "--junit",
    "junit_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the outcomes into this file, too, as build servers read them.",
)
@click.option("--mutate", is_flag=True, help="Take each value of the overlay away in turn, and see which test notices.")
def test(affiliate: str | None, name: str, junit_file: Path | None, mutate: bool) -> None:
    """Run the tests of one affiliate, or of all, each in an empty affiliate in memory.

    Exit code 1 where a test fails or is broken, or where `--mutate` finds a replaced part that no test notices.
    """
    if mutate and (name or junit_file):
        raise click.UsageError("--mutate stands alone: it runs whichever tests a value can matter to")
    with refusals():
        found = configuration()
        names = [affiliate] if affiliate else list(found.layers.affiliates)
        if mutate:
            sys.exit(_mutate(found, names))
        sys.exit(_run(found, names, name, junit_file))


def _run(found: Configuration, names: Sequence[str], name: str, junit_file: Path | None) -> Exit:
    from sidra.trials.junit import junit
    from sidra.trials.running import chosen, refuse_unsound, run_tests

    loaded = [found.load(one) for one in names]
    sound = [one for one in loaded if one.model is not None]
    total = sum(len(chosen(one.draft, name, None)) for one in loaded)
    if name and not total:
        raise click.BadParameter(f"no test has `{name}` in its name", param_hint="'-k'")
    with progress("Testing", total) as step:
        outcomes = [outcome for one in sound for outcome in run_tests(one, name=name, told=lambda _: step())]
    if junit_file is not None:
        with writing(junit_file, "--junit"):
            junit_file.write_bytes(junit(outcomes))
    answer([outcome.as_dict() for outcome in outcomes])
    if not wants_json():
        _tell(outcomes, [one.affiliate for one in sound])
    for one in loaded:
        # The others are told of first.
        refuse_unsound(one)
    return Exit.DONE if all(outcome.is_good for outcome in outcomes) else Exit.FOUND


def _tell(outcomes: Sequence[Outcome], names: Sequence[str]) -> None:
    from sidra.trials.running import counted

    for outcome in outcomes:
        if not outcome.is_good:
            _tell_failure(outcome)
    rows = []
    for name in names:
        counts = counted(outcome for outcome in outcomes if outcome.affiliate == name)
        rows.append({"affiliate": name, **{verdict: counts.get(verdict, 0) for verdict in STYLES}})
    _print_counts(rows)


def _print_counts(rows: Sequence[Mapping[str, object]]) -> None:
    """Print a table at a terminal, sentences elsewhere."""
    if sys.stdout.isatty():
        print_rows(rows, tuple(rows[0]) if rows else (), as_json=False)
        return
    for row in rows:
        counts = ", ".join(f"{count} {word}" for word, count in row.items() if word != "affiliate" and count)
        click.echo(f"{row['affiliate']}: {counts or 'no tests'}")


def _tell_failure(outcome: Outcome) -> None:
    from rich.text import Text

    screen = console()
    line = Text.assemble((str(outcome.verdict), STYLES[outcome.verdict]), f"  {outcome.affiliate}  ")
    screen.print(line.append(outcome.test, style="bold").append(f"  {outcome.title}"))
    for finding in outcome.findings:
        screen.print(Text.assemble("  ", (str(finding.at), "cyan"), f"  {finding.path}"))
        screen.print(Text.assemble("    expected  ", finding.expected))
        screen.print(Text.assemble("    found     ", finding.found))
        for text, value in finding.values:
            screen.print(Text(f"      {text} = {value}", style="dim"))


def _mutate(found: Configuration, names: Sequence[str]) -> Exit:
    from sidra.trials.mutating import is_gap, mutants

    tried: list[Mutant] = []
    with progress("Taking values away") as step:
        for name in names:
            tried += mutants(found.layers, found.language, found.load(name), told=lambda _: step())
    answer([mutant.as_dict() for mutant in tried])
    if not wants_json():
        _tell_mutants(tried, names)
    return Exit.FOUND if any(map(is_gap, tried)) else Exit.DONE


def _folded(open_ones: Sequence[Mutant], tried: Sequence[Mutant]) -> Iterator[dict[str, object]]:
    """Yield a row for each value, but one for all of a document of which no test notices anything."""
    from sidra.trials.mutating import Noticed

    of_document = Counter((one.affiliate, one.kind, one.document) for one in tried if one.noticed is not Noticed.CHECK)
    for key, values in groupby(open_ones, lambda one: (one.affiliate, one.kind, one.document)):
        rows = [one.as_dict() for one in values]
        words = {row["noticed"] for row in rows}
        if len(rows) == 1 or len(rows) < of_document[key] or len(words) > 1:
            yield from rows
            continue
        first = max(rows, key=lambda row: str(row["level"]))
        yield {**first, "path": ".".join(key[1:]), "value": f"{len(rows)} values", "place": rows[0]["place"]}


def _tell_mutants(tried: Sequence[Mutant], names: Sequence[str]) -> None:
    from sidra.trials.mutating import Noticed

    open_ones = [mutant for mutant in tried if mutant.noticed in WAYS_OUT]
    if open_ones:
        rows = list(_folded(open_ones, tried))
        print_rows(rows, ("affiliate", "level", "path", "value", "noticed", "place"), as_json=False)
        click.echo()
        for word in dict.fromkeys(mutant.noticed for mutant in open_ones):
            click.echo(f"{word}: {WAYS_OUT[word]}")
        click.echo()
    rows = []
    for name in names:
        counts = {str(word): sum(one.affiliate == name and one.noticed is word for one in tried) for word in Noticed}
        rows.append({"affiliate": name, **counts})
    _print_counts(rows)
