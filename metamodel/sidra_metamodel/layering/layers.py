"""The folders of layers: which there are, in which order an affiliate sees them, and the documents they hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sidra_metamodel.collecting import collection_paused
from sidra_metamodel.diagnostics import Diagnostics, Severity, SidraError, note
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.layering.normalise import normalise
from sidra_metamodel.memory import Memory
from sidra_metamodel.nodes import Place, Source
from sidra_metamodel.reading.cache import Cache, Shelf
from sidra_metamodel.reading.parsing import ReadDocument
from sidra_metamodel.registry import Registry
from sidra_metamodel.suggest import did_you_mean, listed

GROUP: Final = 0
PACK: Final = 1
REGION: Final = 2
AFFILIATE: Final = 3
ENVIRONMENT: Final = 4

RANKS: Final[Mapping[str, int]] = {
    "group": GROUP,
    "pack": PACK,
    "region": REGION,
    "affiliate": AFFILIATE,
    "environment": ENVIRONMENT,
}

CORE: Final = "core"
"""The pack that every affiliate has; it is the group's layer."""


_ENDINGS: Final = (".yaml", ".yml")
_SEEN: Final = (*_ENDINGS, ".yaml.txt", ".yml.txt")
"""Endings of names that somebody meant as YAML; editors that hide the last part add `.txt`."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_LOCALE: Final = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


class UnknownAffiliate(SidraError):
    """No folder declares the affiliate."""

    code = "E112"


@dataclass(frozen=True, slots=True)
class LayerFolder:
    """A layer and what stands in its folder."""

    path: Path
    name: str
    """As shown to people: `group`, `pack:b2b`, `affiliate:sn`."""
    level: str
    """`group pack region affiliate environment`."""
    rank: int
    prefix: str | None
    requires: frozenset[str]
    """Own names of the packs, or of the lower layers, that it needs."""
    tiers: frozenset[str]
    documents: tuple[ReadDocument, ...] = field(repr=False)
    """Normalised, in the order of their files."""
    diagnostics: Diagnostics = field(repr=False, compare=False)
    """What is wrong with the files themselves."""

    @property
    def is_declared(self) -> bool:
        """Whether a document of it says what it is, as each layer above the packs must."""
        return self.rank <= PACK or any(found.kind == "layer" for found in self.documents)

    @property
    def own_name(self) -> str:
        """The name that its header gives it: `sn` of `affiliate:sn`."""
        return self.name.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class LayerStack:
    """The layers of one affiliate, the lowest first."""

    affiliate: str
    folders: tuple[LayerFolder, ...]
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)
    beside: Diagnostics = field(default_factory=Diagnostics, repr=False, compare=False)
    """What is wrong with the affiliate among the others, whose files it does not see."""

    @property
    def diagnostics(self) -> Diagnostics:
        """What is wrong with the files of these layers."""
        found = Diagnostics()
        for folder in self.folders:
            found.extend(folder.diagnostics)
        return found

    @property
    def orders(self) -> Mapping[str, frozenset[str]]:
        """The packs that each pack is ordered after, by their shown names."""
        packs = {folder.own_name: folder for folder in self.folders if folder.rank == PACK}
        return {folder.name: frozenset(f"pack:{name}" for name in _needed(folder, packs)) for folder in packs.values()}


@dataclass(frozen=True, slots=True)
class Layers:
    """All layers of an installation."""

    folders: tuple[LayerFolder, ...]
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)

    @property
    def affiliates(self) -> tuple[str, ...]:
        """The names of the affiliates, sorted."""
        return tuple(sorted(folder.own_name for folder in self.folders if folder.rank == AFFILIATE))

    def stack(self, affiliate: str) -> LayerStack:
        """Return the layers of one affiliate: group, packs of its tiers, region, itself, environment.

        Raises UnknownAffiliate.
        """
        own = next((f for f in self.folders if f.rank == AFFILIATE and f.own_name == affiliate), None)
        if own is None:
            hint = f"there are {listed(self.affiliates)}" if self.affiliates else "no folder holds an affiliate"
            raise UnknownAffiliate(f"no affiliate `{affiliate}`", hint=hint)
        group = [folder for folder in self.folders if folder.rank == GROUP]
        regions = [folder for folder in self.folders if folder.rank == REGION and folder.own_name in own.requires]
        environments = [f for f in self.folders if f.rank == ENVIRONMENT and affiliate in f.requires]
        folders = (*group, *self._packs(own), *regions, own, *environments)
        return LayerStack(affiliate, folders, self.memory, self._beside(own))

    def _beside(self, own: LayerFolder) -> Diagnostics:
        found = Diagnostics()
        others = [one for one in self.folders if one.rank == AFFILIATE and one.own_name < own.own_name]
        first = next((one for one in others if own.prefix and one.prefix == own.prefix), None)
        if first is not None:
            _warn_of_prefix(own, first, found)
        return found

    def _packs(self, own: LayerFolder) -> Iterator[LayerFolder]:
        packs = {folder.own_name: folder for folder in self.folders if folder.rank == PACK}
        wanted = {name for tier in own.tiers if tier in packs for name in (tier, *_needed(packs[tier], packs))}
        done: set[str] = set()
        while wanted:
            ready = [name for name in sorted(wanted) if _needed(packs[name], packs) <= done] or sorted(wanted)
            yield packs[ready[0]]
            done.add(ready[0])
            wanted.discard(ready[0])


def _needed(pack: LayerFolder, packs: Mapping[str, LayerFolder]) -> set[str]:
    """Return the names of the packs that one requires, directly or not."""
    found: set[str] = set()
    waiting = list(pack.requires)
    while waiting:
        name = waiting.pop()
        if name in packs and name not in found and name != pack.own_name:
            found.add(name)
            waiting.extend(packs[name].requires)
    return found


def discover(
    baseline: Path,
    affiliate_folders: Sequence[Path],
    registry: Registry | None = None,
    cache: Cache | None = None,
) -> Layers:
    """Return the layers found in the baseline's folder and in folders of affiliates, regions and environments.

    A folder of `affiliate_folders` is a layer itself (it has a `layer.yaml`) or holds layers. Broken files never
    raise: what is wrong with them stands in the `diagnostics` of their layer.
    """
    cache, registry = cache or Cache(), registry or Registry(BUILT_IN_KINDS)
    heads = cache.shelf(f"{baseline.resolve()} heads")
    reader = _Reader(registry, cache, heads)
    with collection_paused():
        folders = [*_baseline(baseline, reader)]
        for folder in affiliate_folders:
            if _is_layer(folder, registry):
                folders.append(reader.layer(folder, folder.parent.parent))
            else:
                folders += [reader.layer(path, folder.parent) for path in _subfolders(folder)]
        heads.save()
        return Layers(tuple(folders), cache.memory)


def _baseline(path: Path, reader: _Reader) -> Iterator[LayerFolder]:
    """Yield the group's layer, which the core pack belongs to, and the other packs."""
    base = path.parent.parent if path.parent.name == "baseline" else path.parent
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

    def group(self, path: Path, base: Path, others: Sequence[Path]) -> LayerFolder:
        found = Diagnostics()
        documents = self._documents(path, base, "group", GROUP, found, skip=others)
        return LayerFolder(path, "group", "group", GROUP, None, frozenset(), frozenset(), documents, found)

    def pack(self, path: Path, base: Path) -> LayerFolder:
        head = self._head(path / "pack.yaml", base)
        name, found = f"pack:{head.name if head else path.name}", Diagnostics()
        documents = self._documents(path, base, name, PACK, found)
        requires = _texts(head, "requires") - {CORE}
        return LayerFolder(path, name, "pack", PACK, None, requires, frozenset(), documents, found)

    def layer(self, path: Path, base: Path) -> LayerFolder:
        head = self._head(path / "layer.yaml", base)
        head = head if head and head.kind == "layer" else None
        given = _text(head, "level")
        level = given if given is not None and given in RANKS else "affiliate"
        name, rank, found = f"{level}:{head.name if head else path.name}", RANKS[level], Diagnostics()
        documents = self._documents(path, base, name, rank, found)
        shown = _shown(path / "layer.yaml", base)
        if head is None and not any(one.at.path == shown for one in found):
            _refuse_undeclared(Source(shown, name, rank), path.name, found)
        requires = head.node.get("requires") if head else None
        needed = frozenset(requires.items if requires else ())
        prefix, tiers = _text(head, "prefix"), _texts(head, "tiers")
        return LayerFolder(path, name, level, rank, prefix, needed, tiers, documents, found)

    def _head(self, path: Path, base: Path) -> ReadDocument | None:
        """Return what a folder says about itself; its name and rank are part of the source of all its nodes."""
        # What is wrong with it is found again when it is read as a document of its layer.
        return self._heads.read(path, Source(_shown(path, base), "", AFFILIATE), Diagnostics(), self._finished)

    def _documents(
        self, path: Path, base: Path, layer: str, rank: int, found: Diagnostics, skip: Sequence[Path] = ()
    ) -> tuple[ReadDocument, ...]:
        documents: dict[tuple[str, str], ReadDocument] = {}
        shelf = self._cache.shelf(f"{path.resolve()} {layer}")
        for file in _files(path, skip):
            source = Source(_shown(file, base), layer, rank)
            if file.suffix != ".yaml":
                _refuse_ending(source, found)
                continue
            document = shelf.read(file, source, found, self._finished)
            if document is not None:
                first = documents.setdefault((document.kind, document.name), document)
                if first is not document:
                    _refuse_second(first, document, found)
        shelf.save()
        return tuple(documents.values())

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


