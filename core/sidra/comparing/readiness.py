"""Whether affiliates can take the newest baseline: what it does to their overrides, in the classes of upgrades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sidra.configuration import Configuration
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.upgrading.classify import Upgrade
from sidra_metamodel.upgrading.findings import Class, Finding
from sidra_metamodel.upgrading.lock import read_lock
from sidra_metamodel.versions.manifest import numbers


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the newest baseline does to an affiliate that stands on an older one."""

    version: str
    findings: tuple[Finding, ...]

    @property
    def blocks(self) -> int:
        """How many overrides somebody has to decide about first."""
        return sum(one.blocks for one in self.findings)

    @property
    def classes(self) -> Mapping[str, int]:
        """How many overrides are of each class, the worst first; nothing where all are clean."""
        counts = Counter(one.cls for one in self.findings)
        return {cls.value: counts[cls] for cls in Class if counts[cls]}


def newest(configuration: Configuration) -> str:
    """Return the newest version of the baseline that is here; empty where none has a number."""
    known = {*configuration.layers.there, configuration.layers.installed.version} - {""}
    return max(known, key=numbers, default="")


def readiness(configuration: Configuration) -> Mapping[str, Readiness]:
    """Return how ready each affiliate is that does not stand on the newest baseline."""
    layers, registry, version = configuration.layers, configuration.language.registry, newest(configuration)
    found = {}
    for name in layers.affiliates:
        own = layers.affiliate(name)
        if (own.pin or layers.installed.version) != version:
            old, new = configuration.load(name), configuration.pinned(name, version)
            upgrade = Upgrade(own, old, new, registry, read_lock(own, Diagnostics()))
            found[name] = Readiness(version, upgrade.findings())
    return found
