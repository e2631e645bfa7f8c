"""Why a value is what it is: the layers that gave it, the rule that bounds it, who uses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sidra_metamodel.checking.attributes import camel_case
from sidra_metamodel.directives import LOCKS
from sidra_metamodel.explaining.giving import Link, Part, chain_of, parts_of, shortened, way
from sidra_metamodel.explaining.paths import Spot, find
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.explaining.uses import User, users_of_document, users_of_member
from sidra_metamodel.governing.extensions import ExtensionPoint, extension_points
from sidra_metamodel.language import Keyword, RecordShape
from sidra_metamodel.load import Loaded
from sidra_metamodel.nodes import Place
from sidra_metamodel.traits import Narrower, Rule

MAX_NAMES: Final = 4
"""Names of documents of one kind that are listed."""
MEMBER_DEPTH: Final = 2
"""`attributes.<name>`: how many names lead to an attribute or relation."""

ORDERS: Final = {
    Narrower.LOWER: "lower it",
    Narrower.HIGHER: "raise it",
    Narrower.SUBSET: "take from it, and add what is its own",
    Narrower.SUPERSET: "add to it",
    Narrower.TRUTH: "make it hold more often",
    Narrower.ACCESS: "give less",
    Narrower.LATER: "choose a later one",
}
"""What a higher layer may do to a value that it may only tighten."""

RULES: Final = {
    Rule.FINAL: "no layer may change it",
    Rule.TIGHTEN: "a higher layer may leave it as it is",
    Rule.ACCUMULATE: "what each layer says must hold",
    Rule.EXTEND: "a higher layer may only add to it",
    Rule.OPEN: "any layer may change it",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything known about the value at a path."""

    path: str
    """As `sidra explain` and `sidra show` take it."""
    value: str
    chain: tuple[Link, ...]
    """What each layer says, the highest first."""
    parts: tuple[Part, ...]
    """The parts of a value that several layers or files gave, each with its givers."""
    rule: str
    keyword: str
    doc: str
    users: tuple[User, ...]
    extensions: tuple[ExtensionPoint, ...] = ()
    """Where the layers below invite additions, below the path."""
    api: str = ""

    def text(self) -> str:
        """Return the explanation as LAYERING.md §6 lays it out."""
        return "\n".join(_lines(self)) + "\n"

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as a JSON-ready map."""
        return {
            "path": self.path,
            "value": self.value,
            "chain": [
                {"layer": link.layer, "state": str(link.state), "value": link.value, **_place(link.at), "why": link.why}
                for link in self.chain
            ],
            "parts": [{"name": part.name, "layers": [*part.layers], **_place(part.at)} for part in self.parts],
            "rule": self.rule,
            "keyword": self.keyword,
            "doc": self.doc,
            "extend": [{"path": ".".join(one.path), "most": one.most, "has": [*one.taken]} for one in self.extensions],
            "used_by": [{"kind": kind, "name": name} for kind, name in self.users],
            "api": self.api,
        }


def _place(at: Place) -> dict[str, str | int]:
    return {"path": at.path, "line": at.line, "column": at.column}


def explain(loaded: Loaded, path: str) -> Explanation:
    """Return why the value at a path is what it is; raises UnknownPath."""
    spot = find(loaded.effective, loaded.draft.registry, path)
    keyword = spot.keyword
    return Explanation(
        path=spot.address,
        value=shortened(flow(spot.node)) if spot.node.is_map else flow(spot.node),
        chain=tuple(chain_of(loaded, spot)),
        parts=tuple(parts_of(spot.node)),
        rule="; ".join(filter(None, (_rule(keyword) if keyword else "", _lock(loaded, spot)))),
        keyword=keyword.name if keyword else "",
        doc=keyword.doc if keyword else "",
        users=tuple(_users(loaded, spot)),
        extensions=tuple(_extensions(loaded, spot)),
        api=_api(loaded, spot),
    )


def _lock(loaded: Loaded, spot: Spot) -> str:
    """Return the strongest `$lock` around a value, with the layer and the place that set it."""
    document = (spot.document.kind, spot.document.name)
    found = [
        (LOCKS.index(str(lock.value)), f"locked: {lock.value} ({folder.name}, {lock.place.path}:{lock.place.line})")
        for folder in loaded.effective.stack.folders
        for kind, name, root in folder.documents
        if (kind, name) == document
        for node in way(root, spot.steps)
        if (lock := node.directive("lock")) is not None and lock.value in LOCKS
    ]
    return max(found)[1] if found else ""


def _rule(keyword: Keyword) -> str:
    order = ORDERS.get(keyword.narrower) if keyword.narrower else None
    return f"{keyword.rule}: {f'a higher layer may only {order}' if order else RULES[keyword.rule]}"


def _users(loaded: Loaded, spot: Spot) -> list[User]:
    document, steps = spot.document, spot.steps
    if document.kind == "entity" and len(steps) >= MEMBER_DEPTH and steps[0] in {"attributes", "relations"}:
        return users_of_member(loaded.draft, document.name, steps[1])
    return users_of_document(loaded.draft, document.kind, document.name)


def _extensions(loaded: Loaded, spot: Spot) -> Iterator[ExtensionPoint]:
    kind = loaded.draft.registry.kinds[spot.document.kind]
    steps = spot.steps
    for point in extension_points(spot.document.root, RecordShape(kind)):
        if point.path[: len(steps)] == steps:
            yield point


def _api(loaded: Loaded, spot: Spot) -> str:
    entity = loaded.draft.entities.get(spot.document.name) if spot.document.kind == "entity" else None
    if entity is None or entity.api is None or entity.api.path is None:
        return ""
    return f"API /{entity.api.path}/{entity.api.resource or camel_case(entity.name)}"


def _lines(explanation: Explanation) -> Iterator[str]:
    yield f"{explanation.path} = {explanation.value}"
    rows = [(link.layer, link.value, f"{link.at.path}:{link.at.line}") for link in explanation.chain]
    for link, row in zip(explanation.chain, _aligned(rows), strict=True):
        why = f"   why: {link.why}" if link.why else ""
        yield f"  {link.state:<8} {row}{why}"
    rows = [(part.name, _givers(part), f"{part.at.path}:{part.at.line}") for part in explanation.parts]
    for index, row in enumerate(_aligned(rows)):
        yield f"  {'' if index else 'parts':<8} {row}"
    if explanation.rule:
        yield f"  rule     {explanation.rule}"
    if explanation.doc:
        yield f"  keyword  {explanation.keyword}: {explanation.doc}"
    for index, point in enumerate(explanation.extensions):
        yield f"  {'' if index else 'extend':<8} {point}"
    yield f"  used by  {_summary(explanation)}"


def _givers(part: Part) -> str:
    return part.layers[0] if len(part.layers) == 1 else f"merged from {', '.join(part.layers)}"


def _aligned(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:2]
    for first, second, place in rows:
        yield f"{first:<{widths[0]}}   {second:<{widths[1]}}   {place}"


def _summary(explanation: Explanation) -> str:
    names: dict[str, list[str]] = {}
    for kind, name in explanation.users:
        names.setdefault(kind, []).append(name)
    parts = [
        f"{len(found)} {kind if len(found) == 1 else _plural(kind)} ({_few(found)})" for kind, found in names.items()
    ]
    return ", ".join([*parts, *([explanation.api] if explanation.api else [])]) or "nothing else"


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:MAX_NAMES]) + (", …" if len(names) > MAX_NAMES else "")


def _plural(kind: str) -> str:
    if kind == "process":
        return "processes"
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
