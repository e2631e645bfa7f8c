from collections.abc import Callable

import pytest
from tests.core.models import model_of

from sidra.errors import Problem
from sidra.records.record import TransitionState
from sidra.rules.lifecycle import CompiledLifecycle
from sidra_metamodel.expressions import Environment

Bind = Callable[..., Environment]

PERSON = """\
entity: person
attributes:
  name: {type: string, label: {en: Name, pl: Nazwisko}}
  born: {type: date, label: {en: Birth date, pl: Data urodzenia}}
  score: {type: integer}
  status: {type: enum, enum: status}
lifecycle:
  attribute: status
  initial: new
  transitions:
    validate: {from: [new], to: valid, when: "born != null", label: {en: Validate, pl: Zatwierdź}}
    reject: {from: [new], to: rejected, when: "score < 5"}
    decease: {from: [new, valid], to: deceased, reason: {enum: why}}
    archive: {from: [valid], to: archived, reason: {enum: why, required: false}}
    promote: {from: [valid], to: archived, reason: {enum: gone}}
"""
STATUS = (
    "enum: status\nvalues: {new: {label: {en: New, pl: nowy}}, valid: {}, rejected: {}, deceased: {}, archived: {}}\n"
)
WHY = "enum: why\nvalues: [told, found]\n"
OVERLAY = "entity: person\nlifecycle: {transitions: {validate: {when: 'name != null'}}}\n"


@pytest.fixture
def lifecycle() -> CompiledLifecycle:
    model = model_of(PERSON, STATUS, WHY, overlay=(OVERLAY,))
    person = model.entity("person")
    assert person.lifecycle is not None
    return CompiledLifecycle(model, person, person.lifecycle)


def test_a_step_is_possible_from_its_states_where_its_conditions_hold(lifecycle: CompiledLifecycle, bind: Bind) -> None:
    record = bind(status="new", born="2000-01-01", name="Awa")
    assert lifecycle.problem("validate", record) is None
    assert lifecycle.target("validate") == "valid"


def test_a_state_is_entered_by_the_steps_that_lead_to_it(lifecycle: CompiledLifecycle) -> None:
    assert lifecycle.entered_by("archived") == ("archive", "promote")
    assert (lifecycle.entered_by("new"), lifecycle.entered_by("unheard_of")) == ((), ())


def test_a_step_is_not_possible_from_another_state(lifecycle: CompiledLifecycle, bind: Bind) -> None:
    problem = lifecycle.problem("validate", bind(status="deceased"), locale="en")
    assert problem == Problem("R613", "status", "This step is not possible in the state Deceased.")
    assert lifecycle.problem("archive", bind(status="new"), locale="pl") == Problem(
        "R613", "status", "Ten krok nie jest możliwy w stanie nowy."
    )
    assert lifecycle.problem("archive", bind(status="unheard_of"), locale="en") is not None


def test_a_step_that_is_not_declared_does_not_exist(lifecycle: CompiledLifecycle, bind: Bind) -> None:
    assert lifecycle.problem("fly", bind(status="new")) == Problem("R613", "status", "There is no such step.")


def test_a_refusal_names_what_is_to_be_filled_in(lifecycle: CompiledLifecycle, bind: Bind) -> None:
    problem = lifecycle.problem("validate", bind(status="new", name="Awa"), locale="pl")
    assert problem == Problem("R614", "status", "Najpierw uzupełnij: Data urodzenia.")


def test_a_refusal_names_nothing_that_the_reader_may_not_see(lifecycle: CompiledLifecycle, bind: Bind) -> None:
    problem = lifecycle.problem("validate", bind(status="new", name="Awa"), locale="en", shown=["name"])
    assert problem == Problem("R614", "status", "A condition of this step does not hold.")


def test_conditions_of_all_layers_must_hold(lifecycle: CompiledLifecycle, bind: Bind) -> None:
    problem = lifecycle.problem("validate", bind(status="new", born="2000-01-01"), locale="en")
    assert problem == Problem("R614", "status", "First fill in: Name.")


def test_a_condition_on_a_value_that_is_there_says_only_that_it_does_not_hold(
    lifecycle: CompiledLifecycle, bind: Bind
) -> None:
    problem = lifecycle.problem("reject", bind(status="new", score=7))
    assert problem == Problem("R614", "status", "A condition of this step does not hold.")


@pytest.mark.parametrize(
    ("step", "reason", "message"),
    [
        ("decease", None, "Choose a reason."),
        ("decease", "guess", "Choose one of the reasons that are offered."),
        ("decease", "told", None),
        ("archive", None, None),
        ("archive", "guess", "Choose one of the reasons that are offered."),
        ("promote", "told", "Choose one of the reasons that are offered."),
    ],
)
def test_a_reason_is_one_of_its_list(
    lifecycle: CompiledLifecycle, bind: Bind, step: str, reason: str | None, message: str | None
) -> None:
    problem = lifecycle.problem(step, bind(status="valid"), reason=reason)
    assert problem == (None if message is None else Problem("R615", "reason", message))


def test_the_steps_from_a_state_say_why_they_are_not_possible(lifecycle: CompiledLifecycle, bind: Bind) -> None:
    assert lifecycle.states(bind(status="new", name="Awa", score=3), "en") == [
        TransitionState("validate", allowed=False, why_not="First fill in: Birth date."),
        TransitionState("reject", allowed=True),
        TransitionState("decease", allowed=True),
    ]
    assert lifecycle.states(bind(status="archived")) == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("new", "new", None),
        (None, "new", None),
        (None, "valid", "A new record begins as New."),
        ("new", "valid", "The state changes by steps. Possible now: Validate, Reject, Decease."),
        ("archived", "new", "The state cannot change any more."),
        ("new", None, "The state changes by steps. Possible now: Validate, Reject, Decease."),
    ],
)
def test_the_state_is_not_entered_like_any_value(
    lifecycle: CompiledLifecycle, before: str | None, after: str | None, message: str | None
) -> None:
    problem = lifecycle.changed(before, after, "en")
    assert problem == (None if message is None else Problem("R613", "status", message))


def test_a_client_that_sets_the_state_means_the_step_that_leads_there(lifecycle: CompiledLifecycle) -> None:
    assert lifecycle.steps_between("new", "valid") == ("validate",)
    assert lifecycle.steps_between("valid", "new") == ()


def test_a_new_record_may_begin_in_a_state_that_another_system_brought_it_to(bind: Bind) -> None:
    model = model_of(PERSON.replace("initial: new", "initial: new\n  entry: [valid, archived]"), STATUS, WHY)
    person = model.entity("person")
    assert person.lifecycle is not None
    lifecycle = CompiledLifecycle(model, person, person.lifecycle)
    assert lifecycle.changed(None, "archived") is None
    assert lifecycle.changed(None, "deceased") is not None
