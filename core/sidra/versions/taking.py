"""An affiliate that takes another version of the baseline: the report, the decisions, the new files."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sidra.configuration import Configuration, read_configuration
from sidra.errors import SidraError
from sidra.settings import Settings
from sidra.versions.demanding import demand
from sidra.versions.placing import Texts, finish, place
from sidra_metamodel.checking.requirements import bounds_of, version_of
from sidra_metamodel.diagnostics import Diagnostic, Diagnostics, Severity
from sidra_metamodel.layering.layers import LayerFolder, header_of
from sidra_metamodel.load import Loaded, load
from sidra_metamodel.render import render
from sidra_metamodel.upgrading.applying import ALL, Choice, Decision, Decisions, apply, decided
from sidra_metamodel.upgrading.classify import Upgrade, seen_by
from sidra_metamodel.upgrading.codemods import Rewriting, rewrite, upgrades
from sidra_metamodel.upgrading.files import Overlay, Rewritten
from sidra_metamodel.upgrading.findings import Finding
from sidra_metamodel.upgrading.lock import Lock, lock_file, lock_of, lock_text, moved, read_lock
from sidra_metamodel.upgrading.overrides import overrides

_ADOPT_ALL: Final[Decisions] = {ALL: Decision(Choice.ADOPT)}


class Refused(SidraError):
    """A version cannot be taken so; nothing was changed."""

    code = "R761"


@dataclass(frozen=True, slots=True)
class Result:
    """What an upgrade makes of the overlay, before it is written."""

    texts: Texts
    findings: tuple[Diagnostic, ...]
    """What a check of the result finds."""

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What holds the result back."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)


class Taking:
    """An affiliate on the way to a version of the baseline; raises UnknownAffiliate and UnknownVersion."""

    def __init__(self, settings: Settings, affiliate: str, version: str) -> None:
        """Read the configuration on both versions; an upgrade that was killed midway is finished first."""
        self.affiliate, self.version = affiliate, version
        self._settings = settings
        own = read_configuration(settings).layers.affiliate(affiliate)
        self.was_finished = finish(own.path)
        self._configuration = read_configuration(settings).with_version(version)
        self._registry = self._configuration.language.registry
        demand(self._configuration.layers, version)
        found = Diagnostics()
        self.lock = read_lock(self._own(self._configuration), found)
        if found.has_errors:
            raise Refused("overlay.lock cannot be relied on", hint=render(found))

    @cached_property
    def before(self) -> str:
        """The version that the affiliate has now."""
        layers = self._configuration.layers
        return self._own(self._configuration).pin or layers.installed.version

    @cached_property
    def _old(self) -> Loaded:
        return self._configuration.load(self.affiliate)

    @cached_property
    def rewritten(self) -> tuple[tuple[Rewriting, ...], Texts]:
        """What codemods rewrite on the way, and the files after them."""
        on_new = load(self._configuration.layers, self.affiliate, self._configuration.language, baseline=self.version)
        own = self._own(self._configuration)
        overlay = Overlay(own)
        said = upgrades(on_new.effective, self.before, self.version)
        done = rewrite(overlay, own, said, self._registry, on_new.effective)
        return done, overlay.texts if done else {}

    @cached_property
    def _rewritten_configuration(self) -> Configuration:
        texts = self.rewritten[1]
        if not texts:
            return self._configuration
        return read_configuration(self._settings, Rewritten(texts)).with_version(self.version)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the version does to the overrides that are not clean."""
        configuration = self._rewritten_configuration
        new = load(configuration.layers, self.affiliate, configuration.language, baseline=self.version)
        # What codemods have put elsewhere saw what it saw where it stood.
        ways = [(one.path, one.to) for one in self.rewritten[0]]
        lock = moved(self.lock, ways) if self.lock is not None else None
        return Upgrade(self._own(configuration), self._old, new, self._registry, lock).findings()

    @cached_property
    def count(self) -> int:
        """How many overrides there are."""
        return len(list(overrides(self._own(self._rewritten_configuration), self._registry)))

    @cached_property
    def remaining(self) -> tuple[Diagnostic, ...]:
        """What would still be wrong if the baseline's word were taken everywhere: it is to be mended by hand."""
        decisions = {one.path: Decision(Choice.ADOPT) for one in self.findings if one.blocks}
        return self.result(decisions).errors

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
        overlay = Overlay(own, self.rewritten[1])
        apply(overlay, self.findings, choices)
        self._pin(overlay, own)
        configuration = read_configuration(self._settings, Rewritten(overlay.texts))
        loaded = configuration.load(self.affiliate)
        layer = self._own(configuration)
        lock = lock_of(self.version, seen_by(loaded, layer, self._registry), self.lock)
        texts = {**overlay.texts, lock_file(own): lock_text(self.affiliate, lock)}
        return Result(texts, tuple(loaded.diagnostics))

    def apply(self, decisions: Decisions) -> Result:
        """Write what the overlay becomes; raises Undecided, Uneditable, Refused, Unplaced, and then nothing changed."""
        result = self.result(decisions)
        if result.errors:
            found = Diagnostics()
            found.extend(result.errors)
            reason = f"on the baseline {self.version} the overlay would not check"
            raise Refused(reason, hint=f"mend it by hand, or decide otherwise\n\n{render(found)}")
        place(self._own(self._configuration).path, result.texts)
        return result

    def _pin(self, overlay: Overlay, own: LayerFolder) -> None:
        level = header_of(own, "level")
        if level is None:
            raise Refused(f"`{self.affiliate}` has no layer.yaml", hint="write one first")
        edits = overlay.edits(overlay.file(level.source.path))
        edits.set(("baseline",), self.version)
        wanted, version = edits.get(("requires", "group")), version_of(self.version)
        bounds = bounds_of(str(wanted)) if wanted is not None else None
        if version is not None and bounds and not all(least <= version < end for least, end in bounds):
            edits.set(("requires", "group"), f"~{version[0]}.{version[1]}")

    def _own(self, configuration: Configuration) -> LayerFolder:
        return configuration.layers.affiliate(self.affiliate)


def new_lock(settings: Settings, affiliate: str) -> tuple[LayerFolder, Lock]:
    """Return the lock of an affiliate on the version that it has now; one that cannot be relied on counts as none."""
    configuration = read_configuration(settings)
    own = configuration.layers.affiliate(affiliate)
    loaded, registry = configuration.load(affiliate), configuration.language.registry
    version = own.pin or configuration.layers.installed.version
    return own, lock_of(version, seen_by(loaded, own, registry), read_lock(own, Diagnostics()))
