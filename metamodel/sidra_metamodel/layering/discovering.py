"""Which layers there are: the installed baseline, other versions of it, and the folders of those above it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Final

from sidra_metamodel.collecting import collection_paused
from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.layering.layers import (
    AFFILIATE,
    CORE,
    GROUP,
    PACK,
    RANKS,
    Baseline,
    Granted,
    LayerFolder,
    Layers,
    header_of,
)
from sidra_metamodel.layering.normalise import normalise
from sidra_metamodel.nodes import Place, Source
from sidra_metamodel.reading.cache import Cache, Shelf
from sidra_metamodel.reading.parsing import MAX_BYTES, ReadDocument, decoded
from sidra_metamodel.registry import Registry
from sidra_metamodel.suggest import did_you_mean, listed
from sidra_metamodel.versions.manifest import MANIFEST, fault_of, versions_in

_ENDINGS: Final = (".yaml", ".yml")
_SEEN: Final = (*_ENDINGS, ".yaml.txt", ".yml.txt")
"""Endings of names that somebody meant as YAML; editors that hide the last part add `.txt`."""

_SILENT: Final = ("~", ".py", ".pyc", ".typed", ".lock", ".md", MANIFEST, "demo.json", "demo_inbox.json")
"""Endings of files beside the documents that say nothing about what is in force."""
_DIGEST_BYTES: Final = 32

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_LOCALE: Final = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")

Beside = tuple[tuple[str, str], ...]
Equal = dict[tuple[str, str], ReadDocument]
"""Documents without findings by their layer and text, which other versions of the baseline share."""


def discover(
    baseline: Path,
    affiliate_folders: Sequence[Path],
    registry: Registry | None = None,
    cache: Cache | None = None,
    *,
    versions: Path | None = None,
    also: Collection[str] = (),
) -> Layers:
    """Return the layers found in the baseline's folder and in folders of affiliates, regions and environments.

    A folder of `affiliate_folders` is a layer itself (it has a `layer.yaml`) or holds layers. Broken files never
    raise: what is wrong with them stands in the `diagnostics` of their layer. Below `versions` stand other versions of
    the baseline; those are read that an affiliate is pinned to, and those of `also`.
    """
    cache, registry = cache or Cache(), registry or Registry(BUILT_IN_KINDS)
    heads = cache.shelf(f"{baseline.resolve()} heads")
    reader = _Reader(registry, cache, heads)
    with collection_paused():
        folders = [*_baseline(baseline, reader)]
        below = [*folders]
        for folder in affiliate_folders:
            if _is_layer(folder, registry):
                folders.append(reader.layer(folder, folder.parent.parent))
            else:
                folders += [reader.layer(path, folder.parent) for path in _subfolders(folder)]
        pins = {folder.pin for folder in folders if folder.pin is not None} - {below[0].version}
        found = _versions(versions, pins | set(also), reader, below)
        heads.save()
        return Layers(tuple(folders), cache.memory, found, versions_in(versions) if versions else ())


def granted_in(folder: Path, version: str, registry: Registry, cache: Cache, diagnostics: Diagnostics) -> Granted:
    """Return the waivers and ceilings of a version of the baseline, which stand in a folder without anything else."""
    reader = _Reader(registry, cache, cache.shelf(f"{folder.resolve()} heads"))
    with collection_paused():
        documents, _ = reader.documents(folder, folder.parent, "group", GROUP, diagnostics)
    return Granted(version, documents)


def _versions(
    folder: Path | None, wanted: Collection[str], reader: _Reader, installed: Sequence[LayerFolder]
) -> Mapping[str, Baseline]:
    """Return the wanted versions that stand in a folder; documents that say the same are the same nodes."""
    found: dict[str, Baseline] = {}
    if folder is not None and wanted:
        reader.share(installed)
        for version in versions_in(folder):
            if version in wanted:
                found[version] = _version(folder, version, reader)
                reader.share(found[version].folders)
    return found


def _version(folder: Path, version: str, reader: _Reader) -> Baseline:
    path = folder / version
    fault = fault_of(path, version)
    folders = () if fault else tuple(_baseline(path, reader, folder.parent))
    if folders and folders[0].version != version:
        fault = f"its layer says `version: {folders[0].version}`"
    return Baseline(version, folders, fault)


def _baseline(path: Path, reader: _Reader, base: Path | None = None) -> Iterator[LayerFolder]:
    """Yield the group's layer, which the core pack belongs to, and the other packs."""
    base = base or (path.parent.parent if path.parent.name == "baseline" else path.parent)
    packs = [folder for folder in _subfolders(path) if (folder / "pack.yaml").is_file()]
    core = [folder for folder in packs if folder.name == CORE]
    yield reader.group(path, base, [folder for folder in packs if folder.name != CORE])
    for folder in packs:
        if folder not in core:
            yield reader.pack(folder, base)


