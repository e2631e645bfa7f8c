"""What layers require of those below them: that they are there, in a version that fits, of a tier that is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sidra_metamodel.checking.cycles import circles, shown_circle
from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.kinds.layer import Layer, Pack
from sidra_metamodel.layering.layers import CORE
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed

Version = tuple[int, int, int]

_VERSION: Final = re.compile(r"(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?")
_BOUND: Final = re.compile(r"(~|\^|>=|<=|>|<|=|)(\d{1,9}(?:\.\d{1,9}){0,2})")
_WAY_OUT: Final = "write `~1.2` for 1.2.x, `^1.2` for 1.2 up to 2, or bounds such as `>=1.2 <3`"


def check_requirements(model: Model, diagnostics: Diagnostics) -> None:
    """Record required layers and packs that are not there, or in another version, and packs of tiers not taken."""
    there = _declared(model)
    for layer in model.layers:
        for name, wanted in layer.requires.items():
            node = layer.node.items["requires"].items[name]
            # An environment lists all affiliates that it is for, whose layers do not see each other.
            if name in there:
                _check_version(there[name], name, wanted, node, diagnostics)
            elif layer.level != "environment":
                help_ = did_you_mean(name, there) or f"there are {listed(there)}"
                diagnostics.error("E426", f"`{name}` is required and not in force here", node, help=help_)
    _check_tiers(model, diagnostics)
    _check_circles(model, diagnostics)


def _check_circles(model: Model, diagnostics: Diagnostics) -> None:
    """Record packs that require each other: neither would be the lower one, so that both would win."""
    packs = {name: pack for name, pack in model.documents(Pack.kind).items() if isinstance(pack, Pack)}
    for circle in circles({name: set(pack.requires) & packs.keys() for name, pack in packs.items()}):
        node = packs[circle[0]].node.items["requires"]
        message = f"packs require each other: {shown_circle(circle)}"
        diagnostics.error("E404", message, node, help="let one of them require none of the others")


def _declared(model: Model) -> Mapping[str, Layer | Pack]:
    packs = {name: pack for name, pack in model.documents(Pack.kind).items() if isinstance(pack, Pack)}
    layers = {layer.name: layer for layer in model.layers}
    groups = {str(layer.level): layer for layer in model.layers if layer.level == "group"}
    return {**packs, **layers, **groups}


def _check_version(found: Layer | Pack, name: str, wanted: str, node: Node, diagnostics: Diagnostics) -> None:
    bounds = bounds_of(wanted)
    if bounds is None:
        diagnostics.error("E426", f"`{wanted}` is no range of versions", node, help=_WAY_OUT)
        return
    said = found.version or ""
    version = version_of(said)
    if version is None:
        place = [note("declared here", found.node.get("version") or found.node, key=True)]
        message = f"`{name}` is required in a version, and has {f'`{said}`, which is none' if said else 'none'}"
        diagnostics.error("E426", message, node, notes=place, help="let it say `version: 1.0.0`")
    elif not all(least <= version < end for least, end in bounds):
        place = [note("declared here", found.node.items["version"])]
        message = f"`{name}` is of version {said}, and `{wanted}` is required"
        help_ = "look at what has changed, then require the version that you have looked at"
        diagnostics.error("E426", message, node, notes=place, help=help_)


def version_of(text: str) -> Version | None:
    """Return a version in its three numbers, those that are not said being 0; None for anything else."""
    found = _VERSION.fullmatch(text)
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else None


def bounds_of(text: str) -> list[tuple[Version, Version]] | None:
    """Return the spans that a version must lie in, each with its first version and the first one behind it.

    None for a text that is no range.
    """
    found = [_BOUND.fullmatch(part) for part in text.split()]
    spans = [_span(part[1], part[2]) for part in found if part is not None]
    return spans if spans and len(spans) == len(found) else None


_LAST: Final = (10**10, 0, 0)
_FIRST: Final = (0, 0, 0)


def _span(operator: str, text: str) -> tuple[Version, Version]:
    numbers = [int(part) for part in text.split(".")]
    least = version_of(text) or _FIRST
    behind = _after(numbers)
    match operator:
        case ">=":
            return least, _LAST
        case ">":
            return behind, _LAST
        case "<":
            return _FIRST, least
        case "<=":
            return _FIRST, behind
        case "^":
            # Below 1.0 a minor version may break what was.
            return least, _after(numbers[: 1 if numbers[0] else 2])
        case "~":
            return least, _after(numbers[:2])
        case _:
            return least, behind


def _after(numbers: list[int]) -> Version:
    """Return the first version behind those that begin with some numbers."""
    padded = [*numbers[:-1], numbers[-1] + 1, 0, 0]
    return padded[0], padded[1], padded[2]


def _check_tiers(model: Model, diagnostics: Diagnostics) -> None:
    tiers = model.layer.node.get("tiers")
    for pack in model.documents(Pack.kind).values():
        if isinstance(pack, Pack) and tiers is not None and pack.tier not in {CORE, *model.layer.tiers}:
            message = f"the pack `{pack.name}` is of the tier `{pack.tier}`, which `{model.layer.name}` does not take"
            place = [note("declared here", pack.node.items["tier"])]
            diagnostics.report("E426", message, tiers, key=True, notes=place, help=f"add `{pack.tier}` to `tiers`")
