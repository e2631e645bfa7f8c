"""Findings, explanations and YAML in colours, on a terminal that wants them."""

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


EXPLAINED: Final[Mapping[str, str]] = MappingProxyType(
    {
        r"\A[^\s=]+(?= =)": "bold",
        r"(?m)^  [a-z]+( [a-z]+)?(?=  )": "bold",
        r"(?m)^  (in force|merged)(?= )": "bold green",
        r"(?m)^  shadowed(?= )": "bold yellow",
        r"\b[\w./-]+\.yaml:\d+": "cyan",
        r"(?m)(?<=  )why: .*$": "italic",
    }
)
"""What is coloured in what `sidra explain` says."""

WRITTEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        r"(?m)^[ -]*[^\s:#\"'{\[]+(?=:( |$))": "cyan",
        r"(?m)(?<= )#.*$": "dim",
    }
)
"""What is coloured in YAML: keys, and comments, which name layers."""

CLASSED: Final[Mapping[str, str]] = MappingProxyType(
    {
        r"\b(ORPHAN|LOCKED|OVERTAKEN)\b": "bold red",
        r"\b(CHANGED UNDERNEATH|RENAMED)\b": "bold yellow",
        r"\b(ABSORBED|UNLOCKED|NEW NEAR YOU)\b": "bold green",
        r"\b[\w./-]+\.yaml:\d+": "cyan",
    }
)
"""What is coloured in the report of an upgrade."""


def print_findings(text: str, *, errors: bool = False) -> None:
    """Print rendered findings, on standard error where `errors` says so."""
    print_styled(text, STYLES, errors=errors)


def print_styled(text: str, styles: Mapping[str, str], *, errors: bool = False) -> None:
    """Print a text in colours by pattern on a terminal, and as it is anywhere else."""
    if not (sys.stderr if errors else sys.stdout).isatty():
        click.echo(text, err=errors)
        return
    from rich.text import Text

    from sidra.cli.rows import console

    styled = Text(text)
    for pattern, style in styles.items():
        styled.highlight_regex(pattern, style)
    console(errors=errors).print(styled)
