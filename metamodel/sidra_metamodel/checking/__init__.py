"""What a checker refuses: one module a topic, all findings of a run together."""

from __future__ import annotations

from functools import partial

from sidra_metamodel.checking.apis import check_apis
from sidra_metamodel.checking.attributes import check_addresses, check_attributes, check_type
from sidra_metamodel.checking.boards import check_boards
from sidra_metamodel.checking.channels import check_channels
from sidra_metamodel.checking.connectors import check_connectors
from sidra_metamodel.checking.cycles import check_cycles
from sidra_metamodel.checking.dashboards import check_dashboards
from sidra_metamodel.checking.expressions import check_expressions
from sidra_metamodel.checking.feeds import check_feeds
from sidra_metamodel.checking.keywords import check_keywords
from sidra_metamodel.checking.labels import check_labels
from sidra_metamodel.checking.layers import check_layers
from sidra_metamodel.checking.lifecycle import check_lifecycles
from sidra_metamodel.checking.lists import check_bulk, check_lists
from sidra_metamodel.checking.panels import check_panels
from sidra_metamodel.checking.privacy import check_privacy, check_selecting
from sidra_metamodel.checking.processes import check_processes
from sidra_metamodel.checking.references import check_references
from sidra_metamodel.checking.relations import check_relations, check_via
from sidra_metamodel.checking.requirements import check_requirements
from sidra_metamodel.checking.rules import check_rules
from sidra_metamodel.checking.schedules import check_schedules
from sidra_metamodel.checking.secrets import check_secrets
from sidra_metamodel.checking.tests import check_test
from sidra_metamodel.checking.webhooks import check_webhooks
from sidra_metamodel.checking.widgets import check_widgets
from sidra_metamodel.checking.wizards import check_wizards
from sidra_metamodel.diagnostics import Diagnostic, Diagnostics
from sidra_metamodel.kinds import Entity, ScalarType, Test
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import visits_in
from sidra_metamodel.model.watched import WatchedModel


def check_model(model: Model, diagnostics: Diagnostics) -> None:
    """Record everything that is wrong with a Model whose documents have the form of their kinds."""
    watched = WatchedModel(model.origin)
    for (kind, name), root in model.nodes.items():
        look = partial(_document, watched, kind, name)
        diagnostics.extend(watched.recalled(("checked", kind, name, root), look))
    for check_whole in (
        check_addresses,
        check_relations,
        check_cycles,
        check_lifecycles,
        check_feeds,
        check_connectors,
        check_channels,
        check_panels,
        check_rules,
        check_bulk,
        check_boards,
        check_dashboards,
        check_wizards,
        check_layers,
        check_schedules,
        check_secrets,
        check_apis,
        check_webhooks,
        check_keywords,
        check_widgets,
        check_requirements,
        check_processes,
        check_labels,
    ):
        check_whole(model, diagnostics)


def _document(model: Model, kind: str, name: str) -> tuple[Diagnostic, ...]:
    """Return what is wrong in one document, with others as they are."""
    found, visits = Diagnostics(), visits_in(model, kind, name)
    for check_places in (check_references, check_via, check_expressions, check_lists, check_selecting):
        check_places(model, visits, found)
    if kind == Entity.kind:
        check_attributes(model, model.entities[name], found)
        check_privacy(model, model.entities[name], found)
    elif kind == ScalarType.kind:
        check_type(model, model.types[name], found)
    elif kind == Test.kind:
        check_test(model, model.tests[name], found)
    return tuple(found)
