"""`sidra feed`: files of other systems become records."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sidra.cli.opening import open_runtime
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import tell

if TYPE_CHECKING:
    import datetime

    from rich.console import Console

    from sidra.access.actor import Actor
    from sidra.errors import Problem
    from sidra.interfaces.loading import FeedLoader, Progress
    from sidra.interfaces.quarantine import Reject
    from sidra.interfaces.runs import Counts, Run
    from sidra.runtime import Runtime

SHOWN_REJECTS = 20
COLUMNS = ("name", "label", "last_run", "state", "file", "counts", "quarantine")


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(feed)


@click.group()
def feed() -> None:
    """Feeds: files of other systems become records."""


@feed.command("list")
@click.argument("affiliate")
@click.option("--json", "as_json", is_flag=True, help=f"As JSON: {', '.join(COLUMNS)}.")
def list_(affiliate: str, as_json: bool) -> None:
    """List the feeds of an affiliate: name, label, when it last ran and how that ended, what it did, the quarantine."""
    from sidra.interfaces.loading import FeedLoader

    with refusals():
        runtime = open_runtime(affiliate)
        known = runtime.model.interfaces.items()
        feeds = sorted(name for name, one in known if one.kind_ == "feed" and one.into and one.key)
        rows = [_listed(runtime, FeedLoader(runtime, name)) for name in feeds]
    print_rows(rows if as_json else [_in_words(row) for row in rows], COLUMNS, as_json=as_json)


def _listed(runtime: Runtime, loader: FeedLoader) -> dict[str, Any]:
    """Return what is told of a feed, by column."""
    name = loader.feed.name
    actor = _operator(runtime, name)
    last = next(iter(loader.runs(actor, limit=1)), None)
    return {
        "name": name,
        "label": runtime.model.interfaces[name].label.text(*runtime.model.locales),
        "last_run": f"{last.started_at:%Y-%m-%dT%H:%M:%SZ}" if last else None,
        "state": _state(last, runtime.now()) if last else "never run",
        "file": last.file if last else None,
        "counts": dict(last.counts.plain()) if last else None,
        "quarantine": loader.reject_count(actor),
    }


def _in_words(row: dict[str, Any]) -> dict[str, object]:
    """Return a row of the list with its numbers as people read them."""
    from sidra.interfaces.runs import Counts

    counts = summary(Counts(**row["counts"])) if row["counts"] is not None else None
    return {**row, "counts": counts, "quarantine": f"{row['quarantine']:,} in quarantine"}


def _state(last: Run, now: datetime.datetime) -> str:
    if last.finished_at is not None:
        return "complete"
    return "under way" if last.is_under_way(now) else f"ended early {last.stopped_by}".rstrip()


@feed.command()
@click.argument("affiliate")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Exit code 1 where rows are rejected; the others are loaded all the same.")
def run(affiliate: str, name: str, file: Path, strict: bool) -> None:
    """Load FILE by the feed NAME; rejected rows are kept in quarantine. Running it again changes nothing.

    The exit code is 0 when the file was read to its end, even where rows were rejected; `--strict` makes that 1.
    """
    with refusals():
        loader, actor = _open(affiliate, name)
        with shown_progress(name) as progress:
            counts = loader.run(file, actor, progress)
    tell(summary(counts), **counts.plain())
    if counts.quarantined:
        click.echo(f"See the rejected rows: sidra feed rejects {affiliate} {name}", err=True)
        if strict:
            sys.exit(1)


@feed.command()
@click.argument("affiliate")
@click.argument("name")
@click.option("--limit", type=click.IntRange(1, 1000), default=SHOWN_REJECTS, show_default=True, help="Rows to show.")
@click.option("--skip", type=click.IntRange(0), default=0, help="Rows to leave out before them.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the texts of the file: they hold personal data.")
def rejects(affiliate: str, name: str, limit: int, skip: int, as_json: bool) -> None:
    """List the rows in quarantine, each with its reasons."""
    with refusals():
        loader, actor = _open(affiliate, name)
        kept, total = loader.rejects(actor, limit=limit, offset=skip), loader.reject_count(actor)
    if as_json:
        click.echo(json.dumps([_plain(reject) for reject in kept], ensure_ascii=False, indent=2))
        return
    for reject in kept:
        tell(f"{reject.id}  line {reject.line}  {reject.key}")
        _print_problems(reject.problems)
    shown = f", {len(kept):,} shown" if len(kept) < total else ""
    tell(f"{total:,} rows in quarantine{shown}")


@feed.command()
@click.argument("affiliate")
@click.argument("name")
@click.argument("reject")
@click.argument("corrections", nargs=-1, required=True, metavar="COLUMN=TEXT...")
def replay(affiliate: str, name: str, reject: str, corrections: tuple[str, ...]) -> None:
    """Correct columns of the row REJECT of the quarantine, and load it."""
    texts = dict(_correction(text) for text in corrections)
    with refusals():
        loader, actor = _open(affiliate, name)
        still = loader.replay(reject, texts, actor)
    if still is None:
        tell("The row is loaded.")
        return
    click.echo("The row stays in quarantine, with the corrections:", err=True)
    _print_problems(still.problems, err=True)
    raise SystemExit(1)


def _open(affiliate: str, name: str) -> tuple[FeedLoader, Actor]:
    from sidra.interfaces.loading import FeedLoader

    runtime = open_runtime(affiliate)
    return FeedLoader(runtime, name), _operator(runtime, name)


def _operator(runtime: Runtime, name: str) -> Actor:
    from sidra.access.actor import system_actor

    return system_actor(f"feed:{name}", affiliate=runtime.affiliate, locale=runtime.model.locales[0])


@contextmanager
def shown_progress(name: str) -> Iterator[Progress]:
    """Lend what shows how far a feed is: a bar on a terminal, else a line after each chunk."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with _bar(name, console) as show:
            yield show
    else:
        yield lambda counts, _: click.echo(_so_far(name, counts), err=True)


@contextmanager
def _bar(name: str, console: Console) -> Iterator[Progress]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task(f"{name}: looking through the file", total=None)

        def show(counts: Counts, most: int) -> None:
            bar.update(task, description=_so_far(name, counts), completed=counts.read, total=most)

        yield show


def _so_far(name: str, counts: Counts) -> str:
    return f"{name}: {counts.read:,} read, {counts.quarantined:,} rejected"


def _print_problems(problems: Iterable[Problem], *, err: bool = False) -> None:
    for problem in problems:
        place = f"{problem.path}: " if problem.path else ""
        click.echo(f"    {problem.code}  {place}{problem.message}", err=err)


def _plain(reject: Reject) -> dict[str, Any]:
    problems = [{"code": one.code, "path": one.path, "message": one.message} for one in reject.problems]
    return {"id": reject.id, "line": reject.line, "key": reject.key, "problems": problems, "row": dict(reject.texts)}


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
