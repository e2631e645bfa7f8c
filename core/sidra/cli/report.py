"""`sidra report`: what the group asks of all affiliates."""

from __future__ import annotations

import json
import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra_metamodel.render import refusal

if TYPE_CHECKING:
    from sidra.affiliates.group import Line, Report


def register(main: click.Group) -> None:
    """Add the command of this topic."""
    main.add_command(report)


@click.group()
def report() -> None:
    """Reports over several affiliates."""


@report.command("group")
@click.argument("entity")
@click.option(
    "--by", multiple=True, help="A code list, `unit`, `affiliate` or a date as `created_at:month`; repeatable."
)
@click.option(
    "--sum", "sums", multiple=True, help="A number or an amount to add up, each currency by itself; repeatable."
)
@click.option("--where", "filters", multiple=True, help="`name=value`; only records with it; may be repeated.")
@click.option("--in", "only", multiple=True, help="An affiliate; may be repeated; default: all.")
@click.option("--json", "as_json", is_flag=True, help="As JSON: columns, lines, affiliates, missing.")
def group(
    entity: str,
    by: tuple[str, ...],
    sums: tuple[str, ...],
    filters: tuple[str, ...],
    only: tuple[str, ...],
    as_json: bool,
) -> None:
    """Count the records of all affiliates, and add up what they have, by attributes that the group declares.

    What fewer than five records say is withheld, and what it would follow from. An affiliate that does not answer is
    named, and the exit code is 1.
    """
    from contextlib import closing

    from sidra.affiliates import group as reports
    from sidra.affiliates.registry import Affiliates
    from sidra.records.grouping import Grouping
    from sidra.records.query import Filter
    from sidra.settings import installation

    with refusals():
        wanted = tuple(Filter(name, "eq", value) for name, value in reports.checked_filters(filters))
        with closing(Affiliates(installation(os.environ, Path.cwd()))) as affiliates:
            found = reports.report(affiliates, entity, Grouping(by, sums, wanted), only)
    if as_json:
        click.echo(_as_json(found))
    else:
        head, *lines = _table(found)
        if sys.stdout.isatty():
            print_rows([dict(zip(head, line, strict=True)) for line in lines], head)
        else:
            click.echo("\n".join("\t".join(line) for line in (head, *lines)))
    if found.left_out:
        click.echo(f"{found.left_out} lines of too few records are left out: ask by fewer attributes", err=True)
    for name, error in found.missing.items():
        click.echo(f"{name} did not answer and is not in it:\n{refusal(error)}", err=True)
    if found.missing:
        sys.exit(1)


def _table(found: Report) -> list[tuple[str, ...]]:
    head = (*found.columns, *(["currency"] if _has_currency(found) else []), "count", *found.sums)
    return [head, *(_cells(line, has_currency=_has_currency(found)) for line in found.lines)]


def _has_currency(found: Report) -> bool:
    return any(line.currency is not None for line in found.lines)


def _cells(line: Line, *, has_currency: bool) -> tuple[str, ...]:
    if line.count is None:
        numbers = ["withheld", *("" for _ in line.sums)]
    else:
        numbers = [str(line.count), *(_number(total) for total in line.sums)]
    values = [
        "" if value is None else str(value).lower() if value in {True, False} else str(value) for value in line.values
    ]
    return (*values, *([line.currency or ""] if has_currency else []), *numbers)


def _number(total: Decimal | None) -> str:
    return "" if total is None else f"{total:f}".rstrip("0").rstrip(".") if "." in f"{total:f}" else f"{total:f}"


def _as_json(found: Report) -> str:
    lines = [
        {
            **dict(zip(found.columns, line.values, strict=True)),
            **({"currency": line.currency} if _has_currency(found) else {}),
            "count": line.count,
            **{name: None if total is None else str(total) for name, total in zip(found.sums, line.sums, strict=True)},
        }
        for line in found.lines
    ]
    missing = {name: f"{error.code}: {error.reason}" for name, error in found.missing.items()}
    body: dict[str, object] = {
        "columns": found.columns,
        "lines": lines,
        "affiliates": found.answered,
        "missing": missing,
    }
    body |= {"left_out": found.left_out}
    return json.dumps(body, ensure_ascii=False, indent=2)
