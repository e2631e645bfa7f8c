"""Former names: what overlays and translations write by a name that has since changed still reaches its element."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics, Severity, note
from sidra_metamodel.nodes import Node
from sidra_metamodel.versions.manifest import numbers

MINOR_VERSIONS: Final = 2
"""For how many of them a former name still leads to its element."""


def former_names(node: Node) -> tuple[str, ...]:
    """Return what an element was called before, as its `$was` says; there are several where layers named it apart."""
    was = node.directive("was")
    return () if was is None else tuple(str(one.value) for one in was.entries or (was,))


def present_name(
    name: str, written: Node, items: Mapping[str, Node], diagnostics: Diagnostics, version: str | None = None
) -> str:
    """Return what an element is called now; that it has been written by its former name is told.

    version: that of the baseline. Where `$since` says when the element was renamed, the former name is a warning in
    that minor version and the next, and an error from then on.
    """
    for present, below in items.items():
        former = below.directive("was")
        if former is not None and name in former_names(below):
            is_over = _is_over(below.directive("since"), version)
            help_ = f"write `{present}`; a later version no longer knows the former name"
            diagnostics.report(
                "E214",
                f"`{name}` is now called `{present}`",
                written,
                key=True,
                severity=Severity.ERROR if is_over else Severity.WARNING,
                notes=[note("renamed here", former)],
                help=f"write `{present}`" if is_over else help_,
            )
            return present
    return name


def _is_over(since: Node | None, version: str | None) -> bool:
    """Tell whether a name has been another one for two minor versions."""
    if since is None or version is None:
        return False
    began, now = numbers(since.text or str(since.value)), numbers(version)
    return now[:1] > began[:1] or (
        now[:1] == began[:1] and now[1:2] >= tuple(one + MINOR_VERSIONS for one in began[1:2])
    )
