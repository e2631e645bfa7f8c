"""What a checker refuses: one module a topic, all findings of a run together."""

from __future__ import annotations

from sidra_metamodel.check.expressions import check_expressions
from sidra_metamodel.check.references import check_references
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.model import Model
from sidra_metamodel.walk import Visit, walk


def check_model(model: Model, diagnostics: Diagnostics) -> None:
    """Record everything that is wrong with a Model whose documents have the form of their kinds."""
    visits = visits_of(model)
    check_references(model, visits, diagnostics)
    check_expressions(model, visits, diagnostics)


def visits_of(model: Model) -> list[Visit]:
    """Return the places of all documents that name something or hold an expression; supertypes before subtypes."""
    keys = sorted(model.nodes, key=lambda key: (len(model.ancestors(key[1])) if key[0] == "entity" else 0, key))
    return [visit for kind, name in keys for visit in walk(model.registry.kinds[kind], name, model.nodes[kind, name])]
