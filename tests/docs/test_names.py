"""The README and the documentation name no command, option, setting, target or file that does not exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sidra.cli import main
from sidra.settings import PREFIX, SETTINGS

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
PROGRAM = re.compile(r"(?:^|[\s`(])sidra ((?:[a-z][a-z0-9-]*|--[a-z-]+)(?: [^\s`|)]+)*)", re.MULTILINE)
TARGET = re.compile(r"(?:^|[\s`])make ([a-z]+)", re.MULTILINE)
RULE = re.compile(r"^([a-z]+):", re.MULTILINE)
VARIABLE = re.compile(rf"\b{PREFIX}[A-Z_]+\b")
PLACE = re.compile(
    r"(?<![\w./-])((?:affiliates|baseline|bench|core|docs|metamodel|plugins|tests|ui)/[\w./-]*+(?![*<])|sidra\.yaml|Makefile)"
)
MADE = re.compile(r"<!-- file: (\S+) -->")
"""Files that a page makes in a scratch installation."""
FOLDER = re.compile(r"<!-- makes: (\S+) -->")
"""Folders that the commands of a page make there."""
OTHERS = {"docs/decisions", "docs/changes"}
"""What these pages say was so when they were written."""


def pages(root: Path) -> list[Path]:
    return [
        root / "README.md",
        *(page for page in sorted((root / "docs").rglob("*.md")) if str(page.parent.relative_to(root)) not in OTHERS),
    ]


def code(page: Path) -> str:
    """What stands in code spans and blocks of a page."""
    return "\n".join(CODE.findall(page.read_text(encoding="utf-8")))


def unknown(words: list[str]) -> Iterator[str]:
    """The commands and options in the words behind `sidra` that there are not."""
    command: click.Command = main
    for word in words:
        if word.startswith("--"):
            if not any(word.split("=")[0] in option.opts for option in command.params) and word != "--help":
                yield word
        elif isinstance(command, click.Group):
            context = click.Context(command)
            found = command.get_command(context, word) or command.commands.get(getattr(command, "default", ""))
            if found is None:
                yield word
                return
            command = found


def test_every_command_and_option_exists(root: Path) -> None:
    assert [
        f"{page.name}: sidra {command}: {wrong}"
        for page in pages(root)
        for command in PROGRAM.findall(code(page))
        for wrong in unknown(command.split())
    ] == []


def test_every_target_of_make_exists(root: Path) -> None:
    targets = set(RULE.findall((root / "Makefile").read_text(encoding="utf-8")))
    assert [
        f"{page.name}: make {target}"
        for page in pages(root)
        for target in TARGET.findall(code(page))
        if target not in targets
    ] == []


def test_every_setting_exists(root: Path) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in SETTINGS}
    named = {found for page in pages(root) for found in VARIABLE.findall(page.read_text(encoding="utf-8"))}
    assert named - known == set()


def test_every_file_exists(root: Path) -> None:
    assert [
        f"{page.name}: {place}"
        for page in pages(root)
        for place in PLACE.findall(code(page))
        if not (root / place.rstrip(".")).exists() and place not in MADE.findall(page.read_text(encoding="utf-8"))
        if not place.startswith(tuple(FOLDER.findall(page.read_text(encoding="utf-8"))))
    ] == []


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("check sn", []),
        ("chekc sn", ["chekc"]),
        ("feed run pl subscriber_load FILE", []),
        ("feed walk", ["walk"]),
        ("serve --port 1 --relaod", ["--relaod"]),
        ("--version", []),
    ],
)
def test_a_command_that_does_not_exist_is_seen(words: str, wrong: list[str]) -> None:
    assert [*unknown(words.split())] == wrong
