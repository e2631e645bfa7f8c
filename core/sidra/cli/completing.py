"""What a shell completes: affiliates, documents and their parts, roles; read from the files' first lines."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from sidra.settings import Settings

_HEADER: Final = re.compile(rb"^([a-z_]+):[ \t]*([\w.-]+)", re.MULTILINE)
_HEAD_BYTES: Final = 2048

Offers = Callable[["Settings", click.Context, str], Iterable[str]]


class Name(click.ParamType[str]):
    """A text that the shell completes from the configuration of the current folder."""

    name = "text"

    def __init__(self, offers: Offers) -> None:
        self._offers = offers

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - as click calls it
        """Give what begins with what is typed; nothing where there is no configuration."""
        from sidra.settings import load_settings
        from sidra_metamodel.diagnostics import SidraError

        try:
            settings = load_settings(os.environ, Path.cwd())
            found = sorted(set(self._offers(settings, ctx, incomplete)))
        except (OSError, SidraError):
            return []
        return [CompletionItem(one) for one in found if one.startswith(incomplete)]


def affiliates(settings: Settings) -> list[str]:
    """Return the names of the affiliates, by the headers of their layers."""
    heads = [_header(folder / "layer.yaml") for folder in settings.affiliates]
    return [head[1] for head in heads if head is not None and head[0] == "layer"]


def documents(settings: Settings, affiliate: str) -> Iterator[tuple[str, str, Path]]:
    """Yield kind, name and file of the documents of the baseline and of an affiliate."""
    own = [folder for folder in settings.affiliates if (_header(folder / "layer.yaml") or ("", ""))[1] == affiliate]
    for folder in (settings.baseline, *own):
        for file in folder.rglob("*.yaml"):
            head = _header(file)
            if head is not None:
                yield *head, file


def _header(file: Path) -> tuple[str, str] | None:
    try:
        with file.open("rb") as opened:
            found = _HEADER.search(opened.read(_HEAD_BYTES))
    except OSError:
        return None
    return (found[1].decode(), found[2].decode()) if found else None


def _of_kind(kind: str) -> Offers:
    def offered(settings: Settings, ctx: click.Context, _typed: str) -> Iterator[str]:
        said = str(ctx.params.get("affiliate") or "")
        return (name for found, name, _ in documents(settings, said) if found == kind)

    return offered


def _affiliates(settings: Settings, _ctx: click.Context, _typed: str) -> list[str]:
    return affiliates(settings)


def _paths(settings: Settings, ctx: click.Context, typed: str) -> Iterator[str]:
    """Yield documents as `kind.name`, and below a document that is typed already, its keys."""
    affiliate = str(ctx.params.get("affiliate") or "")
    found = list(documents(settings, affiliate))
    yield from (f"{kind}.{name}" for kind, name, _ in found)
    before, dot, _ = typed.rpartition(".")
    steps = before.split(".")
    files = [file for kind, name, file in found if dot and steps[:2] in ([kind, name], [name, *steps[1:2]])]
    for file in files:
        for below in _keys(file, steps):
            yield f"{before}.{below}"
    if not dot and typed:
        yield from (name for _, name, _ in found)


def _keys(file: Path, steps: list[str]) -> list[str]:
    """Return the keys that a file has at a path which begins with its name, or its kind and its name."""
    from sidra_metamodel.diagnostics import Diagnostics
    from sidra_metamodel.reading.parsing import read_file

    read = read_file(file, file.name, "", 0, Diagnostics())
    if read is None:
        return []
    below = steps[2:] if steps[0] == read.kind and steps[1:2] == [read.name] else steps[1:]
    node = read.node.get(*below)
    return list(node.items) if node is not None else []


OFFERS: Final[Mapping[str, Offers]] = MappingProxyType(
    {
        "affiliate": _affiliates,
        "only": _affiliates,
        "path": _paths,
        "role": _of_kind("role"),
        "roles": _of_kind("role"),
        "entity": _of_kind("entity"),
    }
)
"""What stands for a parameter, by its name: a command gets its completion by calling a thing what it is."""


def complete_names(command: click.Command) -> None:
    """Let the shell complete the parameters of a command whose names are known."""
    for parameter in command.params:
        if parameter.type is click.STRING and parameter.name in OFFERS:
            parameter.type = Name(OFFERS[parameter.name])
