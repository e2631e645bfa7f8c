"""An affiliate that takes another version of the baseline: the report, the decisions, the new files."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sidra.configuration import Configuration, read_configuration
from sidra.errors import SidraError
from sidra.settings import Settings
from sidra.versions.demanding import demand
from sidra.versions.placing import Texts, finish, place
from sidra.versions.regional import Broken, Waiting, is_waiting, regions_of, shown
from sidra_metamodel.checking.requirements import bounds_of, version_of
from sidra_metamodel.diagnostics import Diagnostic, Diagnostics, Severity
from sidra_metamodel.layering.layers import REGION, LayerFolder, Layers, header_of
from sidra_metamodel.load import Loaded, load, load_region
from sidra_metamodel.render import render
from sidra_metamodel.upgrading.applying import ALL, Choice, Decision, Decisions, apply, decided
from sidra_metamodel.upgrading.classify import Upgrade, seen_by
from sidra_metamodel.upgrading.codemods import Rewriting, rewrite, upgrades
from sidra_metamodel.upgrading.files import Overlay, Rewritten
from sidra_metamodel.upgrading.findings import Finding
from sidra_metamodel.upgrading.hands import asked_by_hand
from sidra_metamodel.upgrading.lock import Lock, lock_file, lock_of, lock_text, moved, read_lock
from sidra_metamodel.upgrading.names import Use, Uses
from sidra_metamodel.upgrading.names import rewritten as with_names
from sidra_metamodel.upgrading.overrides import UNSEEN, Words, below, overrides
from sidra_metamodel.upgrading.ways import Ways
from sidra_metamodel.versions.manifest import numbers

_NO_TEXTS: Final[Texts] = MappingProxyType({})
_ADOPT_ALL: Final[Decisions] = {ALL: Decision(Choice.ADOPT)}


class Refused(SidraError):
    """A version cannot be taken so; nothing was changed."""

    code = "R761"


@dataclass(frozen=True, slots=True)
class Result:
    """What an upgrade makes of the overlay, before it is written."""

    texts: Texts
    """Of the files that it changes."""
    findings: tuple[Diagnostic, ...]
    """What a check of the result finds."""
    broken: tuple[Broken, ...] = ()
    """Affiliates of a region that it would break."""

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What holds the result back."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)


class Taking:
    """An affiliate, or a region, on the way to a version of the baseline."""

    def __init__(
        self, settings: Settings, name: str, version: str, *, along: bool = False, beside: Texts = _NO_TEXTS
    ) -> None:
        """Read the configuration on both versions; an upgrade that was killed midway is finished first.

        along: the affiliates of a region come with it; beside: texts that stand in the place of the disk's. Raises
        UnknownAffiliate and UnknownVersion.
        """
        self.affiliate, self.version, self.along = name, version, along
        self._settings, self._beside = settings, beside
        self.was_finished = finish(read_configuration(settings).layers.upgraded(name).path)
        found, there = Diagnostics(), self._read({})
        self.lock = read_lock(there.layers.upgraded(name), found)
        self.before = _compared(there.layers, name, self.lock)
        self._configuration = there.with_version(version, self.before)
        self._registry = self._configuration.language.registry
        demand(self._configuration.layers, version)
        if found.has_errors:
            raise Refused("overlay.lock cannot be relied on", hint=render(found))

    @cached_property
    def members(self) -> Mapping[str, str]:
        """The affiliates of a region that do not come along, each with its version of the baseline."""
        return self.all_members if not self.along else {}

    @property
    def all_members(self) -> Mapping[str, str]:
        """The affiliates of a region, each with its version of the baseline; none for an affiliate."""
        own = self._own(self._configuration)
        return self._configuration.layers.members(own) if self.is_region else {}

    @property
    def is_region(self) -> bool:
        """Whether it is a region rather than an affiliate."""
        return self._own(self._configuration).rank == REGION

    @cached_property
    def _old(self) -> Loaded:
        return self._load(self._configuration, self.before)

    def _read(self, texts: Texts) -> Configuration:
        files = Rewritten({**self._beside, **texts}) if self._beside or texts else None
        return read_configuration(self._settings, files)

    def _load(self, configuration: Configuration, version: str) -> Loaded:
        return _loaded(configuration, self.affiliate, version)

    @cached_property
    def wrong_before(self) -> tuple[Diagnostic, ...]:
        """What is wrong in it on the version that it has already, and is mended before another one is taken."""
        if self.before == self.version:
            return ()
        errors = (one for one in self._old.diagnostics if one.severity is Severity.ERROR)
        return tuple(one for one in errors if one.at.layer == self._own(self._configuration).name)

    @property
    def is_way_back(self) -> bool:
        """Whether the version is earlier than the one that it has, and codemods between the two are not undone."""
        is_earlier = numbers(self.version) < numbers(self.before)
        return is_earlier and bool(upgrades(self._old.effective, self.version, self.before))

    @cached_property
    def _on_new(self) -> Loaded:
        """The overlay as it is, on the version."""
        return self._load(self._configuration, self.version)

    @cached_property
    def _uses(self) -> Uses | None:
        """What the overlay calls by former names; None where they must stay, as some affiliates have no others yet."""
        if any(version != self.version for version in self.members.values()):
            # What a region says must be right on the versions of all its affiliates.
            return None
        own, new = self._own(self._configuration), self._on_new.effective
        said = upgrades(new, self.before, self.version)
        ways = Ways.between(below(self._old.effective, own), below(new, own), Words(self._registry), said)
        return Uses(own, self._old.draft, ways)

    @cached_property
    def rewritten(self) -> tuple[tuple[Rewriting, ...], Texts]:
        """What names and codemods rewrite on the way, and the files after them."""
        own, new = self._own(self._configuration), self._on_new.effective
        texts, named = self._with_new_names()
        overlay = Overlay(own, {**self._beside, **texts})
        done = rewrite(overlay, own, upgrades(new, self.before, self.version), self._registry, new)
        return (*named, *done), {**texts, **overlay.texts} if done else texts

    def _with_new_names(self) -> tuple[Texts, tuple[Rewriting, ...]]:
        """Return the files in which the overlay uses names that are others in the version, with those names."""
        files: dict[Path, list[Use]] = {}
        overlay = Overlay(self._own(self._configuration), self._beside)
        for use in self._uses.renamed if self._uses is not None else ():
            files.setdefault(overlay.file(use.path), []).append(use)
        texts = {file: with_names(overlay.edits(file).text, found) for file, found in files.items()}
        done = (Rewriting(self.version, use.address, use.to) for found in files.values() for use in found)
        return texts, tuple(dict.fromkeys(done))

    @cached_property
    def _rewritten_configuration(self) -> Configuration:
        texts = self.rewritten[1]
        if not texts:
            return self._configuration
        return self._read(texts).with_version(self.version)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the version does to the overrides that are not clean."""
        configuration = self._rewritten_configuration
        new = self._load(configuration, self.version)
        # What codemods have put elsewhere saw what it saw where it stood.
        ways = [(one.path, one.to) for one in self.rewritten[0]]
        lock = moved(self.lock, ways) if self.lock is not None else None
        own = self._own(configuration)
        wrong = frozenset(one.at for one in self.wrong_before)
        found = Upgrade(own, self._old, new, self._registry, lock, wrong).findings()
        if self.members:
            found = tuple(self._waiting.told(one) for one in found)
        return (*found, *asked_by_hand(self._uses, new.effective)) if self._uses is not None else found

    @cached_property
    def _waiting(self) -> Waiting:
        """Which new names the affiliates of a region do not all have yet."""
        versions = set(self.members.values())
        configuration = self._configuration.with_version(*versions)
        own = self._own(configuration)
        roots = {one: below(self._load(configuration, one).effective, own) for one in versions}
        return Waiting(self.members, roots, Words(self._registry))

    @cached_property
    def count(self) -> int:
        """How many overrides there are that saw something in the baseline, as `overlay.lock` notes them."""
        found = overrides(self._own(self._rewritten_configuration), self._registry)
        return len({one.address for one in found if one.form not in UNSEEN})

    @cached_property
    def remaining(self) -> tuple[Diagnostic, ...]:
        """What would still be wrong if the baseline's word were taken everywhere: it is to be mended by hand."""
        return self.result(self.adopting).errors

    @property
    def adopting(self) -> Decisions:
        """The baseline's word wherever somebody has to decide."""
        return {one.path: Decision(Choice.ADOPT) for one in self.findings if one.blocks}

    @property
    def diff(self) -> str:
        """What codemods do to the files, as a unified diff."""
        return self.diff_of(self.rewritten[1])

    def diff_of(self, texts: Texts) -> str:
        """Return what new texts do to the files of the overlay, as a unified diff."""
        folder = self._own(self._configuration).path
        lines: list[str] = []
        for file, text in sorted(texts.items()):
            before = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
            name = file.relative_to(folder.parent).as_posix()
            lines += difflib.unified_diff(before, (text or "").splitlines(keepends=True), name, name)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

    def result(self, decisions: Decisions) -> Result:
        """Return what the overlay becomes by decisions; raises Undecided, and Uneditable."""
        choices = decided(self.findings, decisions)
        own = self._own(self._rewritten_configuration)
        overlay = Overlay(own, {**self._beside, **self.rewritten[1]})
        apply(overlay, [one for one in self.findings if not is_waiting(one)], choices)
        self._pin(overlay, own)
        configuration = self._read(overlay.texts).with_version(self.version)
        loaded = self._load(configuration, self.version)
        layer = self._own(configuration)
        lock = lock_of(self.version, seen_by(loaded, layer, self._registry), self.lock)
        written = {**overlay.texts, lock_file(own): lock_text(self.affiliate, lock)}
        texts = {file: text for file, text in written.items() if text != self._text(file)}
        return Result(texts, tuple(loaded.diagnostics), tuple(self._broken(configuration)))

    def _text(self, file: Path) -> str | None:
        if file in self._beside:
            return self._beside[file]
        return file.read_bytes().decode() if file.exists() else None

    def _broken(self, configuration: Configuration) -> Iterator[Broken]:
        """Yield the affiliates of a region that would not check with it on the versions that they have."""
        for name, version in self.members.items():
            there = {(one.code, one.at.path, one.message) for one in self._configuration.load(name).diagnostics}
            found = [one for one in configuration.load(name).diagnostics if one.severity is Severity.ERROR]
            new = tuple(one for one in found if (one.code, one.at.path, one.message) not in there)
            if new:
                yield Broken(name, version, new)

    @cached_property
    def regions_first(self) -> tuple[str, ...]:
        """The regions of an affiliate that have to be brought along before it."""
        return () if self.is_region else regions_of(self.remaining)

    def apply(self, decisions: Decisions) -> Result:
        """Write what the overlay becomes; raises Undecided, Uneditable, Refused, Unplaced, and then nothing changed."""
        result = self.result(decisions)
        self.demand_sound(result)
        place(self._own(self._configuration).path, result.texts)
        return result

    def demand_sound(self, result: Result) -> None:
        """Raise Refused where a result would not check."""
        if result.errors and self.wrong_before:
            reason = f"{self.affiliate} does not check on the baseline {self.before}, which it has"
            hint = f"mend that first, as `sidra check` tells it, and retry\n\n{shown(self.wrong_before)}"
            raise Refused(reason, hint=hint)
        if result.errors:
            reason = f"on the baseline {self.version} {self.affiliate} would not check"
            raise Refused(reason, hint=f"{self._way_out(result)}\n\n{shown(result.errors)}")
        for one in result.broken[:1]:
            hint = f"bring its affiliates along with `--together`, or decide otherwise\n\n{shown(one.errors)}"
            raise Refused(f"{one.affiliate} would not check on the baseline {one.version}, which it has", hint=hint)

    def demand_mendable(self) -> None:
        """Raise Refused where the version cannot be taken, whatever is decided about the findings."""
        self.demand_sound(self.result(self.adopting))

    def _way_out(self, result: Result) -> str:
        first = () if self.is_region else regions_of(result.errors)
        if first:
            return f"bring the region along first: `sidra upgrade {first[0]} --to {self.version}`"
        return "mend it by hand, or decide otherwise"

    @property
    def folder(self) -> Path:
        """The folder of the layer that is rewritten."""
        return self._own(self._configuration).path

    def _pin(self, overlay: Overlay, own: LayerFolder) -> None:
        level = header_of(own, "level")
        if level is None:
            raise Refused(f"`{self.affiliate}` has no layer.yaml", hint="write one first")
        edits = overlay.edits(overlay.file(level.source.path))
        wanted = edits.get(("requires", "group"))
        versions = sorted({self.version, *self.members.values()}, key=numbers)
        if own.rank != REGION:
            edits.set(("baseline",), self.version)
        if wanted is not None and not all(_fits(one, str(wanted)) for one in versions):
            edits.set(("requires", "group"), _range(versions))

    def _own(self, configuration: Configuration) -> LayerFolder:
        return configuration.layers.upgraded(self.affiliate)


