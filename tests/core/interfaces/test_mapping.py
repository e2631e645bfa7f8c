from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.models import model_of

from sidra.errors import Misconfigured
from sidra.interfaces.feed import Feed
from sidra.interfaces.files import Row
from sidra.interfaces.mapping import Found, Mapped, as_target, columns_of
from sidra_metamodel.expressions import Environment
from sidra_metamodel.model import Model

PERSON = """
entity: person
attributes:
  number: {type: string, unique: true}
  age: {type: integer}
  code: {type: string}
  wage: {type: decimal}
  born: {type: date}
  is_vip: {type: boolean}
relations:
  boss: {to: person}
  team: {to: person, many: true, inverse: boss}
"""
FEED = "interface: load\nkind: feed\ninto: person\nkey: number\nmap:\n  number: {from: id}\n"


def model(fields: str, quality: str = "") -> Model:
    return model_of(PERSON, FEED + fields + quality)


def described(model: Model, **texts: str) -> tuple[Mapped | None, list[str]]:
    found = Feed(model, "load").describe(Row(1, 2, {"id": "1", **texts}), Environment())
    return found.record, [f"{problem.code} {problem.path}: {problem.message}" for problem in found.problems]


def values(model: Model, **texts: str) -> dict[str, object]:
    record, problems = described(model, **texts)
    assert record is not None, problems
    return record.values


def test_a_text_becomes_a_value_of_the_attribute() -> None:
    fields = (
        "  age: {from: years}\n  wage: {from: wage, format: '#.##0,00'}\n  born: {from: born, format: '%d.%m.%Y'}\n"
    )
    assert values(model(fields), years="41", wage="1.234,50", born="17.05.1990") == {
        "number": "1",
        "age": 41,
        "wage": Decimal("1234.50"),
        "born": datetime.date(1990, 5, 17),
    }


def test_what_counts_as_empty_is_no_value() -> None:
    feed = model("  age: {from: years, empty: ['-', n/a]}\n")
    assert [values(feed, years=text)["age"] for text in ("", "  ", "-", " n/a ")] == [None] * 4


def test_a_lookup_gives_values_and_refuses_other_texts() -> None:
    feed = model("  is_vip: {from: vip, lookup: {Y: true, N: false}}\n")
    assert values(feed, vip="Y")["is_vip"] is True
    assert described(feed, vip="Z")[1] == ["R621 is_vip: the feed does not know the text of `vip`"]


CARD = """
entity: card
attributes:
  number: {type: string, unique: true}
  level: {type: enum, enum: level}
"""
LEVELS = """
enum: level
values:
  gold: {label: {en: Gold, fr: Or}}
  basic: {label: {en: Plain, fr: Simple}}
  silver: {label: {en: Plain, fr: gold}}
"""


@pytest.mark.parametrize(
    ("text", "level"),
    [("gold", "gold"), ("Gold", "gold"), ("Or", "gold"), (" Simple ", "basic"), ("silver", "silver"), ("Plain", None)],
)
def test_a_value_of_a_code_list_is_its_name_or_a_label_that_means_it_alone(text: str, level: str | None) -> None:
    feed = "interface: load\nkind: feed\ninto: card\nkey: number\nmap: {number: {from: id}, level: {from: level}}\n"
    record, problems = described(model_of(CARD, LEVELS, feed), level=text)
    if level is None:
        assert [one.partition(":")[0] for one in problems] == ["R608 level"]
    else:
        assert record is not None
        assert record.values["level"] == level


def test_an_expression_sees_the_row_and_what_stands_before_it() -> None:
    feed = model("  age: {from: years}\n  code: {value: \"target.age > 40 ? source.id : 'young'\"}\n")
    assert values(feed, years="41")["code"] == "1"
    assert values(feed, years="4")["code"] == "young"


def test_a_text_may_be_read_as_another_type_first() -> None:
    feed = model("  code: {from: code, type: integer}\n")
    assert values(feed, code="007")["code"] == "7"
    assert described(feed, code="x")[1] == ["R602 code: Saisissez un nombre entier, par exemple 12."]


