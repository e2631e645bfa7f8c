"""A region on the way to a version of the baseline, under affiliates that need not have that version yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sidra_metamodel.diagnostics import Diagnostic, Diagnostics
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.nodes import Node
from sidra_metamodel.render import render
from sidra_metamodel.upgrading.findings import Class, Finding
from sidra_metamodel.upgrading.following import follow
from sidra_metamodel.upgrading.overrides import Words


@dataclass(frozen=True, slots=True)
class Broken:
    """An affiliate that a new text of its region would break on the version that it has."""

    affiliate: str
    version: str
    errors: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Tells of new names which affiliates of a region do not have them yet: until then the former ones are right."""

    members: Mapping[str, str]
    """The affiliates, each with its version."""
    roots: Mapping[str, Mapping[Key, Node]]
    """The documents below the region, by version."""
    words: Words

    def told(self, finding: Finding) -> Finding:
        """Return a finding, which only tells that something has another name where that cannot be written yet."""
        lacking = list(self._lacking(finding)) if finding.cls is Class.RENAMED else []
        if not lacking:
            return finding
        name = ".".join(finding.to)
        until = f"until {' and '.join(lacking)} {'have' if len(lacking) > 1 else 'has'} that"
        advice = f"it is called `{name}` now; yours is written by the former name {until}"
        return replace(finding, advice=advice, to=())

    def _lacking(self, finding: Finding) -> Iterator[str]:
        kind, document, *path = finding.to
        for name, version in self.members.items():
            found = follow(self.roots[version], (kind, document), tuple(path), self.words)
            if found.missing is not None:
                yield f"{name} ({version})"


def is_waiting(finding: Finding) -> bool:
    """Tell whether a new name is not written yet."""
    return finding.cls is Class.RENAMED and not finding.to


def regions_of(errors: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Return the names of the regions that errors stand in, sorted."""
    layers = {one.at.layer for one in errors}
    return tuple(sorted(layer.removeprefix("region:") for layer in layers if layer.startswith("region:")))


def shown(errors: Iterable[Diagnostic]) -> str:
    """Return errors as people read them."""
    found = Diagnostics()
    found.extend(errors)
    return render(found)