def _is_layer(folder: Path, registry: Registry) -> bool:
    """Tell whether a folder is a layer, also one that lost its `layer.yaml`, rather than a folder of layers."""
    inner = {kind.folder for kind in registry.kinds.values()}
    return (folder / "layer.yaml").exists() or any(path.name in inner for path in _subfolders(folder))


def _subfolders(path: Path) -> list[Path]:
    return sorted(p for p in path.iterdir() if p.is_dir() and p.name[0] not in "._") if path.is_dir() else []


class _Reader:
    """Reads the documents below a folder and normalises them."""

    def __init__(self, registry: Registry, cache: Cache, heads: Shelf) -> None:
        self._registry = registry
        self._cache = cache
        self._heads = heads
        self._equal: Equal = {}

    def share(self, folders: Sequence[LayerFolder]) -> None:
        """Give the documents of these layers for files of the same layers that say the same."""
        for folder in folders:
            wrong = {found.at.path for found in folder.diagnostics}
            for document in folder.documents:
                if document.node.source.path not in wrong:
                    self._equal.setdefault((folder.name, document.node.source.text), document)

    def group(self, path: Path, base: Path, others: Sequence[Path]) -> LayerFolder:
        found = Diagnostics()
        documents, beside = self.documents(path, base, "group", GROUP, found, skip=others)
        none: frozenset[str] = frozenset()
        folder = LayerFolder(path, "group", "group", GROUP, None, none, none, documents, found, beside=beside)
        version = header_of(folder, "version")
        return replace(folder, version=str(version.value)) if version is not None else folder

    def pack(self, path: Path, base: Path) -> LayerFolder:
        head = self._head(path / "pack.yaml", base)
        name, found = f"pack:{head.name if head else path.name}", Diagnostics()
        documents, beside = self.documents(path, base, name, PACK, found)
        requires, none = _texts(head, "requires") - {CORE}, frozenset[str]()
        return LayerFolder(path, name, "pack", PACK, None, requires, none, documents, found, beside=beside)

    def layer(self, path: Path, base: Path) -> LayerFolder:
        head = self._head(path / "layer.yaml", base)
        head = head if head and head.kind == "layer" else None
        given = _text(head, "level")
        level = given if given is not None and given in RANKS else "affiliate"
        name, rank, found = f"{level}:{head.name if head else path.name}", RANKS[level], Diagnostics()
        documents, beside = self.documents(path, base, name, rank, found)
        shown = _shown(path / "layer.yaml", base)
        if head is None and not any(one.at.path == shown for one in found):
            _refuse_undeclared(Source(shown, name, rank), path.name, found)
        requires = head.node.get("requires") if head else None
        needed = frozenset(requires.items if requires else ())
        prefix, tiers = _text(head, "prefix"), _texts(head, "tiers")
        version = _text(head, "version")
        pin = _text(head, "baseline") if rank == AFFILIATE else None
        return LayerFolder(path, name, level, rank, prefix, needed, tiers, documents, found, version, pin, beside)

    def _head(self, path: Path, base: Path) -> ReadDocument | None:
        """Return what a folder says about itself; its name and rank are part of the source of all its nodes."""
        # What is wrong with it is found again when it is read as a document of its layer.
        return self._heads.read(path, Source(_shown(path, base), "", AFFILIATE), Diagnostics(), self._finished)

    def documents(
        self, path: Path, base: Path, layer: str, rank: int, found: Diagnostics, skip: Sequence[Path] = ()
    ) -> tuple[tuple[ReadDocument, ...], Beside]:
        """Return the documents of a layer, and the files beside them."""
        beside: list[tuple[str, str]] = []
        documents: dict[tuple[str, str], ReadDocument] = {}
        shelf = self._cache.shelf(f"{path.resolve()} {layer}")
        places = self._cache.places.setdefault((base, layer, rank), {})
        for text in self._files(path, skip):
            if not text.lower().endswith(_SEEN):
                beside += self._beside(Path(text), path)
                continue
            if text not in places:
                places[text] = Path(text), Source(_shown(Path(text), base), layer, rank)
            file, source = places[text]
            if file.suffix != ".yaml":
                _refuse_ending(source, found)
                continue
            document = self._same(file, source) or shelf.read(file, source, found, self._finished)
            if document is not None:
                first = documents.setdefault((document.kind, document.name), document)
                if first is not document:
                    _refuse_second(first, document, found)
        shelf.save()
        return tuple(documents.values()), tuple(beside)

    def _beside(self, file: Path, folder: Path) -> Iterator[tuple[str, str]]:
        """Yield the path and the hash of a file that is no document, unless it is no text or too long for one."""
        shown = file.relative_to(folder).as_posix()
        data = self._cache.files.read(file, Source(shown, "", AFFILIATE), Diagnostics())
        with suppress(UnicodeDecodeError):
            if data is not None and len(data) <= MAX_BYTES:
                data.decode()
                yield shown, blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()

    def _files(self, path: Path, skip: Sequence[Path]) -> Iterable[str]:
        """Return the files of a layer in order of their folders, last those that are not saved yet."""
        unsaved = [file for file in self._cache.files.unsaved(path) if not any(map(file.is_relative_to, skip))]
        return (*_files(path, skip), *map(str, unsaved))

    def _same(self, file: Path, source: Source) -> ReadDocument | None:
        """Return the document of another version of the baseline that has a file's text."""
        if not self._equal:
            return None
        data = self._cache.files.read(file, source, Diagnostics())
        return self._equal.get((source.layer, decoded(data))) if data is not None else None

    def _finished(self, document: ReadDocument, found: Diagnostics) -> ReadDocument | None:
        """Return a document with its short forms written out, or None when it is of no kind or has no name."""
        if not self._is_known(document, found):
            return None
        node = normalise(document.node, self._registry.kinds[document.kind], found)
        return ReadDocument(document.kind, document.name, node)

    def _is_known(self, document: ReadDocument, found: Diagnostics) -> bool:
        """Tell whether there is such a kind, and whether the name is one."""
        header = document.node
        if document.kind not in self._registry.kinds:
            kinds = self._registry.kinds
            way_out = did_you_mean(document.kind, kinds) or f"there are {listed(kinds)}"
            found.error("E113", f"no kind `{document.kind}`", header, help=f"a file begins with its kind; {way_out}")
            return False
        pattern = _LOCALE if document.kind == "translation" else _NAME
        if not pattern.fullmatch(document.name):
            found.error(
                "E114",
                f"`{document.name}` is no name for a document",
                header,
                key=True,
                length=len(document.name),
                help="a translation is named by its language, such as `fr` or `pt-BR`"
                if document.kind == "translation"
                else "names have small letters, digits and `_`, and begin with a letter",
            )
            return False
        return True


