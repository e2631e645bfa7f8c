"""`sidra feed`: files of other systems become records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.configuration import refusals
from sidra.cli.opening import open_runtime

if TYPE_CHECKING:
    from sidra.interfaces.loading import Counts

SHOWN_REJECTS = 20


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(feed)


@click.group()
def feed() -> None:
    """Feeds: files of other systems become records."""


@feed.command()
@click.argument("affiliate")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
def run(affiliate: str, name: str, file: Path) -> None:
    """Load FILE by the feed NAME; rejected rows are kept in quarantine. Running it again changes nothing."""
    from rich.console import Console
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    from sidra.access.actor import system_actor
    from sidra.interfaces.loading import FeedLoader

    with refusals():
        loader = FeedLoader(open_runtime(affiliate), name)
        columns = (TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(f"{name}: reading")

            def show(counts: Counts) -> None:
                progress.update(task, description=f"{name}: {counts.read:,} read, {counts.quarantined:,} rejected")

            counts = loader.run(file, system_actor(f"feed:{name}", affiliate=affiliate), show)
    click.echo(summary(counts))
    if counts.quarantined:
        click.echo(f"See the rejected rows: sidra feed rejects {affiliate} {name}", err=True)


@feed.command()
@click.argument("affiliate")
@click.argument("name")
def rejects(affiliate: str, name: str) -> None:
    """List the rows in quarantine, each with its reasons."""
    from sidra.interfaces.loading import FeedLoader

    with refusals():
        loader = FeedLoader(open_runtime(affiliate), name)
        kept, total = loader.quarantine.list(name, limit=SHOWN_REJECTS), loader.quarantine.count(name)
    for reject in kept:
        click.echo(f"{reject.id}\tline {reject.line}\t{reject.key}")
        for problem in reject.problems:
            place = f"{problem.path}: " if problem.path else ""
            click.echo(f"    {problem.code}  {place}{problem.message}")
    click.echo(f"{total:,} rows in quarantine")


@feed.command()
@click.argument("affiliate")
@click.argument("name")
@click.argument("reject")
@click.argument("corrections", nargs=-1, required=True, metavar="COLUMN=TEXT...")
def replay(affiliate: str, name: str, reject: str, corrections: tuple[str, ...]) -> None:
    """Correct columns of a rejected row and load it."""
    from sidra.access.actor import system_actor
    from sidra.interfaces.loading import FeedLoader

    texts = dict(_correction(text) for text in corrections)
    with refusals():
        loader = FeedLoader(open_runtime(affiliate), name)
        still = loader.replay(reject, texts, system_actor(f"feed:{name}", affiliate=affiliate))
    if still is None:
        click.echo("The row is loaded.")
        return
    for problem in still.problems:
        click.echo(f"{problem.code}  {problem.path}: {problem.message}", err=True)
    raise SystemExit(1)


def _correction(text: str) -> tuple[str, str]:
    column, separator, value = text.partition("=")
    if not separator:
        raise click.BadParameter(f"`{text}` is not COLUMN=TEXT")
    return column, value


def summary(counts: Counts) -> str:
    """Return one line that says what became of the rows."""
    parts = [f"{counts.read:,} read"]
    if counts.loaded or not counts.unchanged:
        parts.append(f"{counts.loaded:,} loaded")
    if counts.unchanged:
        parts.append(f"{counts.unchanged:,} unchanged")
    parts.append(f"{counts.quarantined:,} quarantined")
    if counts.warned:
        parts.append(f"{counts.warned:,} with a warning")
    return ", ".join(parts)
