"""Parts of an overlay that say nothing: a header alone, and names of what the layers below have, listed again."""

from __future__ import annotations

from typing import Final

from sidra_metamodel.diagnostics import Diagnostics, Severity
from sidra_metamodel.directives import REASONS
from sidra_metamodel.layering.effective import EffectiveDocument
from sidra_metamodel.nodes import Node

_LISTED: Final = "a list of names adds to those below and takes none away; name only what is new, or hide with `hidden`"


def check_silences(written: Node, below: Node | None, document: EffectiveDocument, diagnostics: Diagnostics) -> None:
    """Warn of what a layer wrote over a document of the layers below without saying anything."""
    if below is None:
        return
    if not written.items and _is_bare(written):
        message = f"this says nothing about the {document.kind} `{document.name}`"
        help_ = "say what differs, or delete the file"
        diagnostics.report("E215", message, written, key=True, severity=Severity.WARNING, help=help_)
    else:
        _check_names(written, below, diagnostics)


def _check_names(written: Node, below: Node, diagnostics: Diagnostics) -> None:
    """Warn once for each map, at the first of its names; what replaces says it all anew."""
    if written.directive("replace"):
        return
    empty = [name for name, node in written.items.items() if name in below.items and _is_empty(node)]
    if empty:
        node = written.items[empty[0]]
        # Names of a list stand at their values; in a map, each has a key that one can delete.
        is_listed = node.at == node.key_at
        message = f"`{empty[0]}` is there already, and this says nothing about it"
        help_ = _LISTED if is_listed else "say what differs, or delete the line"
        diagnostics.report("E215", message, node, key=True, severity=Severity.WARNING, help=help_)
    for name, node in written.items.items():
        if node.items and name in below.items:
            _check_names(node, below.items[name], diagnostics)


def _is_empty(node: Node) -> bool:
    return node.is_map and not node.items and _is_bare(node)


def _is_bare(node: Node) -> bool:
    """Tell whether a node has no instruction but reasons, which say nothing alone."""
    return not (node.directives and node.directives.keys() - set(REASONS))
