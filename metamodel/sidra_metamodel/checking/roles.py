"""Roles of overlays: what they grant stays below the ceiling of the group, however it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.granting.ceilings import BoundedRole, group_role
from sidra_metamodel.granting.conditions import says
from sidra_metamodel.granting.shares import LEVELS, Share
from sidra_metamodel.kinds import Role
from sidra_metamodel.layering.layers import REGION
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean

_BOUNDING = frozenset({"entity", "role", "type", "enum", "layer"})
"""Kinds of documents that grants are made of, or speak of."""
NONE = Share({}, {}, frozenset())


def check_roles(model: Model, diagnostics: Diagnostics) -> None:
    """Record each role that grants more than the group lets it, and each that stays within none of the group's."""
    if model.group.is_all:
        return
    bounding = tuple(node for (kind, _), node in sorted(model.nodes.items()) if kind in _BOUNDING)
    # Most edits change neither what is granted nor what it is granted on.
    found = model.memory.of(("roles", *bounding, *model.group_nodes.values()), lambda: tuple(_checked(model)))
    diagnostics.extend(found)


def _checked(model: Model) -> Diagnostics:
    diagnostics = Diagnostics()
    for role in model.roles.values():
        if role.name not in model.group.roles and not _is_within(model, role, diagnostics):
            continue
        bounded = BoundedRole(model, role)
        for excess, node in _excesses(model, bounded):
            _refuse(model, role, excess, node, diagnostics)
    return diagnostics


def _is_within(model: Model, role: Role, diagnostics: Diagnostics) -> bool:
    """Tell whether a role that is no role of the group names one; where it does not, that is recorded."""
    if group_role(model, role) is not None:
        return True
    written = role.node.get("within")
    near = did_you_mean(role.within or "", model.group.roles)
    diagnostics.error(
        "E216",
        f"the role `{role.name}` stays within no role of the group",
        written or role.node,
        key=written is None,
        help=near or f"name the one that bounds it: `within: {next(iter(sorted(model.group.roles)), 'agent')}`",
    )
    return False


def _excesses(model: Model, bounded: BoundedRole) -> Iterator[tuple[str, Node]]:
    """Yield what a role says that it grants and the group does not let it, in words, with the place."""
    role = bounded.role
    is_new = role.name not in model.group.roles
    for name in sorted(role.functions - bounded.functions):
        yield f"the function `{name}`", role.node.get("functions") or role.node
    for entity in model.entities.values():
        # A grant on a supertype or an owner is told of there.
        written = bounded.written(entity) if entity.name in role.may else None
        if written is not None:
            node = role.node.get("may", entity.name) or role.node
            allowed = bounded.share(entity) or NONE
            yield from ((f"{action} of `{entity.name}`", node) for action in _actions(written, allowed, is_new=is_new))
            lines = {name: line for name in role.may[entity.name].columns if (line := node.get("columns", name))}
            # What the group wrote gives less where a layer fills a member by its own words; that is no excess of it.
            own = [name for name, line in lines.items() if line.source.rank >= REGION]
            yield from ((excess, lines[name]) for name, excess in _lines(written, allowed, own))


def _actions(written: Share, allowed: Share, *, is_new: bool) -> Iterator[str]:
    """Yield the actions that one share allows and the other does not; a new role takes rows over without a word."""
    for action, rows in written.rows.items():
        if action not in allowed.rows:
            yield f"`{action}`"
        elif not is_new and any(not any(says(one, less) for less in allowed.rows[action]) for one in rows):
            yield f"`{action}` on more rows"


def _lines(written: Share, allowed: Share, lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the members whose line gives more than the other share; without a line, a role takes over what holds."""
    for name in lines:
        level, most = written.columns.get(name, "none"), allowed.columns.get(name, "none")
        if allowed.rows and LEVELS.index(level) > LEVELS.index(most):
            yield name, f"`{level}` on `{name}`, where `{most}` holds"
        elif allowed.rows and name in written.enterable - allowed.enterable:
            yield name, f"entering `{name}`"


def _refuse(model: Model, role: Role, excess: str, node: Node, diagnostics: Diagnostics) -> None:
    below = group_role(model, role)
    diagnostics.error(
        "E217",
        f"`{role.name}` must not grant {excess}",
        node,
        key=True,
        notes=[note("allowed here", below.node, key=True)] if below is not None else [],
        help="take it away; a layer above the group may narrow a role, and grant what it declares itself",
    )
