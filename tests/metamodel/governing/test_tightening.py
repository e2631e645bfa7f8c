import copy
from collections.abc import Callable

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from tests.metamodel.governing.tightening import (
    LAYERS,
    NAMES,
    Layers,
    is_accepted,
    levels_of,
    model_with,
    valid,
    widened,
)

from sidra_metamodel.governing import narrowing
from sidra_metamodel.governing.additions import Additions
from sidra_metamodel.governing.comparing import Comparison
from sidra_metamodel.governing.levels import LEVELS, level_name
from sidra_metamodel.traits import Narrower

SEARCH = settings(max_examples=5000, database=None, derandomize=True, phases=[Phase.generate])


@settings(max_examples=400)
@given(LAYERS)
def test_what_an_accepted_overlay_makes_valid_was_valid_before(layers: Layers) -> None:
    assert not is_accepted(layers) or not widened(layers)


def test_overlays_that_narrow_are_accepted() -> None:
    def narrows(layers: Layers) -> bool:
        return is_accepted(layers) and len(valid(model_with(layers, len(NAMES)))) < len(valid(model_with(layers, 1)))

    # Finding nothing raises.
    find(LAYERS, narrows, settings=SEARCH)


GRANTED: tuple[tuple[str, object], ...] = (
    ("thing.attributes.text.max_length", 2),
    ("thing.attributes.text.max_length", None),
    ("thing.attributes.text.min_length", None),
    ("thing.attributes.text.pattern", [".+"]),
    ("thing.attributes.text.required", False),
    ("thing.attributes.number.min", -1),
    ("thing.attributes.number.max", 2),
    ("thing.attributes.code.required", False),
    ("enum.code.values.z", {}),
    ("type.short.check", ["value != 'a'"]),
    ("type.short.max_length", None),
)


def waived(layers: Layers, granted: tuple[str, object], affiliate: str = "sn") -> Layers:
    """The same layers with a waiver in the lowest."""
    path, allows = granted
    words = {"until": "2027-01-01", "approver": "law", "why": "law", "ticket": "L-1"}
    return [{**layers[0], "waiver": {"affiliate": affiliate, "path": path, "allows": allows, **words}}, *layers[1:]]


def taken_back(layers: Layers, path: str) -> Layers:
    """The same layers, in which the affiliate does not say one thing."""
    document, *rest = path.removeprefix("enum.").removeprefix("type.").split(".")
    kind = {"thing": "entity", "code": "enum", "short": "type"}[document]
    *inner, last = rest[1:] if kind == "entity" else rest
    changed = copy.deepcopy(dict(layers[-1]))
    holder = changed.get(kind, {})
    for name in inner:
        holder = holder.get(name) or {}
    holder.pop(last, None)
    return [*layers[:-1], changed]


@settings(max_examples=300)
@given(LAYERS, st.sampled_from(GRANTED))
def test_what_a_waiver_lets_pass_is_that_one_value_and_nothing_else(
    layers: Layers, granted: tuple[str, object]
) -> None:
    # What replaces an element may leave the value out, so that there is nothing to take back.
    if "$replace" in str(layers[-1]) or is_accepted(layers) or not is_accepted(waived(layers, granted)):
        return
    # Without the value that is waived, nothing is left to refuse.
    rest = taken_back(layers, granted[0])
    assert rest != layers
    assert is_accepted(rest)
    assert not widened(rest)


@settings(max_examples=200)
@given(LAYERS, st.sampled_from(GRANTED))
def test_a_waiver_for_another_affiliate_changes_nothing(layers: Layers, granted: tuple[str, object]) -> None:
    assert is_accepted(waived(layers, granted, affiliate="pl")) == is_accepted(layers)


def test_waivers_let_something_pass() -> None:
    for granted in (GRANTED[0], GRANTED[4]):

        def helps(layers: Layers, granted: tuple[str, object] = granted) -> bool:
            return not is_accepted(layers) and is_accepted(waived(layers, granted))

        find(LAYERS, helps, settings=SEARCH)


@settings(max_examples=300)
@given(LAYERS, st.sampled_from(LEVELS))
def test_a_ceiling_holds_back_exactly_what_goes_beyond_it(layers: Layers, most: int) -> None:
    levels = levels_of([layers[0], {}, layers[2]])
    if levels is None:
        return
    bounded = [{**layers[0], "ceiling": {"level": level_name(most)}}, {}, layers[2]]
    assert is_accepted(bounded) == all(level <= most for level in levels.values())


def lets_pass(narrower: Narrower) -> Callable[[pytest.MonkeyPatch], None]:
    """A defect: an order of `tighten` lets everything pass."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(narrowing, "_ORDERS", {**narrowing._ORDERS, narrower: lambda *_: True})

    return plant


def loses_patterns(patch: pytest.MonkeyPatch) -> None:
    """A defect: what must accumulate may be lost."""
    patch.setattr(Comparison, "_check_accumulated", lambda *_: None)


def lets_values_come(patch: pytest.MonkeyPatch) -> None:
    """A defect: a closed list takes additions."""
    patch.setattr(Additions, "refuses", lambda *_: False)


DEFECTS = {
    "higher": lets_pass(Narrower.HIGHER),
    "lower": lets_pass(Narrower.LOWER),
    "truth": lets_pass(Narrower.TRUTH),
    "patterns": loses_patterns,
    "values": lets_values_come,
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_law_tells_a_defective_governance_from_the_right_one(defect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    DEFECTS[defect](monkeypatch)
    find(LAYERS, lambda layers: is_accepted(layers) and bool(widened(layers)), settings=SEARCH)