def _warn_of_prefix(own: LayerFolder, first: LayerFolder, found: Diagnostics) -> None:
    nodes = [
        document.node.items["prefix"]
        for folder in (own, first)
        for document in folder.documents
        if document.kind == "layer" and "prefix" in document.node.items
    ]
    found.report(
        "E417",
        f"`{first.own_name}` has the prefix `{own.prefix}`, too: nobody can tell whose names are local",
        nodes[0],
        severity=Severity.WARNING,
        notes=[note("the other one", nodes[-1])],
        help=f"choose another one, such as `prefix: {own.own_name}`",
    )


def _refuse_undeclared(source: Source, name: str, found: Diagnostics) -> None:
    place = Place(source.path, 1, 1, source.layer)
    help = f"begin it with `layer: {name}`, `level: affiliate` and `prefix: {name}`"
    found.report_at("E005", "nothing here says which layer this folder is", source, place, help=help)


def _refuse_ending(source: Source, found: Diagnostics) -> None:
    place = Place(source.path, 1, 1, source.layer)
    found.report_at("E010", "a file with this ending is not read", source, place, help="let its name end in `.yaml`")


def _files(path: Path, skip: Sequence[Path]) -> Iterator[Path]:
    """Yield the YAML files below a folder in order of their paths, hidden ones and those of other layers left out."""
    for folder, folders, files in os.walk(path):
        # A folder with the name of a file is found out when it is read.
        named = [*files, *(name for name in folders if name.lower().endswith(_ENDINGS))]
        folders[:] = sorted(name for name in folders if name[0] != "." and Path(folder, name) not in skip)
        for name in sorted(named):
            if name.lower().endswith(_SEEN) and name[0] != ".":
                yield Path(folder, name)


def _shown(path: Path, base: Path) -> str:
    # `relative_to` takes apart what is known to begin with `base`, for every file at each look.
    return path.as_posix()[len(base.as_posix()) :].lstrip("/")


def _text(head: ReadDocument | None, name: str) -> str | None:
    node = head.node.get(name) if head else None
    return node.value if node and isinstance(node.value, str) else None


def _texts(head: ReadDocument | None, name: str) -> frozenset[str]:
    node = head.node.get(name) if head else None
    return frozenset(str(entry.value) for entry in node.entries) if node else frozenset()
