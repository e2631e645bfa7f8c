"""Why a value is what it is: the layers that gave it, the rule that bounds it, who uses it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sidra_metamodel.checking.attributes import camel_case
from sidra_metamodel.directives import LOCKS
from sidra_metamodel.explaining.paths import Spot, find
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.explaining.uses import User, users_of_document, users_of_member
from sidra_metamodel.language import Element, Keyword, Narrower
from sidra_metamodel.load import Loaded
from sidra_metamodel.nodes import Node, Place

MAX_SHOWN: Final = 60
MEMBER_DEPTH: Final = 2
"""`attributes.<name>`: how many names lead to an attribute or relation."""

SIGNS: Final = {Narrower.LOWER: "<=", Narrower.HIGHER: ">=", Narrower.SUBSET: "⊆", Narrower.SUPERSET: "⊇"}
"""How a value of a higher layer must compare with the one below, where a sign says it."""


@dataclass(frozen=True, slots=True)
class Link:
    """What one layer says about a value."""

    layer: str
    value: str
    at: Place
    why: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything known about the value at a path."""

    path: str
    value: str
    chain: tuple[Link, ...]
    """The layer in force first, then each that it shadows."""
    rule: str
    rule_at: str
    doc: str
    users: tuple[User, ...]
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
                {
                    "layer": link.layer,
                    "value": link.value,
                    "path": link.at.path,
                    "line": link.at.line,
                    "column": link.at.column,
                    "why": link.why,
                }
                for link in self.chain
            ],
            "rule": self.rule,
            "rule_at": self.rule_at,
            "doc": self.doc,
            "used_by": [{"kind": kind, "name": name} for kind, name in self.users],
            "api": self.api,
        }


def explain(loaded: Loaded, path: str) -> Explanation:
    """Return why the value at a path is what it is; raises UnknownPath."""
    spot = find(loaded.effective, loaded.draft.registry, path)
    keyword = spot.keyword
    return Explanation(
        path=spot.dotted,
        value=_shown(spot.node),
        chain=tuple(_chain(loaded, spot)),
        rule="; ".join(filter(None, (_rule(keyword) if keyword else "", _lock(loaded, spot)))),
        rule_at=_definition(spot.element, keyword) if spot.element and keyword else "",
        doc=keyword.doc if keyword else "",
        users=tuple(_users(loaded, spot)),
        api=_api(loaded, spot),
    )


def _chain(loaded: Loaded, spot: Spot) -> Iterator[Link]:
    seen: set[tuple[Place, str]] = set()
    for node in spot.node.chain():
        link = Link(node.source.layer, _shown(node), node.place, _reason(loaded, spot, node))
        # A merged list or map repeats the place of what it was merged over.
        if (link.at, link.layer) not in seen:
            seen.add((link.at, link.layer))
            yield link


def _reason(loaded: Loaded, spot: Spot, node: Node) -> str:
    """Return the nearest `$why` around a value in the document of the layer that gave it."""
    for folder in loaded.effective.stack.folders:
        for kind, _name, root in folder.documents:
            if kind == spot.document.kind and root.source == node.source:
                return _nearest_reason(root, spot.steps)
    return ""


def _nearest_reason(root: Node, steps: tuple[str, ...]) -> str:
    reasons = [why for node in _way(root, steps) if (why := node.directive("why")) is not None]
    return str(reasons[-1].value) if reasons else ""


def _way(root: Node, steps: tuple[str, ...]) -> Iterator[Node]:
    """Go from a document's root towards a place, as far as the document has something to say."""
    node: Node | None = root
    for step in (*steps, ""):
        if node is None:
            return
        yield node
        node = node.get(step)


def _lock(loaded: Loaded, spot: Spot) -> str:
    """Return the strongest `$lock` around a value, with the layer that set it."""
    document = (spot.document.kind, spot.document.name)
    found = [
        (LOCKS.index(str(lock.value)), f"locked: {lock.value} ({folder.name})")
        for folder in loaded.effective.stack.folders
        for kind, name, root in folder.documents
        if (kind, name) == document
        for node in _way(root, spot.steps)
        if (lock := node.directive("lock")) is not None and lock.value in LOCKS
    ]
    return max(found)[1] if found else ""


def _shown(node: Node) -> str:
    text = flow(node)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _rule(keyword: Keyword) -> str:
    sign = SIGNS.get(keyword.narrower) if keyword.narrower else None
    return f"{keyword.rule} ({sign})" if sign else str(keyword.rule)


def _definition(element: type[Element], keyword: Keyword) -> str:
    lines, first = inspect.getsourcelines(element)
    line = next((n for n, text in enumerate(lines) if text.strip().startswith(f"{keyword.attribute}:")), 0)
    return f"{element.__module__.replace('.', '/')}.py:{first + line}"


def _users(loaded: Loaded, spot: Spot) -> list[User]:
    document, steps = spot.document, spot.steps
    if document.kind == "entity" and len(steps) >= MEMBER_DEPTH and steps[0] in {"attributes", "relations"}:
        return users_of_member(loaded.draft, document.name, steps[1])
    return users_of_document(loaded.draft, document.kind, document.name)


def _api(loaded: Loaded, spot: Spot) -> str:
    entity = loaded.draft.entities.get(spot.document.name) if spot.document.kind == "entity" else None
    if entity is None or entity.api is None or entity.api.path is None:
        return ""
    return f"API /{entity.api.path}/{entity.api.resource or camel_case(entity.name)}"


def _lines(explanation: Explanation) -> Iterator[str]:
    chain = explanation.chain
    widths = [
        max((len(part) for part in column), default=0)
        for column in zip(*((link.layer, link.value) for link in chain), strict=True)
    ]
    yield f"{explanation.path} = {explanation.value}"
    for index, link in enumerate(chain):
        state = "shadowed" if index else "in force"
        why = f"   why: {link.why}" if link.why else ""
        yield f"  {state} {link.layer:<{widths[0]}}   {link.value:<{widths[1]}}   {link.at.path}:{link.at.line}{why}"
    if explanation.rule:
        yield f"  rule     {explanation.rule:<{sum(widths) + 3}}   {explanation.rule_at}"
    yield f"  used by  {_summary(explanation)}"


def _summary(explanation: Explanation) -> str:
    counts: dict[str, int] = {}
    for kind, _name in explanation.users:
        counts[kind] = counts.get(kind, 0) + 1
    parts = [f"{count} {kind if count == 1 else _plural(kind)}" for kind, count in counts.items()]
    return ", ".join([*parts, *([explanation.api] if explanation.api else [])]) or "nothing else"


def _plural(kind: str) -> str:
    if kind == "process":
        return "processes"
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
