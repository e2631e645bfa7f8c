"""Files of layers as they would be: edited in memory, read like files, and written only when all is proven."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.directives import REASONS
from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Uneditable
from sidra_metamodel.layering.layers import LayerFolder, Layers
from sidra_metamodel.layering.normalise import normalise
from sidra_metamodel.reading.parsing import ReadDocument, read_text
from sidra_metamodel.registry import Registry

_RENAMED: Final = frozenset({".yaml", ".json", ".bpmn"})
"""Endings of the files of a layer that may name what it declares."""

_SILENT: Final = frozenset(f"${name}" for name in REASONS)


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file as it is and as it would be."""

    path: Path
    shown: str
    """As shown to people, and in places of nodes."""
    layer: str
    before: str | None
    """None for a new file."""
    after: str | None
    """None for a file that goes."""


class Proposal:
    """The files of some layers while they are edited; nothing is written here."""

    def __init__(self, layers: Layers, registry: Registry) -> None:
        self._layers = layers
        self._registry = registry
        self._texts: dict[Path, tuple[LayerFolder, str | None, str | None]] = {}
        """Of each file that was looked at: its layer, what it says, and what it would say."""

    def document(self, layer: LayerFolder, kind: str, name: str) -> str | None:
        """Return the shown path of the file in which a layer has a document; None where it has none."""
        found = (one for one in layer.documents if (one.kind, one.name) == (kind, name))
        return next((one.node.source.path for one in found), None)

    def edit(self, layer: LayerFolder, shown: str) -> Edits:
        """Return a file of a layer to edit; `put` takes it back. Raises Uneditable."""
        text = self.text(layer, shown)
        if text is None:
            raise Uneditable(f"{shown}: there is no such file", hint="look where it is written")
        return Edits(text)

    def text(self, layer: LayerFolder, shown: str) -> str | None:
        """Return what a file would say; None for one that is not there."""
        return self._known(layer, _real(layer, shown))[2]

    def put(self, layer: LayerFolder, shown: str, edits: Edits) -> None:
        """Take an edited file; one that says nothing any more goes."""
        data = edits.data
        says = [key for key in list(data)[1:] if key not in _SILENT] if isinstance(data, Mapping) else []
        self.write(layer, _real(layer, shown), edits.text if says else None)

    def drop(self, layer: LayerFolder, shown: str) -> None:
        """Let a file go."""
        self.write(layer, _real(layer, shown), None)

    def shown(self, layer: LayerFolder, path: Path) -> str:
        """Return how a file of a layer is shown."""
        return _shown(layer, path)

    def write(self, layer: LayerFolder, path: Path, text: str | None) -> None:
        """Take what a file would say; None where it goes."""
        known, before, _after = self._known(layer, path)
        self._texts[path] = known, before, text

    def rename(self, layer: LayerFolder, names: Mapping[str, str]) -> None:
        """Write local names otherwise, wherever the files of a layer use them."""
        pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        for path in _files(layer.path):
            text = self._known(layer, path)[2]
            if text is not None and pattern.search(text):
                self.write(layer, path, pattern.sub(lambda found: names[found[1]], text))

    def new_file(self, layer: LayerFolder, kind: str, name: str) -> Path:
        """Return where a layer's document of a kind would stand: beside others of its kind."""
        beside = next((one.node.source.path for one in layer.documents if one.kind == kind), None)
        if beside is not None:
            return _real(layer, beside).parent / f"{name}.yaml"
        core = layer.path / "core"
        return (core if core.is_dir() else layer.path) / self._registry.kinds[kind].folder / f"{name}.yaml"

    @property
    def changes(self) -> tuple[FileChange, ...]:
        """The files that would be others, by their paths."""
        found = (
            FileChange(path, _shown(layer, path), layer.name, before, after)
            for path, (layer, before, after) in self._texts.items()
            if before != after
        )
        return tuple(sorted(found, key=lambda one: one.shown))

    def layers(self) -> Layers:
        """Return all layers as they would be; what is wrong with a file stands in the findings of its layer."""
        changed: dict[str, list[FileChange]] = {}
        for change in self.changes:
            changed.setdefault(change.layer, []).append(change)
        folders = tuple(self._folder(one, changed.get(one.name, ())) for one in self._layers.folders)
        return replace(self._layers, folders=folders)

    def _folder(self, folder: LayerFolder, changes: list[FileChange] | tuple[()]) -> LayerFolder:
        if not changes:
            return folder
        found = Diagnostics()
        found.extend(folder.diagnostics)
        texts = {change.shown: change.after for change in changes if change.shown.endswith(".yaml")}
        documents: list[ReadDocument] = []
        for one in folder.documents:
            text = texts.pop(one.node.source.path, one.node.source.text)
            same = text == one.node.source.text
            read = one if same else self._read(folder, one.node.source.path, text, found)
            documents += [read] if read is not None else []
        new = (self._read(folder, shown, text, found) for shown, text in texts.items())
        return replace(folder, documents=(*documents, *(one for one in new if one is not None)), diagnostics=found)

    def _read(self, folder: LayerFolder, shown: str, text: str | None, found: Diagnostics) -> ReadDocument | None:
        read = read_text(text, shown, folder.name, folder.rank, found) if text is not None else None
        if read is None:
            return None
        return ReadDocument(read.kind, read.name, normalise(read.node, self._registry.kinds[read.kind], found))

    def _known(self, layer: LayerFolder, path: Path) -> tuple[LayerFolder, str | None, str | None]:
        if path not in self._texts:
            text = path.read_bytes().decode() if path.is_file() else None
            self._texts[path] = layer, text, text
        return self._texts[path]


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _RENAMED and path.is_file() and not any(part[0] == "." for part in path.parts[-3:]):
            yield path


def _real(layer: LayerFolder, shown: str) -> Path:
    """Return the file that is shown as so."""
    return layer.path / shown.removeprefix(_prefix(layer))


def _shown(layer: LayerFolder, path: Path) -> str:
    return f"{_prefix(layer)}{path.relative_to(layer.path).as_posix()}"


def _prefix(layer: LayerFolder) -> str:
    """Return how the folder of a layer is shown: the last names of its path, with which all its files are shown."""
    for shown in (one.node.source.path for one in layer.documents):
        parts = shown.split("/")
        for length in range(len(parts) - 1, 0, -1):
            rest = "/".join(parts[length:])
            if list(layer.path.parts[-length:]) == parts[:length] and (layer.path / rest).exists():
                return "/".join(parts[:length]) + "/"
    return ""
