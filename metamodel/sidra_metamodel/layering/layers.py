"""The folders of layers: which there are, in which order an affiliate sees them, and the documents they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics, Severity, SidraError, note
from sidra_metamodel.kinds.granting import GRANTING
from sidra_metamodel.memory import Memory
from sidra_metamodel.nodes import Node
from sidra_metamodel.reading.parsing import ReadDocument
from sidra_metamodel.suggest import did_you_mean, listed
from sidra_metamodel.versions.manifest import numbers

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
    version: str | None = None
    """As its document says it."""
    pin: str | None = None
    """The version of the baseline that an affiliate has; None for the installed one."""
    beside: tuple[tuple[str, str], ...] = ()
    """The files beside the documents that may count, such as BPMN: by their path below the folder, a hash of each."""

    @property
    def is_declared(self) -> bool:
        """Whether a document of it says what it is, as each layer above the packs must."""
        return self.rank <= PACK or any(found.kind == "layer" for found in self.documents)

    @property
    def own_name(self) -> str:
        """The name that its header gives it: `sn` of `affiliate:sn`."""
        return self.name.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Baseline:
    """One version of the baseline: the group's layer and the packs."""

    version: str
    folders: tuple[LayerFolder, ...]
    fault: str = ""
    """Why nobody can have it; empty where they can."""


@dataclass(frozen=True, slots=True)
class Granted:
    """The waivers and ceilings of one version of the baseline."""

    version: str
    documents: tuple[ReadDocument, ...]


@dataclass(frozen=True, slots=True)
class LayerStack:
    """The layers of one affiliate, the lowest first."""

    affiliate: str
    folders: tuple[LayerFolder, ...]
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)
    beside: Diagnostics = field(default_factory=Diagnostics, repr=False, compare=False)
    """What is wrong with the affiliate among the others, whose files it does not see."""
    granted: tuple[ReadDocument, ...] | None = field(default=None, repr=False, compare=False)
    """What the installed baseline waives and bounds, whatever version of it these layers have."""
    granted_by: str | None = None
    """The version that waives and bounds, where it is not the one that these layers stand on."""

    @property
    def grants(self) -> tuple[ReadDocument, ...]:
        """The documents by which the group waives and bounds: they are about affiliates, and of no version."""
        return granting(self.folders) if self.granted is None else self.granted

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
    """Those of the installed baseline, and all above it."""
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)
    versions: Mapping[str, Baseline] = field(default_factory=dict)
    """Other versions of the baseline that were asked for, also those that nobody can have."""
    there: tuple[str, ...] = ()
    """All versions that stand in the data folder, the oldest first."""
    granted: Granted | None = None
    """What waives and bounds in place of the installed baseline, as a release has it that stands on another one."""

    @property
    def affiliates(self) -> tuple[str, ...]:
        """The names of the affiliates, sorted."""
        return tuple(sorted(folder.own_name for folder in self.folders if folder.rank == AFFILIATE))

    @property
    def installed(self) -> Baseline:
        """The baseline that affiliates without a pin have."""
        folders = tuple(folder for folder in self.folders if folder.rank <= PACK)
        group = next((folder for folder in folders if folder.rank == GROUP), None)
        return Baseline((group and group.version) or "", folders)

    @property
    def regions(self) -> tuple[str, ...]:
        """The names of the regions, sorted."""
        return tuple(sorted(folder.own_name for folder in self.folders if folder.rank == REGION))

    def upgraded(self, name: str) -> LayerFolder:
        """Return the layer that is brought to another baseline: an affiliate, or a region; raises UnknownAffiliate."""
        region = next((one for one in self.folders if one.rank == REGION and one.own_name == name), None)
        return region if region is not None and name not in self.affiliates else self.affiliate(name)

    def members(self, region: LayerFolder) -> Mapping[str, str]:
        """Return the affiliates that have a region, each with its version of the baseline."""
        own = {name: self.affiliate(name) for name in self.affiliates}
        return {
            name: folder.pin or self.installed.version
            for name, folder in own.items()
            if region.own_name in folder.requires
        }

    def affiliate(self, name: str) -> LayerFolder:
        """Return an affiliate's own layer; raises UnknownAffiliate."""
        own = next((one for one in self.folders if one.rank == AFFILIATE and one.own_name == name), None)
        if own is None:
            hint = f"there are {listed(self.affiliates)}" if self.affiliates else "no folder holds an affiliate"
            raise UnknownAffiliate(f"no affiliate `{name}`", hint=hint)
        return own

    def stack(self, affiliate: str, version: str | None = None) -> LayerStack:
        """Return the layers of one affiliate: group, packs of its tiers, region, itself, environment.

        version: that of the baseline to lay them on, in place of the one that the affiliate is pinned to. Raises
        UnknownAffiliate. A version that nobody can have is told of beside the layers.
        """
        own = self.affiliate(affiliate)
        beside = self._beside(own)
        below = self._baseline(own, version or own.pin, beside).folders
        group = [folder for folder in below if folder.rank == GROUP]
        regions = [folder for folder in self.folders if folder.rank == REGION and folder.own_name in own.requires]
        environments = [f for f in self.folders if f.rank == ENVIRONMENT and affiliate in f.requires]
        folders = (*group, *_packs(below, own.tiers), *regions, own, *environments)
        return LayerStack(affiliate, folders, self.memory, beside, self.grants, self._granted_by(group))

    def _granted_by(self, group: list[LayerFolder]) -> str | None:
        if self.granted is not None:
            return self.granted.version
        is_installed = all(folder in self.folders for folder in group)
        return None if is_installed else self.installed.version

    def below_affiliates(self, region: LayerFolder, version: str) -> LayerStack:
        """Return a region on a version of the baseline with all its packs: what its affiliates have in common."""
        beside = Diagnostics()
        below = self.whole(self._baseline(region, version, beside)).folders
        return LayerStack(region.own_name, (*below, region), self.memory, beside, self.grants)

    @property
    def grants(self) -> tuple[ReadDocument, ...]:
        """The documents by which the group waives and bounds, as its installed baseline has them."""
        return granting(self.folders) if self.granted is None else self.granted.documents

    def whole(self, baseline: Baseline) -> LayerStack:
        """Return a version of the baseline with all its packs, and nothing above it."""
        group = [folder for folder in baseline.folders if folder.rank == GROUP]
        packs = _packs(baseline.folders, {folder.own_name for folder in baseline.folders if folder.rank == PACK})
        return LayerStack("", (*group, *packs), self.memory)

    def _baseline(self, own: LayerFolder, version: str | None, beside: Diagnostics) -> Baseline:
        """Return a version of the baseline; the installed one, with an error beside it, for one that is not there."""
        installed = self.installed
        if version is None or version == installed.version:
            return installed
        found = self.versions.get(version)
        if found is None or found.fault:
            known = sorted({*self.there, installed.version} - {""}, key=numbers)
            _refuse_version(own, version, found, known, beside)
            return installed
        return found

    def _beside(self, own: LayerFolder) -> Diagnostics:
        found = Diagnostics()
        others = [one for one in self.folders if one.rank == AFFILIATE and one.own_name < own.own_name]
        first = next((one for one in others if own.prefix and one.prefix == own.prefix), None)
        if first is not None:
            _warn_of_prefix(own, first, found)
        return found


