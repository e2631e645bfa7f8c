"""Every word that says in which direction it widens is told in this one, and not in the other."""

from typing import Any

import pytest

from sidra_metamodel import kinds
from sidra_metamodel.granting.answers import WORDS, Answer
from sidra_metamodel.granting.looser import loosened
from sidra_metamodel.kinds import BUILT_IN_KINDS, entity, process, queue
from sidra_metamodel.kinds.interfaces import connector, feed
from sidra_metamodel.kinds.screens.view360 import Panel
from sidra_metamodel.language import Element
from sidra_metamodel.nodes import Node, Source
from sidra_metamodel.registry import Registry

SOURCE = Source("one.yaml", "group", 0)
REGISTRY = Registry(BUILT_IN_KINDS)
DIRECTED = {Answer.LESS, Answer.MORE, Answer.RAISED, Answer.OUTSIDE}
STEP = ("lifecycle", "transitions", "close")
PLACES: dict[type[Element], tuple[str, tuple[str, ...]]] = {
    kinds.Entity: ("entity", ()),
    entity.Attribute: ("entity", ("attributes", "name")),
    entity.Relation: ("entity", ("relations", "owner")),
    entity.Lifecycle: ("entity", ("lifecycle",)),
    entity.Transition: ("entity", STEP),
    entity.Reason: ("entity", (*STEP, "reason")),
    entity.Identity: ("entity", ("identity",)),
    entity.Retention: ("entity", ("retention",)),
    entity.ApiBinding: ("entity", ("api",)),
    kinds.Rule: ("rule", ()),
    kinds.Screen: ("screen", ()),
    Panel: ("screen", ("panels", "side")),
    kinds.Queue: ("queue", ()),
    queue.Serving: ("queue", ("served_by",)),
    kinds.Schedule: ("schedule", ()),
    kinds.Process: ("process", ()),
    process.Starts: ("process", ("starts",)),
    kinds.Interface: ("interface", ()),
    feed.FeedField: ("interface", ("map", "name")),
    feed.QualityRule: ("interface", ("quality", "whole")),
    connector.Operation: ("interface", ("operations", "bills")),
}
NARROW_AND_WIDE: dict[tuple[type[Element], str], tuple[Any, Any]] = {
    (kinds.Entity, "closed"): (True, False),
    (kinds.Entity, "lifecycle"): ({"initial": "new"}, None),
    (kinds.Entity, "history"): (True, None),
    (kinds.Entity, "identity"): ({"strong": ["code"]}, None),
    (kinds.Entity, "retention"): ({"after": "2y"}, None),
    (kinds.Entity, "api"): (None, {"path": "crm/v4"}),
    (entity.Attribute, "accept"): (["pdf"], []),
    (entity.Attribute, "read_only"): (True, "code == ''"),
    (entity.Relation, "read_only"): ("code == ''", None),
    (entity.Lifecycle, "entry"): (["new"], ["new", "old"]),
    (entity.Lifecycle, "final"): (["old", "gone"], ["old"]),
    (entity.Transition, "from"): (["new"], ["new", "old"]),
    (entity.Transition, "when"): (["code == ''", "name == ''"], ["code == ''"]),
    (entity.Transition, "reason"): ({"enum": "why"}, None),
    (entity.Reason, "required"): (True, False),
    (entity.Identity, "strong"): (["code", "name"], ["code"]),
    (entity.Identity, "refuse"): (True, False),
    (entity.Retention, "when"): (True, "code == ''"),
    (entity.Retention, "after"): ("1y", "2y"),
    (entity.ApiBinding, "operations"): (["get"], ["get", "patch"]),
    (entity.ApiBinding, "path"): (None, "crm/v4"),
    (kinds.Rule, "check"): (["code == ''", "name == ''"], ["name == ''"]),
    (kinds.Rule, "when"): (None, "code == ''"),
    (kinds.Rule, "severity"): ("error", "warning"),
    (kinds.Screen, "gates"): ({"open": {"when": "code == ''"}}, {}),
    (Panel, "source"): (None, "billing.bills"),
    (Panel, "with"): ({}, {"code": {"value": "code"}}),
    (Panel, "tiles"): (None, "billing.bills"),
    (kinds.Queue, "served_by"): ({"roles": ["agent"]}, None),
    (queue.Serving, "roles"): (["agent"], ["agent", "lead"]),
    (queue.Serving, "units"): (["dakar"], ["dakar", "thies"]),
    (queue.Serving, "skills"): (["arabic", "mail"], ["mail"]),
    (kinds.Schedule, "off"): (True, False),
    (kinds.Process, "tasks"): ({}, {"ask": {"call": "billing.bills"}}),
    (kinds.Process, "slots"): ({"more": {}}, {"more": {"ask": {"call": "billing.bills"}}}),
    (kinds.Process, "channels"): (["shop"], ["shop", "web"]),
    (process.Starts, "when"): ("code == ''", None),
    (kinds.Interface, "mode"): ("strict", "lenient"),
    (kinds.Interface, "quality"): ({"whole": {"check": "source.code != ''"}}, {}),
    (kinds.Interface, "internal"): (False, True),
    (kinds.Interface, "operations"): ({}, {"bills": {"get": "/bills"}}),
    (kinds.Interface, "inbound"): (None, {"into": "interaction"}),
    (kinds.Interface, "outbound"): (None, {"takes": {"to": "email"}}),
    (feed.FeedField, "value"): (None, "source.code"),
    (feed.QualityRule, "check"): ("source.code != ''", "true"),
    (feed.QualityRule, "severity"): ("reject", "warn"),
    (connector.Operation, "takes"): ({}, {"code": {"type": "string"}}),
    (connector.Operation, "returns"): ({}, {"code": {"path": "code"}}),
}
NO_WAY_BACK = {(feed.QualityRule, "check")}
"""Of another condition nobody can tell what it lets through, in neither direction."""


