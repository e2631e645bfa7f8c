"""The sheets of an affiliate anew, after its configuration was changed: the workbook, and the feeds that load it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Final

from sidra.configuration import Configuration
from sidra.onboarding.founding import WORKBOOK
from sidra.onboarding.sheets import feeds, sheets
from sidra.onboarding.trial import NoSheets, sheet_feeds
from sidra.onboarding.workbook import is_filled, workbook
from sidra.onboarding.writing import document_text
from sidra.onboarding.writing_answers import node_of
from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.kinds import Interface
from sidra_metamodel.layering.layers import LayerFolder
from sidra_metamodel.model import Model

_MADE: Final = "docProps/core.xml"
"""Where a workbook says when it was made."""


class FilledSheets(SidraError):
    """The workbook holds rows that would be lost."""

    code = "R198"


def gather_anew(configuration: Configuration, model: Model) -> tuple[Path, ...]:
    """Write the workbook and the feeds of an affiliate's sheets as its Model has them now; return what was written.

    Raises NoSheets where it has none, FilledSheets where rows would be lost, OSError with each file as it was or as it
    should be.
    """
    known = sheet_feeds(model)
    if not known:
        hint = "declare an `interface` with `kind: feed` and `format: excel`"
        raise NoSheets(f"no feed of `{model.affiliate}` reads a sheet", hint=hint)
    folder = configuration.layers.affiliate(model.affiliate)
    made = sheets(model, [feed.into for feed in known if feed.into])
    book, file = workbook(model, made), folder.path / WORKBOOK
    contents: dict[Path, bytes] = {} if _same_sheets(file, book) else {file: book}
    if contents and file.exists() and is_filled(file, [feed.sheet or "" for feed in known]):
        reason = f"somebody has filled the sheets in {file.name}"
        raise FilledSheets(reason, hint="move the file to another place, then call the command again")
    for name, content in feeds(model, folder.prefix or folder.own_name, made):
        node = model.nodes.get((Interface.kind, name))
        if node is not None:
            contents[_file_of(folder, name)] = document_text(Interface.kind, name, node_of(content, node)).encode()
    return tuple(path for path, content in contents.items() if _replace(path, content))


def _same_sheets(file: Path, book: bytes) -> bool:
    """Tell whether a file says what a workbook says, whenever they were made."""
    if not file.exists():
        return False
    try:
        return _parts(file.read_bytes()) == _parts(book)
    except zipfile.BadZipFile:
        return False


def _parts(book: bytes) -> dict[str, int]:
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        return {one.filename: one.CRC for one in parts.infolist() if one.filename != _MADE}


def _file_of(folder: LayerFolder, name: str) -> Path:
    """Return the file of one of the layer's own feeds."""
    own = next(one.node for one in folder.documents if (one.kind, one.name) == (Interface.kind, name))
    return folder.path.parent.parent / own.source.path


def _replace(path: Path, content: bytes) -> bool:
    """Write a file, whole or not at all, and tell whether it says something else now."""
    if path.exists() and path.read_bytes() == content:
        return False
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(content)
    aside.replace(path)
    return True