def granting(folders: Iterable[LayerFolder]) -> tuple[ReadDocument, ...]:
    """Return the waivers and ceilings in the group's tree."""
    return tuple(one for folder in folders if folder.rank <= PACK for one in folder.documents if one.kind in GRANTING)


def _packs(baseline: tuple[LayerFolder, ...], tiers: Collection[str]) -> Iterator[LayerFolder]:
    packs = {folder.own_name: folder for folder in baseline if folder.rank == PACK}
    wanted = {name for tier in tiers if tier in packs for name in (tier, *_needed(packs[tier], packs))}
    done: set[str] = set()
    while wanted:
        ready = [name for name in sorted(wanted) if _needed(packs[name], packs) <= done] or sorted(wanted)
        yield packs[ready[0]]
        done.add(ready[0])
        wanted.discard(ready[0])


def _refuse_version(
    own: LayerFolder, version: str, found: Baseline | None, known: list[str], beside: Diagnostics
) -> None:
    node = header_of(own, "baseline") or header_of(own, "level")
    if node is None:
        return
    if found is not None:
        way_out = "take it anew with `sidra baseline add`, from the archive that the group sent"
        beside.error("E242", f"the baseline {version} cannot be used: {found.fault}", node, help=way_out)
        return
    near = did_you_mean(version, known) or f"there are {listed(known)};"
    beside.error("E241", f"no baseline `{version}`", node, help=f"{near} `sidra baseline add` takes another version")


def header_of(layer: LayerFolder, keyword: str) -> Node | None:
    """Return what a layer's own document says by a keyword."""
    nodes = (document.node.items.get(keyword) for document in layer.documents if document.kind == "layer")
    return next((node for node in nodes if node is not None), None)


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
