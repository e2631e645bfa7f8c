import pytest
from tests.metamodel.layering.layered import codes_in, expected, governed

CUSTOMER = """
    entity: customer
    attributes:
      score: {type: integer}
      status: {type: enum, enum: state}
    lifecycle:
      attribute: status
      initial: new
      transitions:
        approve: {from: [new], to: approved, when: score > 5}
        restore: {from: [closed], to: approved, when: score > 7}
        close: {from: [approved], to: closed}
"""


def overlay(step: str, layer: str = "affiliate:sn") -> str:
    """What governance says about a step that a layer adds."""
    text = f"entity: customer\n$why: law\nlifecycle: {{transitions: {{x_{layer[-2:]}_step: {step}}}}}"
    return governed({"group": CUSTOMER, layer: text})


def test_a_step_around_a_condition_below_names_the_condition() -> None:
    assert overlay("{from: [new], to: approved}") == expected("""
        error[E203]: `x_sn_step` leads to `approved` around `score > 5`, which is asked for below
         --> affiliates/sn/0.yaml:3:27   (layer affiliate:sn)
        3 | lifecycle: {transitions: {x_sn_step: {from: [new], to: approved}}}
          |                           ^^^^^^^^^
          = asked for here: baseline/core/0.yaml:9  (layer group)  approve: {from: [new], to: approved, when: score > 5}
          = help: let it ask for that, too: `when: "score > 5"`, or lead to a state of your own
    """)


@pytest.mark.parametrize(
    "step",
    [
        "{from: [new], to: approved, when: score > 7}",
        "{from: [closed], to: approved, when: score > 5}",
        "{from: [new, closed], to: approved, when: score > 5}",
        "{from: [x_sn_seen], to: approved}",
        "{from: [x_sn_seen], to: approved, when: 'true'}",
    ],
)
def test_a_step_into_a_state_below_asks_for_what_the_steps_there_do(step: str) -> None:
    assert codes_in(overlay(step)) == ["E203"]


@pytest.mark.parametrize(
    "step",
    [
        "{from: [new], to: approved, when: score > 5}",
        "{from: [new], to: approved, when: [score > 5, score < 9]}",
        "{from: [new, closed], to: approved, when: [score > 5, score > 7]}",
        "{from: [x_sn_seen], to: approved, when: score > 7}",
        "{from: [new], to: closed}",
        "{from: [approved], to: x_sn_seen}",
        "{from: [approved], to: new}",
    ],
)
def test_a_step_that_asks_for_as_much_or_leads_elsewhere_is_accepted(step: str) -> None:
    assert overlay(step) == ""


def test_a_region_leads_around_nothing_either() -> None:
    assert codes_in(overlay("{from: [new], to: approved}", "region:af")) == ["E203"]


def test_a_pack_adds_what_steps_it_likes() -> None:
    text = "entity: customer\nlifecycle: {transitions: {step: {from: [new], to: approved}}}"
    assert governed({"group": CUSTOMER, "pack:b2b": text}) == ""


@pytest.mark.parametrize(
    "lifecycle",
    [
        "{transitions: {approve: {when: {$set: ['true']}}}}",
        "{transitions: {approve: {$replace: true, from: [new], to: approved}}}",
        "{transitions: {approve: {from: {$add: [closed]}}}}",
        "{transitions: {hurry: {from: [new], to: approved}}}",
    ],
)
def test_a_subtype_of_an_affiliate_loosens_no_step_that_it_inherits(lifecycle: str) -> None:
    text = f"entity: x_sn_vip\nis_a: customer\nlifecycle: {lifecycle}"
    assert codes_in(governed({"group": CUSTOMER, "affiliate:sn": text})) == ["E203"]


REASONED = """
    entity: customer
    lifecycle:
      transitions:
        hold:
          {from: [active, late], to: suspended,
           reason: {enum: why}}
        drop: {from: [late], to: suspended}
        close: {from: [active], to: closed, reason: {enum: why, required: false}}
"""


def reasoned(step: str) -> str:
    """What governance says about a step beside one that asks for a reason."""
    text = f"entity: customer\n$why: law\nlifecycle: {{transitions: {{x_sn_step: {step}}}}}"
    return governed({"group": REASONED, "affiliate:sn": text})


def test_a_step_without_the_reason_of_the_step_below_is_told_which() -> None:
    assert reasoned("{from: [active], to: suspended}") == expected("""
        error[E203]: `x_sn_step` leads to `suspended` without the reason that is asked for below
         --> affiliates/sn/0.yaml:3:27   (layer affiliate:sn)
        3 | lifecycle: {transitions: {x_sn_step: {from: [active], to: suspended}}}
          |                           ^^^^^^^^^
          = asked for here: baseline/core/0.yaml:6  (layer group)  reason: {enum: why}}
          = help: let it ask for one, too: `reason: {enum: why}`, or lead to a state of your own
    """)


@pytest.mark.parametrize("reason", ["{enum: why, required: false}", "{enum: x_sn_cause}"])
def test_a_weaker_or_another_reason_is_refused(reason: str) -> None:
    assert codes_in(reasoned(f"{{from: [active], to: suspended, reason: {reason}}}")) == ["E203"]


@pytest.mark.parametrize(
    "step",
    [
        "{from: [active], to: suspended, reason: {enum: why}}",
        "{from: [late], to: suspended}",
        "{from: [active], to: closed}",
        "{from: [x_sn_seen], to: suspended}",
    ],
)
def test_a_reason_is_asked_only_where_each_step_between_the_states_asks_it(step: str) -> None:
    assert reasoned(step) == ""
