"""Relations: an inverse that leads back, ownership that has an owner, and the one relation that a panel goes by."""

from __future__ import annotations

from collections.abc import Iterable

from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.kinds.entity import Relation
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import Visit
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed


def check_relations(model: Model, diagnostics: Diagnostics) -> None:
    """Record relations that cannot be kept as they are declared."""
    for entity in model.entities:
        for relation in model.declared_relations(entity):
            _check_ownership(relation, diagnostics)
            if relation.inverse is not None:
                for target in relation.to:
                    if target in model.entities:
                        _check_inverse(model, entity, relation, target, diagnostics)


def _check_ownership(relation: Relation, diagnostics: Diagnostics) -> None:
    if relation.owned and relation.inverse is None:
        diagnostics.report(
            "E411",
            f"`{relation.name}` owns records and has no `inverse`",
            relation.node.items["owned"],
            help="name the relation of the other side that leads back: `inverse: …`",
        )


def _check_inverse(model: Model, entity: str, relation: Relation, target: str, diagnostics: Diagnostics) -> None:
    node = relation.node.items["inverse"]
    other = model.entities[target].relations.get(relation.inverse or "")
    if other is None:
        names = model.entities[target].relations
        help_ = did_you_mean(relation.inverse or "", names) or (f"there are {listed(names)}" if names else "declare it")
        diagnostics.error("E401", f"no relation `{relation.inverse}` in `{target}`", node, help=help_)
    elif other.many:
        diagnostics.error(
            "E411",
            f"`{other.name}` of `{target}` leads to many, so that it cannot hold the reference",
            node,
            notes=[note("declared here", other.node, key=True)],
            help="an inverse is a relation to one",
        )
    elif not {entity, *model.ancestors(entity), "any"} & set(other.to):
        diagnostics.error(
            "E411",
            f"`{other.name}` of `{target}` does not lead back to `{entity}`",
            node,
            notes=[note("declared here", other.node, key=True)],
            help="name the relation that does",
        )


def check_via(model: Model, visits: Iterable[Visit], diagnostics: Diagnostics) -> None:
    """Record panels and timelines whose records could belong to the page in two ways, or in none."""
    for visit in visits:
        if visit.keyword.refers == "via":
            _check_named(model, visit, diagnostics)
        elif _needs_via(visit) and visit.context.this:
            node = visit.node
            owner = node if visit.is_entry else visit.owner
            if owner.get("via") is None:
                _check_only(model, visit, node, diagnostics)


def _needs_via(visit: Visit) -> bool:
    """Tell whether a visit names an entity whose records are shown on another's page."""
    words = visit.element.__name__, visit.keyword.name
    if words == ("Panel", "source"):
        kind = visit.owner.get("kind")
        return kind is None or kind.value != "offers"
    return words == ("Points", "source") or (words == ("Panel", "of") and visit.is_entry)


def _ends(model: Model, visit: Visit) -> tuple[str, str] | None:
    source, target = model.resolve(visit.context.source), model.resolve(visit.context.this)
    return (source, target) if source and target else None


def _check_named(model: Model, visit: Visit, diagnostics: Diagnostics) -> None:
    ends = _ends(model, visit)
    if ends is None:
        return
    source, target = ends
    fitting = [relation.name for relation in model.relations_between(source, target)]
    name = str(visit.node.value)
    if name not in fitting:
        help_ = f"there are {listed(fitting)}" if fitting else f"declare one in `{source}`"
        diagnostics.error("E408", f"no relation `{name}` of `{source}` leads to `{target}`", visit.node, help=help_)


def _check_only(model: Model, visit: Visit, node: Node, diagnostics: Diagnostics) -> None:
    ends = _ends(model, visit)
    if ends is None:
        return
    source, target = ends
    fitting = [relation.name for relation in model.relations_between(source, target)]
    if len(fitting) > 1:
        diagnostics.report(
            "E407",
            f"{len(fitting)} relations of `{source}` lead to `{target}`: {listed(fitting)}",
            node,
            key=visit.is_entry,
            help=f"name the one that is meant: `via: {fitting[0]}`",
        )
    elif not fitting:
        diagnostics.report(
            "E408",
            f"no relation of `{source}` leads to `{target}`",
            node,
            key=visit.is_entry,
            help=f"declare one in `{source}`, or show records that have one",
        )
