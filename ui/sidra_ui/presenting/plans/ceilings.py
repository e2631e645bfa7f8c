"""How far the group lets an affiliate go with what a plan changes."""

from __future__ import annotations

from collections.abc import Mapping

from sidra.releases.plan import Plan
from sidra_metamodel.governing.ceilings import bound_of
from sidra_metamodel.governing.domains import DOMAINS, domain_of
from sidra_metamodel.governing.levels import level_name
from sidra_metamodel.layering.effective import Effective
from sidra_ui.presenting.desk import Desk


def ceilings(documents: Effective, plan: Plan) -> dict[str, str]:
    """The ceiling of each domain that a plan touches, such as `L3`; empty for a domain without one."""
    roots = {key: document.root for key, document in documents.items()}
    touched = {domain_of(item.kind, item.document, roots) for item in plan}
    bounds = ((name, bound_of(documents.stack.grants, plan.affiliate, name)) for name in DOMAINS if name in touched)
    return {name: level_name(bound.level) if bound is not None else "" for name, bound in bounds}


def ceiling_text(desk: Desk, found: Mapping[str, str]) -> str:
    """The ceilings in words, the lowest one first; the domains are named where they have different ones."""
    levels = sorted(set(found.values()) - {""})
    if not levels:
        return ""
    if len(set(found.values())) == 1:
        return desk.messages.text("plan_ceiling", level=levels[0])
    listed = desk.messages.listed
    named = (
        f"{level} ({listed(desk.messages.text(f'domain_{name}') for name, its in found.items() if its == level)})"
        for level in levels
    )
    return desk.messages.text("plan_ceiling", level=listed(named))
