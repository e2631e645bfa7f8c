"""How commands print rows: for people, or for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import click


def print_rows(rows: Sequence[Mapping[str, object]], columns: Sequence[str], *, as_json: bool) -> None:
    """Print rows as JSON, or some columns of each on a line with tabs between."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("\t".join(_cell(row[column]) for column in columns))


def _cell(value: object) -> str:
    if value is None:
        return ""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
