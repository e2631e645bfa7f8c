from collections.abc import Callable

import pytest
from hypothesis import Phase, find, given, settings
from tests.metamodel.governing.tightened_records import LAYERS, loosened, steps
from tests.metamodel.governing.tightening import Layers, is_accepted

from sidra_metamodel.governing import judging, narrowing
from sidra_metamodel.governing.comparing import Comparison
from sidra_metamodel.traits import Narrower

SEARCH = settings(max_examples=3000, database=None, derandomize=True, phases=[Phase.generate])


@settings(max_examples=150, deadline=None)
@given(LAYERS)
def test_what_an_affiliate_may_write_it_might_have_written_under_each_layer_below(layers: Layers) -> None:
    assert not is_accepted(layers) or not loosened(layers)


def lets_pass(narrower: Narrower) -> Callable[[pytest.MonkeyPatch], None]:
    """A defect: an order of `tighten` lets everything pass."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(narrowing, "_ORDERS", {**narrowing._ORDERS, narrower: lambda *_: True})

    return plant


def loses_conditions(patch: pytest.MonkeyPatch) -> None:
    """A defect: what must accumulate may be lost."""
    patch.setattr(Comparison, "_check_accumulated", lambda *_: None)


def leads_around(patch: pytest.MonkeyPatch) -> None:
    """A defect: new steps need not ask for what is asked for below."""
    patch.setattr(judging, "check_steps", lambda *_: None)


DEFECTS = {
    "truth": lets_pass(Narrower.TRUTH),
    "counts": lets_pass(Narrower.HIGHER),
    "signs": lets_pass(Narrower.SUPERSET),
    "conditions": loses_conditions,
    "steps": leads_around,
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_law_tells_a_defective_governance_from_the_right_one(defect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    DEFECTS[defect](monkeypatch)
    find(LAYERS, lambda layers: is_accepted(layers) and bool(loosened(layers)), settings=SEARCH)


def test_what_a_region_removes_opens_no_way_around_it_for_an_affiliate() -> None:
    lowest = {
        "close": {"from": ["open"], "to": "closed", "when": []},
        "end": {"from": ["held"], "to": "closed", "when": ["flag"]},
    }
    region = {"end": {"$remove": True}}

    def with_step(*conditions: str) -> Layers:
        own = {"x_sn_go": {"from": ["held"], "to": "closed", "when": list(conditions)}}
        return steps(lowest, region, own)

    assert not is_accepted(with_step())
    assert is_accepted(with_step("flag"))