def _fits(version: str, wanted: str) -> bool:
    found, bounds = version_of(version), bounds_of(wanted)
    return found is None or bounds is None or all(least <= found < end for least, end in bounds)


def _range(versions: Sequence[str]) -> str:
    """Return what to require where these versions are in use."""
    (major, minor, *_), (to_major, to_minor, *_) = numbers(versions[0]), numbers(versions[-1])
    if (major, minor) == (to_major, to_minor):
        return f"~{major}.{minor}"
    return f">={major}.{minor} <{to_major}.{to_minor + 1}"


def new_lock(settings: Settings, name: str) -> tuple[LayerFolder, Lock]:
    """Return the lock of an affiliate on the version that it has now, or of a region on the first of its affiliates'.

    One that cannot be relied on counts as none.
    """
    configuration = read_configuration(settings)
    own = configuration.layers.upgraded(name)
    lock, registry = read_lock(own, Diagnostics()), configuration.language.registry
    version = _compared(configuration.layers, name, lock)
    loaded = _loaded(configuration.with_version(version), name, version)
    return own, lock_of(version, seen_by(loaded, own, registry), lock)


def _compared(layers: Layers, name: str, lock: Lock | None) -> str:
    """Return the version that an affiliate has now, or that a region was last compared with."""
    own, installed = layers.upgraded(name), layers.installed.version
    if own.rank != REGION:
        return own.pin or installed
    if lock is not None and lock.baseline in {*layers.there, installed}:
        return lock.baseline
    return min(layers.members(own).values(), key=numbers, default=installed)


def _loaded(configuration: Configuration, name: str, version: str) -> Loaded:
    if configuration.layers.upgraded(name).rank == REGION:
        return load_region(configuration.layers, name, configuration.language, version)
    return load(configuration.layers, name, configuration.language, baseline=version)
