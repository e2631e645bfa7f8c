from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from tests.core.models import model_of

from sidra.errors import Misconfigured, Problem
from sidra.rules.engine import RuleSet
from sidra_metamodel.expressions import Environment, Function, Overload
from sidra_metamodel.expressions.types import STRING
from sidra_metamodel.model import Model

Bind = Callable[..., Environment]


def broken(text: str) -> str:
    raise ZeroDivisionError


FUNCTIONS = (Function("broken", (Overload((STRING,), STRING),), broken),)

PARTY = "entity: party\nabstract: true\nattributes: {name: {type: string, max_length: 20}}\n"
PERSON = """\
entity: person
is_a: party
attributes:
  given: {type: string}
  family: {type: string}
  full: {type: string, compute: {by: "concat(given, ' ', family)", stored: true}}
  shouted: {type: string, compute: {by: "full.upperAscii()", stored: true}}
  live: {type: string, compute: "given"}
  segment: {type: string, default: basic, read_only: "given == 'Awa'"}
  code: {type: string, default: {compute: "concat('c-', segment)"}}
  extra: {type: json, default: {value: {}}}
  rate: {type: decimal, default: 1.5}
  number: {type: sequence, sequence: "P-{n:04}"}
  fixed: {type: string, read_only: true}
  failing: {type: string, compute: {by: "broken(given)", stored: true}}
  status: {type: enum, enum: status}
relations:
  boss: {to: person, read_only: true}
lifecycle:
  attribute: status
  initial: new
  transitions: {close: {from: [new], to: closed}}
"""
STATUS = "enum: status\nvalues: [new, closed]\n"
RULES = (
    """\
rule: a_vip_segment
kind: default
on: person
at: segment
when: "family == 'Diop'"
value: "'vip'"
""",
    'rule: b_other_segment\nkind: default\non: person\nat: segment\nwhen: "family != null"\nvalue: "\'other\'"\n',
    "rule: lower_rate\nkind: compute\non: person\nat: rate\nwhen: \"segment == 'vip'\"\nvalue: 'rate - 0.5'\n",
    """\
rule: name_is_told
kind: validate
on: party
when: "name != null"
check: ["name != 'Nobody'", "name != 'Noone'"]
at: name
message: {en: Nobody has this name., pl: Nikt się tak nie nazywa.}
""",
    "rule: family_wanted\nkind: validate\non: person\ncheck: \"family != 'X'\"\nseverity: warning\n",
)


@pytest.fixture(scope="module")
def model() -> Model:
    return model_of(PARTY, PERSON, STATUS, *RULES, functions=FUNCTIONS)


@pytest.fixture
def rules(model: Model) -> RuleSet:
    return RuleSet(model, model.entity("person"))


