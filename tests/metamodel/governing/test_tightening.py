from collections.abc import Callable

import pytest
from hypothesis import Phase, find, given, settings
from tests.metamodel.governing.tightening import LAYERS, NAMES, Layers, is_accepted, model_with, valid, widened

from sidra_metamodel.governing import narrowing
from sidra_metamodel.governing.additions import Additions
from sidra_metamodel.governing.comparing import Comparison
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