def _refuse_second(first: ReadDocument, second: ReadDocument, found: Diagnostics) -> None:
    found.error(
        "E303",
        f"{second.kind} `{second.name}` is declared twice in one layer",
        second.node,
        key=True,
        notes=[note("first here", first.node, key=True)],
        help="make them one document",
    )


def _refuse_undeclared(source: Source, name: str, found: Diagnostics) -> None:
    place = Place(source.path, 1, 1, source.layer)
    help = f"begin it with `layer: {name}`, `level: affiliate` and `prefix: {name}`"
    found.report_at("E005", "nothing here says which layer this folder is", source, place, help=help)


def _refuse_ending(source: Source, found: Diagnostics) -> None:
    place = Place(source.path, 1, 1, source.layer)
    found.report_at("E010", "a file with this ending is not read", source, place, help="let its name end in `.yaml`")


def _files(path: Path, skip: Sequence[Path]) -> Iterator[str]:
    """Yield the files below a folder that may count, folder by folder, without hidden ones and other layers'."""
    for folder, folders, files in os.walk(path):
        # A folder with the name of a file is found out when it is read.
        named = [*files, *(name for name in folders if name.lower().endswith(_ENDINGS))]
        folders[:] = sorted(name for name in folders if name[0] != "." and Path(folder, name) not in skip)
        for name in sorted(named):
            if name[0] != "." and not name.endswith(_SILENT):
                yield f"{folder}{os.sep}{name}"


def _shown(path: Path, base: Path) -> str:
    # `relative_to` takes apart what is known to begin with `base`, for every file at each look.
    return path.as_posix()[len(base.as_posix()) :].lstrip("/")


def _text(head: ReadDocument | None, name: str) -> str | None:
    node = head.node.get(name) if head else None
    return node.value if node and isinstance(node.value, str) else None


def _texts(head: ReadDocument | None, name: str) -> frozenset[str]:
    node = head.node.get(name) if head else None
    return frozenset(str(entry.value) for entry in node.entries) if node else frozenset()
