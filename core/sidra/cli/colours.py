"""Findings and errors in colours, on a terminal that wants them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import click

STYLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        r"(?m)^error\[\w+\]": "bold red",
        r"(?m)^warning\[\w+\]": "bold yellow",
        r"(?m)^ *\| +\^+$": "red",
        r"(?m)^ *-->.*$": "cyan",
        r"(?m)^ *= help:": "bold green",
    }
)
"""What is coloured in rendered findings, by pattern."""


def print_findings(text: str, *, errors: bool = False) -> None:
    """Print rendered findings, on standard error where `errors` says so."""
    if not (sys.stderr if errors else sys.stdout).isatty():
        click.echo(text, err=errors)
        return
    from rich.text import Text

    from sidra.cli.rows import console

    styled = Text(text)
    for pattern, style in STYLES.items():
        styled.highlight_regex(pattern, style)
    console(errors=errors).print(styled)
