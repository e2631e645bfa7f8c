"""Where the affiliates keep their records: a file of the data folder each, which no other one has."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from sidra.errors import SidraError
from sidra_metamodel.diagnostics import Diagnostic
from sidra_metamodel.kinds import Layer
from sidra_metamodel.layering.layers import Layers, LayerStack
from sidra_metamodel.nodes import Node, Place

ENDING = ".db"
"""Of every database, so that none takes the place of a cache, or of another one's log of writes."""


class PlaceRefused(SidraError):
    """The place that a layer names for its records cannot be used."""

    code = "R005"


def database_of(layers: Layers, affiliate: str, home: Path) -> Path:
    """Return the file of an affiliate's database; raises PlaceRefused for one outside the data folder, or shared."""
    stack = layers.stack(affiliate)
    node = _named(stack)
    if node is None:
        return _resolved(home, f"{affiliate}{ENDING}")
    at = node.place
    if not isinstance(node.value, str):
        reason = f"the store of `{affiliate}` is not in SQLite"
        raise PlaceRefused(reason, at=at, hint="write `store: {sqlite: file}`; it is the only one that is served")
    if not _is_inside(node.value):
        reason = f"`{node.value[:60]}` is no name of a database in the data folder"
        hint = f"write a name such as `{affiliate}{ENDING}`; where the data folder is, the setting `home` says"
        raise PlaceRefused(reason, at=at, hint=hint)
    found = _resolved(home, node.value)
    _refuse_shared(layers, affiliate, found, home, at)
    return found


def place_findings(layers: Layers, affiliate: str, home: Path) -> list[Diagnostic]:
    """Return what is wrong with the place of an affiliate's records: one finding, or none."""
    try:
        database_of(layers, affiliate, home)
    except PlaceRefused as error:
        at = error.at or Place(affiliate, 1, 1)
        return [Diagnostic(error.code, error.reason, at, help=error.hint)]
    return []


def _named(stack: LayerStack) -> Node | None:
    """Return what names an affiliate's store, if anything does: the file, or what is no file."""
    found = None
    for folder in stack.folders:
        for kind, name, node in folder.documents:
            if (kind, name) == (Layer.kind, stack.affiliate):
                found = node.get("store", "sqlite") or node.get("store") or found
    return found


def _is_inside(text: str) -> bool:
    path, windows = PurePosixPath(text), PureWindowsPath(text)
    is_relative = not path.is_absolute() and not windows.drive and not windows.root
    return text.isprintable() and text.endswith(ENDING) and is_relative and ".." not in windows.parts


def _resolved(home: Path, text: str) -> Path:
    # Links count as where they lead, so that two names of one file are one.
    return (home / text).resolve()


def _refuse_shared(layers: Layers, affiliate: str, file: Path, home: Path, at: Place) -> None:
    """Refuse a file that another affiliate has too: whoever is named like its file keeps it, of others neither."""
    for other in layers.affiliates:
        node = None if other == affiliate else _named(layers.stack(other))
        text = f"{other}{ENDING}" if node is None else node.value
        if other != affiliate and isinstance(text, str) and _resolved(home, text) == file:
            reason = f"`{affiliate}` and `{other}` name the same database, and records of two are never in one"
            raise PlaceRefused(reason, at=at, hint=f"give `{affiliate}` a file of its own, or leave `store:` out")
