"""The files of an overlay while they are rewritten: nothing is on the disk before all of it is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Data
from sidra_metamodel.layering.layers import LayerFolder, header_of
from sidra_metamodel.nodes import Source
from sidra_metamodel.reading.files import Files

Texts = Mapping[Path, str | None]
"""New texts of files; None for one that goes."""


class Rewritten(Files):
    """The files of the disk, with some of them rewritten."""

    def __init__(self, texts: Texts) -> None:
        """Take what stands in the place of the disk's files."""
        self._texts = texts

    def read(self, path: Path, source: Source, diagnostics: Diagnostics) -> bytes | None:
        """Return what a file holds; nothing, and no finding, for one that goes."""
        if path in self._texts:
            text = self._texts[path]
            return text.encode() if text is not None else None
        return super().read(path, source, diagnostics)

    def unsaved(self, folder: Path) -> Iterable[Path]:
        """Return the files below a folder that are new."""
        return [path for path in self._texts if path.is_relative_to(folder) and not path.exists()]


class Overlay:
    """The files of one layer, edited in memory."""

    def __init__(self, layer: LayerFolder, texts: Texts | None = None) -> None:
        """Take the files of a layer as they are, or as `texts` has them."""
        self._layer = layer
        self._before = dict(texts or {})
        self._edits: dict[Path, Edits] = {}
        own = header_of(layer, "level")
        self._shown = own.source.path.rpartition("/")[0] + "/" if own is not None else ""

    @property
    def texts(self) -> Texts:
        """What the edits made of the files: those that say nothing any more go."""
        found = {path: None if _is_bare(edits) else edits.text for path, edits in self._edits.items()}
        return {**self._before, **found}

    def file(self, shown: str) -> Path:
        """Return where a file stands whose path people see."""
        return self._layer.path / shown.removeprefix(self._shown)

    def edits(self, file: Path) -> Edits:
        """Return the edits of a file; raises Uneditable where it cannot be edited."""
        if file not in self._edits:
            text = self._before.get(file)
            if text is None:
                text = file.read_bytes().decode() if file.exists() and file not in self._before else ""
            self._edits[file] = Edits(text)
        return self._edits[file]

    def document(self, kind: str, name: str, folder: str) -> Edits:
        """Return the edits of the file that holds a document; of a new one where there is none."""
        edits = self.edits(self._file_of(kind, name, folder))
        if not edits.has((kind,)):
            edits.set((kind,), name)
        return edits

    def known(self, kind: str, name: str, folder: str) -> Edits | None:
        """Return the edits of the file that holds a document, also of one made by edits; None where none does."""
        file = self._file_of(kind, name, folder)
        is_there = file in self._edits or file in self._before or file.exists()
        return self.edits(file) if is_there else None

    def _file_of(self, kind: str, name: str, folder: str) -> Path:
        found = next((one for one in self._layer.documents if (one.kind, one.name) == (kind, name)), None)
        if found is not None:
            return self.file(found.node.source.path)
        return self._layer.path / folder / f"{name}.yaml"


def _is_bare(edits: Edits) -> bool:
    """Tell whether a file has nothing but its header and reasons left."""
    data: Data = edits.data
    names = list(data) if isinstance(data, dict) else []
    return all(name.startswith("$") for name in names[1:])
