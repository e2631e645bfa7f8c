"""How commands show rows and progress: for people at a terminal, for pipes, for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from sidra.cli.telling import answer, as_text, wants_json

if TYPE_CHECKING:
    from rich.console import Console


def console(*, errors: bool = False) -> Console:
    """Return where rich output goes: in colours on a terminal that wants them (NO_COLOR), plain anywhere else."""
    from rich.console import Console

    return Console(stderr=errors, highlight=False, soft_wrap=True)


def print_rows(rows: Sequence[Mapping[str, object]], columns: Sequence[str], *, as_json: bool | None = None) -> None:
    """Print rows as JSON where that was asked for, as a table at a terminal, else on lines with tabs between."""
    if wants_json() if as_json is None else as_json:
        if not answer(list(rows)):
            click.echo(as_text(rows))
    elif sys.stdout.isatty():
        _print_table(rows, columns)
    else:
        for row in rows:
            click.echo("\t".join(_cell(row[column]) for column in columns))


def _print_table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        is_number = all(isinstance(row[column], int | float | None) for row in rows)
        table.add_column(column.replace("_", " "), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        # As text, so that brackets of a value are no markup.
        table.add_row(*(Text(_cell(row[column])) for column in columns))
    console().print(table, soft_wrap=False)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[], None]]:
    """Give a function to call after each of `total` steps; a bar shows them, on a terminal only."""
    if wants_json() or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import Progress

    with Progress(console=console(errors=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda: bar.advance(task)
