"""To which part of the business a document belongs: what gap analysis counts by, and ceilings are set for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sidra_metamodel.nodes import Node

COMMON: Final = "common"
"""Code lists, types, and what else no single domain owns."""

DOMAINS: Final = (
    "party",
    "product",
    "sales",
    "service",
    "channel",
    "campaign",
    "process",
    "interface",
    "roles",
    "screens",
    COMMON,
)
"""In the order in which they are shown."""

_BY_KIND: Final[Mapping[str, str]] = MappingProxyType(
    {
        "process": "process",
        "component": "process",
        "decision": "process",
        "schedule": "process",
        "sla": "process",
        "calendar": "process",
        "queue": "process",
        "role": "roles",
        "screen": "screens",
        "menu": "screens",
        "report": "screens",
        "tour": "screens",
        "interface": "interface",
        "simulator": "interface",
        "template": "channel",
    }
)
_SUBJECT: Final = MappingProxyType({"rule": "on", "kpi": "of"})
"""Kinds that belong where the entity does that they are about, which may be followed by an event."""


def domain_of(kind: str, name: str, documents: Mapping[tuple[str, str], Node]) -> str:
    """Return the domain of a document among effective roots by kind and name, such as `Model.nodes`."""
    root = documents.get((kind, name))
    if kind == "entity":
        return _said(root, "domain") or COMMON
    if kind in _SUBJECT:
        return domain_of("entity", _said(root, _SUBJECT[kind]).partition(".")[0], documents)
    if kind == "interface" and _said(root, "kind") == "channel":
        return "channel"
    return _BY_KIND.get(kind, COMMON)


def _said(root: Node | None, keyword: str) -> str:
    node = root.get(keyword) if root is not None else None
    return node.value if node is not None and isinstance(node.value, str) else ""
