"""Secrets: they come from the environment or a file, never from YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

import re2

from sidra_metamodel.diagnostics import Diagnostic, Diagnostics
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node

_KEY: Final = re.compile(r"(^|_)(password|passwd|secret|token|api_key|apikey|private_key|access_key)$", re.IGNORECASE)
_VALUES: Final = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[0-9A-Za-z]{36,}"
    r"|\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@"
    r"|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+"
)
_VALUE: Final = re.compile(_VALUES)
_SUSPECT: Final = re2.compile(rf"(?i:password|passwd|secret|token|api_?key|private_key|access_key)|{_VALUES}")
"""What a file without secrets does not hold, so that its values need no look one by one; RE2 is 20 times as fast."""


def check_secrets(model: Model, diagnostics: Diagnostics) -> None:
    """Record values that look like secrets; the finding does not repeat them."""
    for root in model.nodes.values():
        diagnostics.extend(model.memory.of(("secrets", root), partial(_found, root)))


def _found(root: Node) -> tuple[Diagnostic, ...]:
    if not any(_SUSPECT.search(layer.source.text) for layer in root.chain()):
        return ()
    return tuple(_finding(name, node) for name, node in _scalars("", root) if _is_secret(name, node.value))


def _is_secret(name: str, value: object) -> bool:
    return isinstance(value, str) and bool((value and _KEY.search(name)) or _VALUE.search(value))


def _finding(name: str, node: Node) -> Diagnostic:
    """Return a finding whose excerpt ends before the value, which logs must not hold."""
    place = node.key_place
    excerpt = node.source.line(place.line)[: place.column - 1] + f"{name}: …"
    way_out = "put it into the environment or a file, and name the variable here"
    return Diagnostic("E413", f"`{name}` looks like a secret", place, len(name), help=way_out, excerpt=excerpt)


def _scalars(name: str, node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from _scalars(key, child)
    else:
        yield from ((name, entry) for entry in node.entries or (node,))
