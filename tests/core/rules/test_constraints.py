import datetime
import timeit
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.models import LAYER, model_of

from sidra.errors import Misconfigured, Problem
from sidra.plugin_calls import PluginError, reported_type
from sidra.rules.constraints import Constraints
from sidra_metamodel.expressions import Environment, Function, Overload
from sidra_metamodel.expressions.types import BOOLEAN, STRING
from sidra_metamodel.model.built_in import PluginType
from sidra_metamodel.values import Money

Bind = Callable[..., Environment]
UTC = datetime.UTC


def constraints(attribute: str, *documents: str, **rest: Any) -> Constraints:  # noqa: ANN401 - as of `model_of`
    """The constraints of an entity whose only attribute, `a`, is declared so."""
    model = model_of(f"entity: thing\nattributes:\n  a: {attribute}\n  b: {{type: integer}}\n", *documents, **rest)
    return Constraints(model, model.entity("thing"))


VIOLATIONS = [
    ("{type: string, required: true}", None, "x", "R601", "Enter a value."),
    ("{type: string, required: 'b == null'}", None, "x", "R601", "Enter a value."),
    ("{type: integer, min: 3}", 2, 3, "R603", "Enter 3 or more."),
    ("{type: integer, max: 1000}", 1001, 1000, "R604", "Enter 1,000 or less."),
    ("{type: decimal, min: 0.5}", Decimal("0.4999"), Decimal("0.5"), "R603", "Enter 0.5 or more."),
    ("{type: percent, max: 100}", Decimal(101), Decimal(100), "R604", "Enter 100 or less."),
    ("{type: money, min: 1}", Money(Decimal("0.5"), "XOF"), Money(Decimal(1), "XOF"), "R603", "Enter 1 or more."),
    ("{type: rating}", 6, 5, "R604", "Enter 5 or less."),
    ("{type: rating, max: 10}", 11, 10, "R604", "Enter 10 or less."),
    (
        "{type: date, min: '2020-01-01'}",
        datetime.date(2019, 12, 31),
        datetime.date(2020, 1, 1),
        "R603",
        "Enter Jan 1, 2020 or later.",
    ),
    (
        "{type: date, max: today}",
        datetime.date(2026, 3, 21),
        datetime.date(2026, 3, 20),
        "R604",
        "Enter today or an earlier day.",
    ),
    (
        "{type: datetime, min: today}",
        datetime.datetime(2026, 3, 19, 23, tzinfo=UTC),
        datetime.datetime(2026, 3, 20, tzinfo=UTC),
        "R603",
        "Enter today or a later day.",
    ),
    (
        "{type: duration, max: 2h}",
        datetime.timedelta(hours=3),
        datetime.timedelta(hours=2),
        "R604",
        "Enter 2h or less.",
    ),
    ("{type: time, min: '08:00'}", datetime.time(7), datetime.time(8), "R603", "Enter 08:00 or a later time."),
    ("{type: string, min_length: 2}", "x", "xy", "R605", "Enter at least 2 characters."),
    ("{type: string, max_length: 1}", "xy", "x", "R606", "Enter at most 1 character."),
    ("{type: string, pattern: '[0-9]+'}", "12a", "12", "R607", "The value does not have the right form."),
    ("{type: string, pattern: ['[0-9]+', '1.*']}", "21", "12", "R607", "The value does not have the right form."),
    ("{type: enum, enum: colour}", "blue", "grey", "R608", "Choose one of: red."),
    (
        "{type: string, localised: true, max_length: 2}",
        {"en": "ab", "fr": "abc"},
        {"en": "ab"},
        "R606",
        "Enter at most 2 characters.",
    ),
    (
        "{type: code}",
        "AB",
        "12",
        "R607",
        "The value does not have the right form. A valid one is 42.",
    ),
    ("{type: told}", "AB", "12", "R607", "Two digits, please."),
    ("{type: told}", "99", "12", "R609", "Two digits, please."),
    ("{type: checked}", 7, 8, "R609", "The value is not valid. Check it for typing errors."),
    ("{type: longer}", "1", "12", "R605", "Enter at least 2 characters."),
    ("{type: even}", 3, 2, "R609", "Even numbers only."),
]

DOCUMENTS = (
    "enum: colour\nvalues: {red: {}, grey: {hidden: true}}\n",
    "type: code\nbase: string\npattern: '[0-9]+'\nexample: '42'\n",
    "type: told\nbase: string\npattern: '[0-9]{2}'\ncheck: \"value != '99'\"\nmessage: 'Two digits, please.'\n",
    "type: checked\nbase: integer\ncheck: 'value % 2 == 0'\n",
    "type: longer\nbase: code\nmin_length: 2\n",
)


def fail(value: object) -> bool:
    raise ZeroDivisionError


def is_even(value: object) -> bool:
    return isinstance(value, int) and value % 2 == 0


TYPES = (
    PluginType(name="even", doc="Even.", base="integer", check=is_even, message={"en": "Even numbers only."}),
    reported_type("acme", PluginType(name="broken", doc="Never.", base="string", check=fail)),
)


@pytest.mark.parametrize(("attribute", "wrong", "right", "code", "message"), VIOLATIONS)
def test_a_value_that_violates_a_keyword_is_a_problem_and_one_that_fits_is_none(
    bind: Bind, attribute: str, wrong: object, right: object, code: str, message: str
) -> None:
    found = constraints(attribute, *DOCUMENTS, types=TYPES)
    environment = bind(a=wrong)
    assert found.problems(environment.this, environment) == [Problem(code, "a", message)]
    environment = bind(a=right)
    assert found.problems(environment.this, environment) == []