def test_a_type_that_is_none_is_no_feed() -> None:
    with pytest.raises(Misconfigured, match="no type `klingon`"):
        Feed(model("  code: {from: code, type: klingon}\n"), "load")


def test_all_problems_of_a_row_are_told_at_once_in_the_language_of_the_affiliate() -> None:
    feed = model("  age: {from: years}\n  born: {from: born, format: '%d.%m.%Y'}\n")
    record, problems = described(feed, years="x", born="y")
    assert record is None
    assert problems == [
        "R602 age: Saisissez un nombre entier, par exemple 12.",
        "R602 born: this is no date written as %d.%m.%Y",
    ]


def test_a_record_that_must_exist_is_found_by_a_value() -> None:
    feed = model("  boss: {find: number, from: boss}\n")
    record, _ = described(feed, boss="7")
    assert record is not None
    assert record.parents == {"boss": Found(("person", "number", "7"))}
    assert list(record.all_keys()) == [("person", "number", "1"), ("person", "number", "7")]
    without, _ = described(feed, boss="")
    assert without is not None
    assert without.parents == {}


def test_a_value_by_which_a_record_is_found_may_be_wrong() -> None:
    feed = model("  boss: {find: age, from: boss}\n")
    assert described(feed, boss="x")[1] == ["R602 boss: Saisissez un nombre entier, par exemple 12."]


def test_records_around_it_are_made_with_their_conditions() -> None:
    feed = model(
        "  age: {from: years}\n"
        "  boss: {create: person, map: {age: {from: boss_age}}}\n"
        "  team:\n    create: person\n    key: number\n    rows:\n"
        "      one: {map: {number: {value: \"concat(source.id, '-1')\"}}}\n"
        '      two: {when: "target.age > 40", map: {number: {from: second}}}\n'
    )
    record, problems = described(feed, years="41", boss_age="60", second="2")
    assert record is not None, problems
    assert as_target(record)["boss"] == {"age": 60, "kind": "person"}
    assert [child.values["number"] for child in record.children["team"]] == ["1-1", "2"]
    assert list(record.all_keys()) == [("person", "number", number) for number in ("1", "1-1", "2")]
    young, _ = described(feed, years="4")
    assert young is not None
    assert len(young.children["team"]) == 1


def test_a_quality_rule_rejects_or_warns() -> None:
    quality = (
        "quality:\n"
        "  adult: {check: 'target.age >= 18', message: {fr: Mineur, en: A minor}}\n"
        "  old: {check: 'target.age < 99', severity: warn}\n"
    )
    feed = model("  age: {from: years}\n", quality)
    assert described(feed, years="4") == (None, ["R623 age: Mineur"])
    record, problems = described(feed, years="100")
    assert record is not None
    assert problems == ["R623 age: `old` does not hold"]
    assert described(feed)[1] == []


def test_the_columns_that_a_feed_reads_are_known() -> None:
    fields = "  boss: {create: person, map: {age: {from: a}}}\n  team: {rows: {one: {map: {age: {from: b}}}}}\n"
    assert columns_of(model(fields).interfaces["load"]) == {"id", "a", "b"}


@given(st.dictionaries(st.sampled_from(["id", "years", "born", "wage", "vip", "boss"]), st.text(max_size=20)))
def test_any_texts_make_a_record_or_problems(texts: dict[str, str]) -> None:
    found = EVERYTHING.describe(Row(1, 2, texts), Environment())
    if found.record is None:
        assert found.problems
        assert all(problem.message for problem in found.problems)
    else:
        assert found.record.entity == "person"


EVERYTHING = Feed(
    model(
        "  age: {from: years, type: integer}\n  born: {from: born, format: '%d.%m.%Y'}\n"
        "  wage: {from: wage, format: '#,##0.00'}\n  is_vip: {from: vip}\n  boss: {find: number, from: boss}\n",
        "quality:\n  adult: {check: 'target.age >= 18'}\n",
    ),
    "load",
)
