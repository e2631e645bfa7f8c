"""The first tests of a country: that what it answered is in force, one test for each document that it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sidra_metamodel.layering.effective import Key
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node

NOT_TESTED = frozenset({"label", "plural", "label_new", "help", "message"})
"""Texts are looked at by people."""


@dataclass(slots=True)
class Claims:
    """What must be so about one document."""

    configured: dict[str, object] = field(default_factory=dict)
    may_not: list[str] = field(default_factory=list)


def first_tests(model: Model, group: Model, documents: Mapping[Key, Node]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and content of the tests of what an overlay says about the group's documents."""
    country = model.layer.label.text("en") or model.affiliate
    for (kind, name), node in documents.items():
        if (kind, name) in group.nodes and kind != "layer":
            claims = Claims()
            for path, leaf in _leaves(node, ()):
                _claim(kind, name, path, leaf, claims)
            content = _content(claims, f"What {country} has answered about {kind} {name} is in force", name)
            if content:
                yield f"x_{model.affiliate}_{kind}_{name}_as_answered", content


def _leaves(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    for name, child in node.items.items():
        if name in NOT_TESTED:
            continue
        if child.is_map and child.items:
            yield from _leaves(child, (*path, name))
        if not child.items or {"drop", "remove"} & set(child.directives or {}):
            yield (*path, name), child


def _claim(kind: str, name: str, path: tuple[str, ...], leaf: Node, claims: Claims) -> None:
    dotted = ".".join((kind, name, *path))
    dropped = leaf.directive("drop")
    if kind == "role" and dropped is not None:
        entity = f"{path[1]}." if path[0] == "may" else ""
        claims.may_not += [f"{entity}{one.value}" for one in dropped.entries]
    elif leaf.directive("remove") is not None:
        claims.configured[dotted] = None
    else:
        added = leaf.directive("add") or leaf.directive("set") or leaf
        first = added.entries[0] if added.entries else added
        if first.scalar is not None:
            claims.configured[dotted] = first.scalar


def _content(claims: Claims, title: str, role: str) -> dict[str, Any]:
    then: dict[str, Any] = {}
    if claims.configured:
        then["in_force"] = {"configured": claims.configured}
    if claims.may_not:
        then["refused"] = {"by": "somebody", "may_not": claims.may_not}
    if not then:
        return {}
    users = {"users": {"somebody": {"roles": [role]}}} if claims.may_not else {}
    return {"title": title, **users, "then": then}
