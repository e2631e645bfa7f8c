"""Reads a plan that was kept as JSON, so that who decides sees it as it was when it was proposed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sidra.releases.plan import Count, Impact, Item, Migration, Plan, Revision, Touches, Unreasoned
from sidra_metamodel.explaining.differences import Reason
from sidra_metamodel.nodes import Place

# What `Plan.as_dict` wrote.
Kept = Mapping[str, Any]


def read_plan(kept: Kept) -> Plan:
    """Return a plan from what `Plan.as_dict` gave."""
    live = kept["live"]
    return Plan(
        kept["affiliate"],
        Revision(**live) if live is not None else None,
        Revision(**kept["proposed"]),
        tuple(_item(one) for one in kept["items"]),
        tuple(Migration(**one) for one in kept["migration"]),
        Touches(**{name: tuple(names) for name, names in kept["touches"].items()}),
        tuple(Unreasoned(one["says"], _place(one["place"]), one["way_out"]) for one in kept["unreasoned"]),
        is_counted=kept["counted"],
    )


def _item(kept: Kept) -> Item:
    document, *path = kept["path"].split(".")
    rows = kept["rows"]
    return Item(
        cls=Impact(kept["class"]),
        kind=kept["kind"],
        document=document,
        path=tuple(path),
        was=kept["was"],
        now=kept["now"],
        word=kept["word"],
        subject=kept["subject"],
        role=kept["role"] or "",
        level=kept["level"],
        reason=_reason(kept),
        place=_place(kept["place"]) if kept["place"] is not None else None,
        rows=Count(rows, kept["of"], tuple(kept["examples"]), _about(kept)) if rows is not None else None,
        blocks=kept["blocks"],
    )


def _about(kept: Kept) -> tuple[tuple[str, str], ...]:
    pairs = (one.partition(".") for one in kept["about"])
    return tuple((entity, member) for entity, _, member in pairs)


def _reason(kept: Kept) -> Reason:
    until = date.fromisoformat(kept["until"]) if kept["until"] else None
    return Reason(kept["why"] or "", kept["ticket"] or "", until, kept["category"] or "")


def _place(text: str) -> Place:
    path, line, column = text.rsplit(":", 2)
    return Place(path, int(line), int(column))
