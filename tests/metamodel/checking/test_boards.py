"""What a board or a calendar needs: columns that are values, gates that open, sums that can be made, days."""

from textwrap import dedent

import pytest
from tests.metamodel.configurations import Found

FILES = {
    "baseline/deal.yaml": """
        entity: deal
        title: name
        attributes:
          name: {type: string, sort: true}
          amount: {type: money}
          other: {type: money}
          weighted: {type: money, compute: "amount * 2"}
          budget: {type: boolean}
          stage: {type: enum, enum: stage}
          rank: {type: enum, enum: rank}
          due: {type: date, filter: true}
          seen: {type: date}
        lifecycle:
          attribute: stage
          initial: first
          transitions:
            propose: {from: [first], to: second}
    """,
    "baseline/stage.yaml": "enum: stage\nvalues: [first, second]\n",
    "baseline/rank.yaml": "enum: rank\nvalues: [low, high]\n",
    "baseline/plain.yaml": "entity: plain\ntitle: name\nattributes: {name: {type: string}}\n",
}


def told(found: Found, words: str, of: str = "deal", kind: str = "board") -> str:
    screen = f"screen: s\nkind: {kind}\nof: {of}\n" + dedent(words)
    return found({**FILES, "baseline/s.yaml": screen})


def test_a_board_of_all_words_has_nothing_wrong(found: Found) -> None:
    words = """
        stages: {first: {limit: 5}, second: {collapsed: true}}
        card: {title: name, facts: [amount, due], badges: [rank], note: "name", avatar: name}
        sums: [amount]
        gates: {second: {when: "budget == true", message: {en: "Requires: budget", fr: "Requis : budget"}}}
        forecast: {at: due, sum: amount}
        sort: name
    """
    assert "error" not in told(found, words)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("stages: {secnd: {limit: 5}}", "E421", "no value `secnd` of `stage` in `stages`"),
        ("gates: {third: {when: 'budget', message: {en: Budget}}}", "E421", "no value `third` of `stage` in `gates`"),
        ("by: name", "E420", "`name` is no code list, so that it makes no columns"),
        ("by: nothing", "E401", "no attribute `nothing` in `deal`"),
        ("by: rank", "E409", "`deal` cannot be narrowed by `rank`: it has no index"),
        ("gates: {second: {when: 'false', message: {en: Never}}}", "E420", "the gate of `second` never opens"),
        (
            "gates: {second: {when: \"stage == 'second'\", message: {en: Wait}}}",
            "E420",
            "the gate of `second` asks for `stage`, which the move itself changes",
        ),
        (
            "gates: {first: {when: 'budget == true', message: {en: Wait}}}",
            "E420",
            "no step leads to `first`, so that its gate is never asked",
        ),
        ("gates: {second: {when: 'budgt', message: {en: Wait}}}", "E501", "budgt"),
        ("sums: [name]", "E420", "`name` is no number or amount, and cannot be added up"),
        ("sums: [weighted]", "E409", "`weighted` cannot be added up: it is computed at reading"),
        ("sums: [amount, other]", "E420", "a board adds up one amount, not `amount`, `other`"),
        ("forecast: {at: name, sum: amount}", "E429", "`name` is no date"),
        ("card: {facts: [nothing]}", "E401", "no attribute or relation `nothing` in `deal`"),
        ("columns: [name]", "E424", "`columns` belongs to screens of kind `list`"),
    ],
)
def test_a_board_says_what_cannot_be(found: Found, words: str, code: str, message: str) -> None:
    answer = told(found, words)
    assert f"error[{code}]" in answer
    assert message in answer


def test_a_board_of_an_entity_without_a_life_cycle_names_its_columns(found: Found) -> None:
    answer = told(found, "", of="plain")
    assert "error[E420]: the board `s` has no columns: `plain` has no life cycle" in answer


def test_a_board_names_its_entity(found: Found) -> None:
    answer = found({**FILES, "baseline/s.yaml": "screen: s\nkind: board\n"})
    assert "error[E420]: a screen of kind `board` lacks `of`" in answer


def test_a_calendar_follows_from_the_first_day_that_lists_are_narrowed_by(found: Found) -> None:
    assert "error" not in told(found, "title: name\nuntil: seen\n", kind="calendar")


@pytest.mark.parametrize(
    ("words", "of", "code", "message"),
    [
        ("at: name", "deal", "E429", "`name` is no date"),
        ("at: seen", "deal", "E409", "`deal` cannot be narrowed by `seen`: it has no index"),
        ("", "plain", "E420", "the calendar `s` has no days: lists of `plain` are narrowed by no date"),
    ],
)
def test_a_calendar_says_what_cannot_be(found: Found, words: str, of: str, code: str, message: str) -> None:
    answer = told(found, words, of=of, kind="calendar")
    assert f"error[{code}]" in answer
    assert message in answer
