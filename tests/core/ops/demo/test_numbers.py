from __future__ import annotations

import datetime
from random import Random

import pytest
from tests.core.models import model_of

from sidra.ops.demo.numbers import LocalNumbers
from sidra.ops.demo.profile import DemoRefused

PERSON = """
entity: person
attributes:
  number: {type: string}
  birth_date: {type: date}
"""
EVEN = "rule: even\nkind: validate\non: person\nat: number\ncheck: \"number.endsWith('0') || number.endsWith('2')\"\n"


def numbers(template: str, *rules: str) -> LocalNumbers:
    return LocalNumbers(model_of(PERSON, *rules), "person", {"person.number": template, "other.number": "{digits:9}"})


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{year}-{yy}{mm}{dd}", "1990-900517"),
        ("{century}{governorate}", "212"),
        ("{month_century}", "05"),
        ("{sex_code}", "2"),
        ("A", "A"),
    ],
)
def test_a_template_is_filled_with_what_is_known(template: str, text: str) -> None:
    facts = {"birth_date": datetime.date(1990, 5, 17), "governorate": "12", "gender": "female"}
    assert numbers(template).draw(Random(1), facts) == {"number": text}


def test_the_century_and_the_sex_are_told_by_digits() -> None:
    facts = {"birth_date": datetime.date(2001, 5, 17), "gender": "male"}
    drawn = numbers("{century}{month_century}{sex_code}{sex}").draw(Random(1), facts)["number"]
    assert drawn[:4] == "3251"
    assert int(drawn[4]) % 2 == 1


def test_a_number_is_one_that_the_rules_accept_and_never_drawn_twice() -> None:
    drawn = numbers("{digits:2}", EVEN)
    found = [drawn.draw(Random(seed), {})["number"] for seed in range(12)]
    assert all(number[-1] in "02" for number in found)
    assert len(set(found)) == len(found)


def test_a_template_that_no_rule_accepts_is_refused() -> None:
    with pytest.raises(DemoRefused, match="no number like"):
        numbers("{digits:2}5", EVEN).draw(Random(1), {})


def test_a_rule_may_look_at_the_day() -> None:
    born = "rule: born\nkind: validate\non: person\nat: number\ncheck: birth_date < add_months(today, -12)\n"
    facts = {"birth_date": datetime.date(1990, 5, 17)}
    assert len(numbers("{digits:4}", born).draw(Random(1), facts)["number"]) == 4


@pytest.mark.parametrize(
    ("attribute", "template", "reason"),
    [("nmber", "{digits:4}", "no `nmber` in `person`"), ("number", "{digit:4}", "nothing fills `{digit}`")],
)
def test_a_name_that_is_none_is_refused(attribute: str, template: str, reason: str) -> None:
    with pytest.raises(DemoRefused, match=reason):
        LocalNumbers(model_of(PERSON), "person", {f"person.{attribute}": template}).draw(Random(1), {})