def node(value: Any) -> Node:  # noqa: ANN401 - a value as YAML has it
    if isinstance(value, dict):
        return Node({name: node(inner) for name, inner in value.items()}, SOURCE, 1)
    return Node(tuple(map(node, value)) if isinstance(value, list) else value, SOURCE, 1)


def told(case: tuple[type[Element], str], was: object, now: object) -> list[tuple[str, ...]]:
    """Where a word holds less back when it says something else."""
    kind, path = PLACES[case[0]]

    def document(value: object) -> Node:
        found: Any = {} if value is None else {case[1]: value}
        for name in reversed(path):
            found = {name: found}
        return node({kind: "one", "kind": "validate", **found})

    return [one.path for one in loosened({(kind, "one"): document(was)}, {(kind, "one"): document(now)}, REGISTRY)]


def test_every_word_with_a_direction_is_here() -> None:
    directed = {
        (element, name)
        for element, answers in WORDS.items()
        for name, answer in answers.by_name.items()
        if answer in DIRECTED
    }
    assert NARROW_AND_WIDE.keys() == directed


@pytest.mark.parametrize("case", NARROW_AND_WIDE, ids=lambda case: f"{case[0].__name__}.{case[1]}")
def test_a_word_is_told_where_it_widens_and_not_where_it_narrows(case: tuple[type[Element], str]) -> None:
    narrow, wide = NARROW_AND_WIDE[case]
    place = (*PLACES[case[0]][1], case[1])
    [path] = told(case, narrow, wide)
    assert path[: len(place)] == place
    assert bool(told(case, wide, narrow)) == (case in NO_WAY_BACK)


@pytest.mark.parametrize(
    ("was", "now", "is_told"),
    [
        ("party/v4", "party/v5", False),
        ("party/v9", "party/v10", False),
        ("party/v5", "party/v4", True),
        ("party/v4", "people/v5", True),
        ("party/v4", "party", True),
        ("party/v4", None, False),
    ],
)
def test_a_later_version_of_an_api_opens_nothing(was: str, now: str | None, is_told: bool) -> None:
    assert bool(told((entity.ApiBinding, "path"), was, now)) == is_told


@pytest.mark.parametrize(
    "case",
    [
        (entity.Attribute, "accept"),
        (entity.ApiBinding, "operations"),
        (queue.Serving, "roles"),
        (queue.Serving, "units"),
    ],
)
def test_a_list_that_names_everything_by_being_empty_is_told_when_emptied(case: tuple[type[Element], str]) -> None:
    nothing: list[object] = [[], None]
    assert all(told(case, ["one"], one) for one in nothing)
    assert not any(told(case, one, ["one"]) for one in nothing)
