"""The `$keys` of overlays: which there are, where each may stand, and of what form its value is."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from enum import Enum, auto
from itertools import pairwise
from types import MappingProxyType
from typing import Final, NamedTuple

from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.language import ListShape, NamedShape, RecordShape, Shape, UnionShape
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed
from sidra_metamodel.traits import ListMerge
from sidra_metamodel.versions.manifest import VERSION


class Position(Enum):
    """What a node is to the map that holds it."""

    ROOT = auto()
    NAMED = auto()
    """An element under its name."""
    VALUE = auto()
    """What a keyword says."""


REASONS: Final = ("why", "ticket", "until", "category")
"""The reason of a change; it belongs to the layer that gives it and is never merged."""

PLACES: Final = ("before", "after", "first", "last")
"""Where an element stands among its siblings; a higher layer's wins whole."""

CATEGORIES: Final = ("legal", "market", "technical", "debt")
LOCKS: Final = ("tighten", "extend", "final")
"""From the weakest to the strongest."""


def _is_true(node: Node) -> bool:
    return node.value is True


def _is_text(node: Node) -> bool:
    return isinstance(node.value, str) and bool(node.value)


def _is_names(node: Node) -> bool:
    return _is_text(node) or (bool(node.entries) and all(map(_is_text, node.entries)))


def _is_list(node: Node) -> bool:
    return not isinstance(node.value, dict) and node.value is not None


def _is_bare(node: Node) -> bool:
    return not isinstance(node.value, dict)


def _is_limit(node: Node) -> bool:
    """Tell whether a value is `true` or like `{attributes: {max: 20}}`."""
    if isinstance(node.value, dict):
        return bool(node.items) and all(map(_is_most, node.items.values()))
    return node.value is True


def _is_most(limit: Node) -> bool:
    most = limit.get("max")
    return most is not None and len(limit.items) == 1 and type(most.value) is int and most.value >= 0


def _is_date(node: Node) -> bool:
    try:
        return isinstance(node.value, str) and bool(datetime.date.fromisoformat(node.value))
    except ValueError:
        return False


def _is_version(node: Node) -> bool:
    return VERSION.fullmatch(node.text or str(node.value)) is not None


class Directive(NamedTuple):
    """One `$key`: its form, in a predicate and in words, and how one writes it."""

    fits: Callable[[Node], bool]
    form: str
    example: str


DIRECTIVES: Final[Mapping[str, Directive]] = MappingProxyType(
    {
        "set": Directive(_is_bare, "a scalar or a list", "40"),
        "replace": Directive(_is_true, "`true`", "true"),
        "remove": Directive(_is_true, "`true`", "true"),
        "add": Directive(_is_list, "a list", "[whatsapp]"),
        "drop": Directive(_is_list, "a list", "[web]"),
        "before": Directive(_is_text, "the name of a sibling", "family_name"),
        "after": Directive(_is_text, "the name of a sibling", "family_name"),
        "first": Directive(_is_true, "`true`", "true"),
        "last": Directive(_is_true, "`true`", "true"),
        "why": Directive(_is_text, "a sentence", "Tax number, law 2012-31"),
        "ticket": Directive(_is_text, "the number of a ticket", "GAP-17"),
        "until": Directive(_is_date, "a date", "2027-03-31"),
        "category": Directive(
            lambda node: node.value in CATEGORIES, "one of `legal`, `market`, `technical`, `debt`", "legal"
        ),
        "lock": Directive(lambda node: node.value in LOCKS, "one of `final`, `tighten`, `extend`", "tighten"),
        "was": Directive(_is_names, "the former name, or a list of them", "fax"),
        "since": Directive(_is_version, "a version of the baseline", "1.3.0"),
        "extend": Directive(_is_limit, "`true` or limits", "{attributes: {max: 20}}"),
    }
)

