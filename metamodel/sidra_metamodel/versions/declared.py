"""Whether the number of the installed baseline is large enough for what has changed since an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.effective import Key, effective
from sidra_metamodel.layering.layers import Baseline, Layers
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry
from sidra_metamodel.versions.manifest import numbers
from sidra_metamodel.versions.numbering import Reason, next_version, reasons


@dataclass(frozen=True, slots=True)
class Numbered:
    """The version that a baseline has, and the least that it must have."""

    declared: str
    least: str
    reasons: tuple[Reason, ...]

    @property
    def is_enough(self) -> bool:
        """Whether the declared version is large enough."""
        return numbers(self.declared) >= numbers(self.least)


def numbered(layers: Layers, registry: Registry, since: Baseline) -> Numbered:
    """Return the version that the installed baseline must have after an earlier one."""
    found = reasons(_roots(layers, since, registry), _roots(layers, layers.installed, registry), registry)
    return Numbered(layers.installed.version, next_version(since.version, found), found)


def predecessor(layers: Layers) -> str | None:
    """Return the latest version in the data folder that is not later than the installed one."""
    declared = layers.installed.version
    earlier = [one for one in layers.there if numbers(one) <= numbers(declared)] if declared else []
    return earlier[-1] if earlier else None


def _roots(layers: Layers, baseline: Baseline, registry: Registry) -> Mapping[Key, Node]:
    documents = effective(layers.whole(baseline), registry, Diagnostics())
    return {key: document.root for key, document in documents.items()}