def test_no_value_violates_nothing_but_a_requirement(bind: Bind) -> None:
    for attribute, *_ in VIOLATIONS[2:]:
        environment = bind(a=None)
        assert constraints(attribute, *DOCUMENTS, types=TYPES).problems(environment.this, environment) == []


def test_a_requirement_under_a_condition_holds_only_there(bind: Bind) -> None:
    environment = bind(a=None, b=1)
    assert constraints("{type: string, required: 'b == null'}").problems(environment.this, environment) == []


def test_a_number_that_the_system_gives_and_a_computed_value_are_not_asked_for(bind: Bind) -> None:
    for attribute in ("{type: sequence, required: true}", "{type: integer, required: true, compute: 'b + 1'}"):
        assert constraints(attribute).problems({}, bind()) == []


def test_requirements_of_all_layers_count(bind: Bind) -> None:
    overlay = "entity: thing\nattributes: {a: {required: 'b > 5'}}\n"
    found = constraints("{type: string, required: 'b == null'}", overlay=(overlay,))
    assert [len(found.problems(bind(b=b).this, bind(b=b))) for b in (None, 1, 6)] == [1, 0, 1]


def test_patterns_of_all_layers_must_match(bind: Bind) -> None:
    overlay = "entity: thing\nattributes: {a: {pattern: '7.*'}}\n"
    found = constraints("{type: string, pattern: '[0-9]+'}", overlay=(overlay,))
    assert [len(found.problems({"a": text}, bind())) for text in ("71", "17", "7a")] == [0, 1, 1]


def test_messages_speak_the_language_of_the_person(bind: Bind) -> None:
    assert constraints("{type: string, max_length: 5}").problems({"a": "x" * 9}, bind(), "pl") == [
        Problem("R606", "a", "Wpisz najwyżej 5 znaków.")
    ]


def test_a_type_check_that_a_plugin_fails_is_not_passed(bind: Bind) -> None:
    def explode(value: str) -> bool:
        raise ZeroDivisionError

    function = Function("explode", (Overload((STRING,), BOOLEAN),), explode)
    document = "type: odd\nbase: string\ncheck: 'explode(value)'\n"
    found = constraints("{type: odd}", document, functions=(function,))
    assert [problem.code for problem in found.problems({"a": "x"}, bind())] == ["R609"]


def test_a_check_in_which_a_plugin_fails_is_neither_passed_nor_violated(bind: Bind) -> None:
    with pytest.raises(PluginError, match="the plugin `acme` failed in `check` of the type `broken`") as failure:
        constraints("{type: broken}", types=TYPES).problems({"a": "x"}, bind())
    assert failure.value.member == "a"


@pytest.mark.parametrize("attribute", ["{type: string, pattern: '(?=x)'}", "{type: date, min: soon}"])
def test_a_keyword_that_cannot_be_put_in_force_is_refused_when_it_is_compiled(attribute: str) -> None:
    with pytest.raises(Misconfigured):
        constraints(attribute)


RELATIONS = """\
entity: thing
relations:
  owner: {to: thing, required: true}
  parts: {to: thing, many: true, owned: true, inverse: owner, min: 2, max: 3}
  tags: {to: thing, many: true, required: true}
  others: {to: thing, many: true, inverse: owner, min: 9}
"""


@pytest.mark.parametrize(
    ("record", "codes"),
    [
        ({"owner_id": "1", "parts": [1, 2], "tags": [1]}, []),
        ({"owner": {}, "parts": [1, 2, 3], "tags": [1]}, []),
        ({"owner_id": None, "parts": [1], "tags": []}, ["R601", "R617", "R617"]),
        ({"owner_id": "1", "parts": [1, 2, 3, 4], "tags": [1]}, ["R618"]),
        ({"owner_id": "1"}, []),
    ],
)
def test_relations_are_counted_where_they_are_known(bind: Bind, record: dict[str, Any], codes: list[str]) -> None:
    model = model_of(RELATIONS)
    problems = Constraints(model, model.entity("thing")).problems(record, bind())
    assert [problem.code for problem in problems] == codes


def test_a_record_of_fifteen_attributes_is_validated_in_a_few_microseconds(bind: Bind) -> None:
    attributes = "".join(
        f"  a{n}: {{type: string, required: true, max_length: 60, min_length: 1}}\n" for n in range(15)
    )
    model = model_of(f"entity: thing\nattributes:\n{attributes}")
    found = Constraints(model, model.entity("thing"))
    environment = bind(**{f"a{n}": "Awa" for n in range(15)})
    by_hand = timeit.timeit(lambda: [len(v) <= 60 for v in environment.this.values()], number=2000)
    generated = timeit.timeit(lambda: found.problems(environment.this, environment), number=2000)
    assert generated < by_hand * 10


@given(value=st.text(max_size=8), least=st.integers(0, 4), most=st.integers(0, 6))
def test_lengths_are_those_of_python(value: str, least: int, most: int) -> None:
    found = constraints(f"{{type: string, min_length: {least}, max_length: {most}}}", layer=LAYER)
    codes = [problem.code for problem in found.problems({"a": value}, Environment())]
    assert codes == (["R605"] if len(value) < least else ["R606"] if len(value) > most else [])
