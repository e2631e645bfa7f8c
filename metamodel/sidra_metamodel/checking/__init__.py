"""What a checker refuses: one module a topic, all findings of a run together."""

from __future__ import annotations

from sidra_metamodel.checking.apis import check_apis
from sidra_metamodel.checking.attributes import check_attributes
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
from sidra_metamodel.checking.lists import check_lists
from sidra_metamodel.checking.panels import check_panels
from sidra_metamodel.checking.privacy import check_privacy
from sidra_metamodel.checking.processes import check_processes
from sidra_metamodel.checking.references import check_references
from sidra_metamodel.checking.relations import check_relations, check_via
from sidra_metamodel.checking.requirements import check_requirements
from sidra_metamodel.checking.rules import check_rules
from sidra_metamodel.checking.schedules import check_schedules
from sidra_metamodel.checking.secrets import check_secrets
from sidra_metamodel.checking.tests import check_tests
from sidra_metamodel.checking.widgets import check_widgets
from sidra_metamodel.checking.wizards import check_wizards
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import visits_of


def check_model(model: Model, diagnostics: Diagnostics) -> None:
    """Record everything that is wrong with a Model whose documents have the form of their kinds."""
    visits = visits_of(model)
    for check_places in (check_references, check_via, check_expressions, check_lists, check_privacy):
        check_places(model, visits, diagnostics)
    for check_whole in (
        check_attributes,
        check_relations,
        check_cycles,
        check_lifecycles,
        check_feeds,
        check_connectors,
        check_channels,
        check_panels,
        check_rules,
        check_boards,
        check_dashboards,
        check_wizards,
        check_layers,
        check_schedules,
        check_secrets,
        check_apis,
        check_keywords,
        check_widgets,
        check_requirements,
        check_processes,
        check_tests,
        check_labels,
    ):
        check_whole(model, diagnostics)