_ANYWHERE: Final = frozenset({*REASONS, "lock"})
_MAPS: Final = frozenset({"replace", "extend"})
_NAMED: Final = frozenset({*PLACES, "remove", "replace", "was", "since", "extend"})
_SETS: Final = frozenset({"add", "drop"})


def checked_directives(
    node: Node, shape: Shape, position: Position, diagnostics: Diagnostics
) -> Mapping[str, Node] | None:
    """Return the `$keys` that can be followed; those that are unknown, misplaced or of a wrong form are recorded."""
    allowed = allowed_directives(shape, position)
    fitting: dict[str, Node] = {}
    for name, value in (node.directives or {}).items():
        known = DIRECTIVES.get(name)
        if known is None:
            diagnostics.error(
                "E102",
                f"no instruction `${name}`",
                value,
                key=True,
                help=did_you_mean(f"${name}", (f"${known}" for known in DIRECTIVES))
                or f"there are {_listed(DIRECTIVES)}",
            )
        elif name not in allowed:
            diagnostics.error(
                "E104", f"`${name}` does not fit here", value, key=True, help=_way_out(name, shape, allowed)
            )
        elif not known.fits(value):
            way_out = f"write it like `${name}: {known.example}`, or delete it"
            diagnostics.error("E106", f"`${name}` must be {known.form}", value, help=way_out)
        else:
            fitting[name] = value
    _check_together(node, diagnostics)
    return fitting or None


def _way_out(name: str, shape: Shape, allowed: frozenset[str]) -> str:
    """Tell how a map of names is added to and taken from, else what fits."""
    if name in _SETS and isinstance(shape, NamedShape):
        return "entries of a map are written by name: `x_sn_name: {…}` adds one, `$remove: true` in one drops it"
    return f"here fit {_listed(sorted(allowed))}"


def allowed_directives(shape: Shape, position: Position) -> frozenset[str]:
    """Return the names of the instructions that fit on a value of a shape, without their `$`."""
    shapes = shape.alternatives if isinstance(shape, UnionShape) else (shape,)
    allowed = _ANYWHERE | ({"set"} if any(map(takes_bare, shapes)) else frozenset())
    if any(isinstance(each, RecordShape | NamedShape) for each in shapes):
        allowed |= _MAPS
    if any(isinstance(each, ListShape) and each.merge is ListMerge.SET for each in shapes):
        allowed |= _SETS
    if position is Position.NAMED:
        allowed |= _NAMED
    if position is Position.ROOT:
        allowed |= {"remove", "was", "since"}
    return allowed


def takes_bare(shape: Shape) -> bool:
    """Tell whether a scalar or a list can stand for a value of a shape, so that `$set` can give it."""
    match shape:
        case RecordShape(element=element):
            return element.shorthand is not None
        case NamedShape(of=of):
            return shape.is_label or isinstance(of, RecordShape | NamedShape)
        case _:
            return True


def _check_together(node: Node, diagnostics: Diagnostics) -> None:
    given = node.directives or {}
    places = [name for name in PLACES if name in given]
    pairs = list(pairwise(places))
    pairs += [("remove", name) for name in ("replace", *PLACES, "set", "add", "drop") if {"remove", name} <= set(given)]
    pairs += [("set", name) for name in ("add", "drop", "replace") if {"set", name} <= set(given)]
    for one, other in pairs:
        diagnostics.error(
            "E105",
            f"`${one}` and `${other}` contradict each other",
            given[other],
            key=True,
            notes=[note("first here", given[one], key=True)],
            help="keep one of them",
        )
    for name in ("remove", "set", "add", "drop"):
        if name in given and node.items:
            child = next(iter(node.items))
            diagnostics.error(
                "E105",
                f"`${name}` stands beside `{child}`",
                given[name],
                key=True,
                help=f"an element that says `${name}` has no other content",
            )


def _listed(names: Iterable[str]) -> str:
    return listed(f"${name}" for name in names)
