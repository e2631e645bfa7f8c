"""Former names: what overlays and translations write by a name that has since changed still reaches its element."""

from __future__ import annotations

from collections.abc import Mapping

from sidra_metamodel.diagnostics import Diagnostics, Severity, note
from sidra_metamodel.nodes import Node


def former_names(node: Node) -> tuple[str, ...]:
    """Return what an element was called before, as its `$was` says; there are several where layers named it apart."""
    was = node.directive("was")
    return () if was is None else tuple(str(one.value) for one in was.entries or (was,))


def present_name(name: str, written: Node, items: Mapping[str, Node], diagnostics: Diagnostics) -> str:
    """Return what an element is called now; that it has been written by its former name is told."""
    for present, below in items.items():
        former = below.directive("was")
        if former is not None and name in former_names(below):
            diagnostics.report(
                "E214",
                f"`{name}` is now called `{present}`",
                written,
                key=True,
                severity=Severity.WARNING,
                notes=[note("renamed here", former)],
                help=f"write `{present}`; a later version no longer knows the former name",
            )
            return present
    return name
