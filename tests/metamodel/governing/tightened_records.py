"""The law of semantic tightening with the validators of the runtime: rules, relations, uniqueness, steps.

Layers are generated as YAML; the rules, the life cycle and the unique indexes are those by which records are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

from hypothesis import strategies as st
from tests.metamodel.governing.tightening import NAMES, Data, Layers, Record, few, model_with

from sidra.rules.engine import RuleSet
from sidra_metamodel.expressions import Environment
from sidra_metamodel.model import Model

STATES = ("open", "held", "closed")
STEP_CONDITIONS = ("flag", "other")
GROUP: Mapping[str, Data] = {
    "entity": {
        "text": {"type": "string"},
        "flag": {"type": "boolean"},
        "other": {"type": "boolean"},
        "state": {"type": "enum", "enum": "code"},
    },
    "enum": {"values": list(STATES)},
}
WORLD: tuple[Record, ...] = tuple(
    {"text": text, "flag": flag, "other": other, "state": "open", "owner_id": owner, "parts": parts}
    for text, flag, other, owner, parts in product(
        (None, "a", "b"), (False, True), (False, True), (None, 1), (None, [], [1], [1, 2])
    )
)

TRUTHS = st.one_of(st.none(), st.booleans(), st.sampled_from(["flag", "other", "flag && other"]))
COUNTS = st.sampled_from([None, 0, 1, 2])
ONE = {"required": TRUTHS}
MANY = {"required": st.none() | st.booleans(), "min": COUNTS, "max": st.sampled_from([None, 1, 2])}
WHEN = st.one_of(
    st.none(),
    st.lists(st.sampled_from(STEP_CONDITIONS), max_size=2, unique=True),
    st.sampled_from(STEP_CONDITIONS).map(lambda one: {"$set": [one]}),
    st.sampled_from(STEP_CONDITIONS).map(lambda one: {"$drop": [one]}),
)
FROM = st.sampled_from([["open"], ["held"], ["open", "held"]])
STEP = {"when": WHEN, "from": FROM}
CHECKS = st.sampled_from(["text != 'a'", "flag || other", "owner != null"])
CHECK = CHECKS | CHECKS.map(lambda one: {"$set": [one]}) | CHECKS.map(lambda one: {"$drop": [one]}) | st.none()
RULE = {
    "check": CHECK,
    "when": st.sampled_from([None, "flag", "other"]),
    "severity": st.sampled_from(["error", "warning"]),
}
STRONG: st.SearchStrategy[Data] = st.sampled_from(
    [None, ["text"], {"$set": []}, {"$drop": ["text"]}, {"$add": ["text"]}]
)


def relations(name: str, words: Mapping[str, st.SearchStrategy[Data]], declared: Mapping[str, Data]) -> Any:  # noqa: ANN401
    """Layers that constrain one relation."""
    layer = few(words, **declared)

    def laid(found: tuple[Data, Data, Data]) -> Layers:
        low, *above = found
        lowest = {**GROUP, "relations": {name: {**declared, **{k: v for k, v in low.items() if k[0] != "$"}}}}
        return [lowest, *({"relations": {name: one}} for one in above)]

    return st.tuples(few(words), st.just({}) | layer, layer).map(laid)


def identities(found: tuple[Data, Data, Data]) -> Layers:
    """Layers that say which attributes identify, and whether a second record is refused."""
    low, *above = found
    lowest = {"strong": ["text"], "refuse": low.get("refuse") is True}
    return [{**GROUP, "identity": lowest}, *({"identity": one} if one else {} for one in above)]


def members(words: Mapping[str, st.SearchStrategy[Data]]) -> Any:  # noqa: ANN401
    """Layers that say of a text that no two records have the same, or that it identifies."""
    layer = st.fixed_dictionaries({}, optional=words)
    return st.tuples(layer, layer, layer).map(
        lambda found: [_with_unique(one, lowest=not n) for n, one in enumerate(found)]
    )


def _with_unique(said: Mapping[str, Data], *, lowest: bool) -> Mapping[str, Data]:
    own = {"text": {"unique": said["unique"]}} if "unique" in said else {}
    if lowest:
        text = {"text": {"type": "string", **own.get("text", {})}}
        return {**GROUP, "entity": {**GROUP["entity"], **text}}
    return {"entity": own} if own else {}


def steps(lowest: Data, region: Data, affiliate: Data) -> Layers:
    """Layers of a life cycle: what the group has, and what the others do to it."""
    cycle = {"attribute": "state", "initial": "open", "transitions": lowest}
    return [{**GROUP, "lifecycle": cycle}, *({"lifecycle": {"transitions": one}} for one in (region, affiliate))]


def own_step(prefix: str) -> st.SearchStrategy[Data]:
    """A step that a layer adds."""
    conditions = st.lists(st.sampled_from(STEP_CONDITIONS), max_size=2, unique=True)
    step = st.fixed_dictionaries({"from": FROM, "to": st.sampled_from(["held", "closed"]), "when": conditions})
    return step.map(lambda one: {f"x_{prefix}_go": one})


LOWEST_STEP = st.fixed_dictionaries(
    {"from": FROM, "to": st.just("closed"), "when": st.lists(st.sampled_from(STEP_CONDITIONS), max_size=2, unique=True)}
)
LOWEST = st.fixed_dictionaries({"close": LOWEST_STEP}, optional={"end": LOWEST_STEP})
CHANGED = st.sampled_from(["close", "end"]).flatmap(
    lambda name: (st.just({"$remove": True}) | few(STEP, **{"to": "closed", "from": ["open"]})).map(
        lambda one: {name: one}
    )
)


def doing(prefix: str) -> st.SearchStrategy[Data]:
    """What a layer does to the steps."""
    return st.tuples(st.just({}) | CHANGED, st.just({}) | own_step(prefix)).map(lambda pair: {**pair[0], **pair[1]})


def rules(found: tuple[Data, Data, Data]) -> Layers:
    """Layers that say what must hold."""
    low, *above = found
    lowest = {
        "kind": "validate",
        "on": "thing",
        "check": ["text != 'b'"],
        **{k: v for k, v in low.items() if v is not None},
    }
    if isinstance(lowest["check"], dict):
        lowest["check"] = ["text != 'b'"]
    return [{**GROUP, "relations": {"owner": {"to": "thing"}}, "rule": lowest}, *({"rule": one} for one in above)]


IDENTITY = {"strong": STRONG, "refuse": st.none() | st.booleans()}
RULE_LAYER = few(RULE, kind="validate", on="thing")
LAYERS: st.SearchStrategy[Layers] = st.one_of(
    relations("owner", ONE, {"to": "thing"}),
    relations("parts", MANY, {"to": "thing", "many": True}),
    members({"unique": st.none() | st.booleans()}),
    st.tuples(few(IDENTITY), st.just({}) | few(IDENTITY), few(IDENTITY)).map(identities),
    st.builds(steps, LOWEST, doing("waf"), doing("sn")),
    st.tuples(few(RULE), st.just({}) | RULE_LAYER, RULE_LAYER).map(rules),
)


def taken(model: Model) -> frozenset[str]:
    """What an affiliate takes: records by their numbers, a second record of the same value, steps by their ends."""
    thing = model.entity("thing")
    rules = RuleSet(model, thing)
    found: set[str] = set()
    for number, record in enumerate(WORLD):
        if not any(problem.severity == "error" for problem in rules.validate(bound(record))):
            found.add(f"record {number}")
        if not model.is_unique(thing.attributes["text"]):
            found.add("another of the same text")
        if not any(one.severity == "error" for one in rules.duplicates.lookups(record)):
            found.add(f"a duplicate of {number}")
    return frozenset(found)


def ways(model: Model) -> Iterator[tuple[str, str, Environment, bool]]:
    """Yield the ends of each step with each record of a small world, and whether it can be made."""
    thing = model.entity("thing")
    cycle, lifecycle = RuleSet(model, thing).lifecycle, thing.lifecycle
    if cycle is None or lifecycle is None:
        return
    for state, flag, other in product(STATES, (False, True), (False, True)):
        environment = bound({"flag": flag, "other": other, "state": state})
        for one in cycle.states(environment):
            yield state, cycle.target(one.name), environment, one.allowed


def avoided(upper: Model, lower: Model) -> set[str]:
    """Steps that can be made and lead around what the lower layers ask for.

    Where these have a step between the same states, one such must be possible, too; else one from elsewhere to there.
    """
    there = list(ways(lower))
    found = set()
    for state, end, environment, is_allowed in ways(upper):
        flags = values(environment)
        to_end = [(begin, is_open, values(bound_)) for begin, goal, bound_, is_open in there if goal == end]
        direct = [one for one in to_end if one[0] == state] or to_end
        if is_allowed and direct and not any(is_open for _, is_open, found_flags in direct if found_flags == flags):
            found.add(f"{state} to {end} with {flags}")
    return found


def values(environment: Environment) -> tuple[object, object]:
    return environment.this["flag"], environment.this["other"]


def bound(record: Record) -> Environment:
    """A record as expressions see it."""
    record = {**record, "owner": record.get("owner_id")}
    return Environment(dict(record), {}, datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1))


def loosened(layers: Layers) -> set[str]:
    """What the layers together take and the lower ones did not."""
    whole = model_with(layers, len(NAMES))
    lower = [model_with(layers, count) for count in range(1, len(NAMES))]
    all_taken = taken(whole)
    return set().union(*(all_taken - taken(one) for one in lower), *(avoided(whole, one) for one in lower))