def made(rules: RuleSet, environment: Environment, **rest: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as of `apply`
    """The record after its rules, as a new one, which nothing is wrong with."""
    given = rest.pop("given", [name for name, value in environment.this.items() if value is not None])
    assert rules.apply(environment, given=given, **rest) == []
    record: Mapping[str, Any] = environment.this
    return record


def test_a_new_record_gets_what_was_not_given(rules: RuleSet, bind: Bind) -> None:
    record = made(rules, bind(given="Awa"))
    assert (record["segment"], record["code"], record["rate"]) == ("basic", "c-basic", Decimal("1.5"))
    assert (record["status"], record["extra"]) == ("new", {})


def test_what_was_given_stays_even_if_it_is_nothing(rules: RuleSet, bind: Bind) -> None:
    record = made(rules, bind(segment=None, code="mine"), given=["segment", "code"])
    assert (record["segment"], record["code"]) == (None, "mine")


def test_the_first_default_rule_that_applies_stands_before_the_attribute_s_own(rules: RuleSet, bind: Bind) -> None:
    assert made(rules, bind(family="Diop"))["segment"] == "vip"
    assert made(rules, bind(family="Fall"))["segment"] == "other"
    assert made(rules, bind(family="Diop", segment="gold"))["segment"] == "gold"


def test_an_existing_record_gets_no_defaults(rules: RuleSet, bind: Bind) -> None:
    record = made(rules, bind(status="new"), given=[], before={"status": "new"})
    assert "segment" not in record


def test_two_records_share_no_structure_of_a_default(rules: RuleSet, bind: Bind) -> None:
    one, two = made(rules, bind()), made(rules, bind())
    assert one["extra"] is not two["extra"]


def test_computed_values_are_kept_in_the_order_in_which_they_read_each_other(rules: RuleSet, bind: Bind) -> None:
    record = made(rules, bind(given="Awa", family="Ba"))
    assert (record["full"], record["shouted"]) == ("Awa Ba", "AWA BA")
    assert "live" not in record


def test_a_compute_rule_applies_under_its_condition(rules: RuleSet, bind: Bind) -> None:
    assert made(rules, bind(family="Diop"))["rate"] == Decimal("1.0")
    assert made(rules, bind(family="Fall"))["rate"] == Decimal("1.5")


def test_a_value_that_cannot_be_computed_is_none(rules: RuleSet, bind: Bind) -> None:
    assert made(rules, bind(given="Awa"))["failing"] is None


def test_computed_values_are_set_again_after_a_change_of_what_they_read(rules: RuleSet, bind: Bind) -> None:
    environment = bind(given="Awa", family="Ba", full="old")
    rules.compute(environment)
    assert environment.this["full"] == "Awa Ba"


def test_a_number_is_taken_once_and_not_for_a_draft(rules: RuleSet, bind: Bind) -> None:
    def next_number(_member: str, name: str, shape: str) -> str:
        return f"{name} {shape}"

    assert made(rules, bind(), next_number=next_number)["number"] == "party.number P-{n:04}"
    assert made(rules, bind(number="P-0007"), next_number=next_number)["number"] == "P-0007"
    assert made(rules, bind()).get("number") is None


def test_a_rule_of_a_supertype_says_its_message_at_its_attribute(rules: RuleSet, bind: Bind) -> None:
    for name in ("Nobody", "Noone"):
        assert rules.validate(bind(name=name), "pl_PL") == [Problem("R610", "name", "Nikt się tak nie nazywa.")]
    assert rules.validate(bind(name="Awa")) == []
    assert rules.validate(bind(name=None)) == []


def test_a_rule_without_a_message_names_itself_and_may_only_warn(rules: RuleSet, bind: Bind) -> None:
    assert rules.validate(bind(family="X"), "en") == [
        Problem("R610", "", "The record breaks a rule: Family wanted.", severity="warning")
    ]


def test_constraints_and_rules_are_told_together(rules: RuleSet, bind: Bind) -> None:
    codes = [problem.code for problem in rules.validate(bind(name="Nobody" * 9, family="X"))]
    assert codes == ["R606", "R610"]


def test_a_state_is_entered_by_a_step_only(rules: RuleSet, bind: Bind) -> None:
    (new,) = rules.apply(bind(status="closed"), given=["status"])
    (changed,) = rules.apply(bind(status="closed"), given=["status"], before={"status": "new"})
    assert (new.code, changed.code) == ("R613", "R613")
    assert rules.apply(bind(status="closed"), given=["status"], before={"status": "new"}, may_set_state=True) == []
    assert rules.lifecycle is not None


def test_what_nobody_enters_is_refused(rules: RuleSet, bind: Bind) -> None:
    assert rules.read_only(bind(given="Awa")) == {"full", "shouted", "live", "failing", "fixed", "boss", "segment"}
    assert rules.refused(["full", "fixed", "segment", "given"], bind(given="Fatou"), "en") == [
        Problem("R612", "fixed", "This value cannot be changed here."),
        Problem("R612", "full", "This value follows from others and cannot be entered."),
    ]


def test_an_entity_without_rules_has_none(bind: Bind) -> None:
    model = model_of("entity: thing\nattributes: {a: {type: string}}")
    rules = RuleSet(model, model.entity("thing"))
    assert rules.lifecycle is None
    assert rules.apply(bind(a="x"), given=["a"]) == []


@pytest.mark.parametrize(
    "documents",
    [
        ["entity: thing\nattributes: {a: {type: integer, default: many}}"],
        ["entity: thing\nattributes: {a: {type: integer}}", "rule: r\nkind: default\non: thing\n"],
    ],
)
def test_a_rule_that_cannot_be_put_in_force_is_refused_when_it_is_compiled(documents: list[str]) -> None:
    model = model_of(*documents)
    with pytest.raises(Misconfigured):
        RuleSet(model, model.entity("thing"))


def test_computations_in_a_circle_are_made_all_the_same(bind: Bind) -> None:
    model = model_of(
        "entity: thing\nattributes:\n  a: {type: integer, compute: {by: b + 1, stored: true}}\n"
        "  b: {type: integer, compute: {by: a + 1, stored: true}}\n"
    )
    environment = bind(a=1, b=1)
    RuleSet(model, model.entity("thing")).apply(environment, given=[], before={"a": 1})
    assert environment.this == {"a": 2, "b": 3}


def test_what_cannot_be_evaluated_lets_nobody_around_a_demand(bind: Bind) -> None:
    thing = """
entity: thing
attributes:
  given: {type: string, read_only: "broken(given) == 'x'"}
  other: {type: string, required: "broken(given) == 'x'"}
"""
    rule = "rule: r\nkind: validate\non: thing\nwhen: \"broken(given) == 'x'\"\ncheck: \"given == 'Awa'\"\n"
    model = model_of(thing, rule, functions=FUNCTIONS)
    rules, environment = RuleSet(model, model.entity("thing")), bind(given="Fatou")
    assert [problem.code for problem in rules.validate(environment)] == ["R601", "R610"]
    assert [problem.code for problem in rules.refused({"given"}, environment)] == ["R612"]
    # Null is an answer: nothing is asked.
    assert rules.validate(bind()) == []
