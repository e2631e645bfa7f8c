"""Reasons of changes: `$why`, `$ticket`, `$until`, `$category`; the nearest enclosing one counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sidra_metamodel.diagnostics import Diagnostics, Severity
from sidra_metamodel.governing.levels import LIMITS, PARTS
from sidra_metamodel.governing.spots import Change, Path
from sidra_metamodel.nodes import Node


def check_reasons(root: Node, changes: Sequence[Change], diagnostics: Diagnostics, today: date | None) -> None:
    """Warn of changes without the reason and ticket that their level asks for, and of reasons that have run out.

    A configuration with such a warning can be checked, and is not put in force: it is a gate of the plan.

    `root` is what the layer wrote, so that the reasons of other layers do not count.
    """
    for change in changes:
        nodes = _along(root, change.path)
        if len(nodes) <= len(change.path) and not nodes[-1].directives:
            continue
        if change.level >= LIMITS and not _given(nodes, "why"):
            _warn(diagnostics, "E210", "has no reason", change, nodes[-1], "say why in `$why: …`, here or around it")
        if change.level >= PARTS and not _given(nodes, "ticket"):
            _warn(diagnostics, "E211", "has no ticket", change, nodes[-1], "name it in `$ticket: …`, here or around it")
    for node in _all(root):
        _check_end(node, diagnostics, today)


def _check_end(node: Node, diagnostics: Diagnostics, today: date | None) -> None:
    until, category = node.directive("until"), node.directive("category")
    if category is not None and category.value == "debt" and until is None:
        reason = "a debt has no end"
        diagnostics.report("E212", reason, category, severity=Severity.WARNING, help="name its end in `$until: …`")
    if until is not None and today is not None and _is_past(until, today):
        reason = f"this was to last until {until.value}"
        way_out = "resolve it, or agree on a later `$until`"
        diagnostics.report("E213", reason, until, severity=Severity.WARNING, help=way_out)


def _is_past(until: Node, today: date) -> bool:
    try:
        return date.fromisoformat(str(until.value)) < today
    except ValueError:
        return False


def _along(root: Node, path: Path) -> list[Node]:
    """Return the nodes on a path as far as they are written."""
    nodes = [root]
    for name in path:
        inner = nodes[-1].items.get(name)
        if inner is None:
            break
        nodes.append(inner)
    return nodes


def _given(nodes: Sequence[Node], name: str) -> bool:
    return any(node.directive(name) for node in nodes)


def _all(node: Node) -> Iterator[Node]:
    if node.directives:
        yield node
    for child in node.items.values():
        yield from _all(child)


def _warn(diagnostics: Diagnostics, code: str, reason: str, change: Change, node: Node, way_out: str) -> None:
    path = ".".join(change.path)
    severity = Severity.WARNING
    diagnostics.report(code, f"the change of `{path}` {reason}", node, key=True, severity=severity, help=way_out)
