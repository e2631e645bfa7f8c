"""A version of the baseline that somebody asks for by its number."""

from __future__ import annotations

from sidra.errors import SidraError
from sidra_metamodel.layering.layers import Baseline, Layers
from sidra_metamodel.suggest import did_you_mean, listed


class UnknownVersion(SidraError):
    """There is no such version of the baseline, or nobody can have it."""

    code = "E241"


def demand(layers: Layers, version: str) -> Baseline:
    """Return a version of the baseline; raises UnknownVersion where nobody can have it."""
    if version == layers.installed.version:
        return layers.installed
    found = layers.versions.get(version)
    if found is None:
        known = list(dict.fromkeys((*layers.there, layers.installed.version)))
        near = did_you_mean(version, known) or f"there are {listed(known)};"
        raise UnknownVersion(f"no baseline `{version}`", hint=f"{near} `sidra baseline add` takes another version")
    if found.fault:
        hint = "take it anew with `sidra baseline add`, from the archive that the group sent"
        raise UnknownVersion(f"the baseline {version} cannot be used: {found.fault}", hint=hint)
    return found
