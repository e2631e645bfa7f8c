"""No number that is withheld follows from what is shown, of this report and of those by fewer of its keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sidra.affiliates.withholding import Key, withheld

LEAST = 5
Counts = dict[Key, int]
Sums = list[tuple[frozenset[Key], int]]


def by(counts: Counts, chosen: tuple[int, ...]) -> Counts:
    """The report by some of the keys."""
    found: Counts = {}
    for key, count in counts.items():
        short = (*(key[place] for place in chosen), key[-1])
        found[short] = found.get(short, 0) + count
    return found


def universe(counts: Counts) -> list[Key]:
    """The lines that there may be: those of the report, and where it leaves some out, all of the values of its keys."""
    if not withheld(counts, LEAST).lines:
        return sorted(counts, key=repr)
    return list(
        product(*(sorted({key[place] for key in counts}, key=repr) for place in range(len(next(iter(counts))))))
    )


def shown(counts: Counts) -> Sums:
    """All sums that a reader gets: of this report and of each by fewer of its keys."""
    number = len(next(iter(counts))) - 1
    found: Sums = []
    for size in range(number + 1):
        for chosen in combinations(range(number), size):
            report = by(counts, chosen)
            hidden = withheld(report, LEAST)
            for short, count in report.items():
                if short not in hidden.numbers | hidden.lines:
                    lines = {key for key in universe(counts) if (*(key[place] for place in chosen), key[-1]) == short}
                    found.append((frozenset(lines), count))
    return found


def possible(keys: list[Key], sums: Sums, least: int) -> Iterator[Counts]:
    """All tables, of `least` records a line, of which a reader would get the same sums."""
    most = max((count for _, count in sums), default=LEAST)

    def fill(made: Counts, rest: list[Key]) -> Iterator[Counts]:
        for lines, count in sums:
            told = sum(made[key] for key in lines if key in made)
            open_ = sum(1 for key in lines if key not in made)
            if told + open_ * least > count or (not open_ and told != count):
                return
        if not rest:
            yield dict(made)
            return
        for count in range(least, most + 1):
            yield from fill({**made, rest[0]: count}, rest[1:])

    yield from fill({}, keys)


def told(counts: Counts) -> set[Key]:
    """The small lines whose number a reader can work out; lines that are left out may be there or not."""
    small = {key for key, count in counts.items() if count < LEAST}
    ranges: dict[Key, set[int]] = {key: set() for key in small}
    least = 0 if withheld(counts, LEAST).lines else 1
    for table in possible(universe(counts), shown(counts), least):
        for key in small:
            ranges[key].add(table[key])
        if all(len(values) > 1 for values in ranges.values()):
            return set()
    return {key for key, values in ranges.items() if len(values) == 1}


COUNT = st.integers(1, 9)
ONE_KEY = st.lists(COUNT, min_size=1, max_size=5).map(
    lambda counts: {(f"v{place}", None): count for place, count in enumerate(counts)}
)
TWO_KEYS = st.dictionaries(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.none()), COUNT, min_size=1)


@given(ONE_KEY)
@example({("open", None): 17, ("paid", None): 1})
@example({("open", None): 5, ("paid", None): 1})
def test_no_small_line_follows_from_the_total_and_the_others(counts: Counts) -> None:
    assert told(counts) == set()


@given(TWO_KEYS)
@example({("a", "x", None): 6, ("a", "y", None): 1})
@example({("a", "x", None): 1, ("a", "y", None): 5, ("b", "x", None): 5})
@example({("a", "x", None): 6, ("a", "y", None): 1, ("b", "x", None): 9, ("b", "y", None): 9})
@example({("a", "x", None): 6, ("b", "y", None): 4, ("b", "z", None): 6})
def test_no_small_line_follows_from_reports_by_fewer_keys(counts: Counts) -> None:
    assert told(counts) == set()


@given(st.one_of(ONE_KEY, TWO_KEYS))
def test_every_small_line_is_withheld_and_nothing_where_none_is(counts: Counts) -> None:
    small = {key for key, count in counts.items() if count < LEAST}
    found = withheld(counts, LEAST)
    assert small <= found.numbers | found.lines
    assert small or not found.numbers | found.lines


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"open": 17, "paid": 1}, {"open", "paid"}),
        ({"open": 17, "paid": 1, "due": 9}, {"due", "paid"}),
        ({"open": 17, "paid": 1, "due": 4, "lost": 7}, {"due", "paid", "lost"}),
        ({"open": 17, "paid": 4, "due": 4, "lost": 3, "new": 8}, {"due", "paid", "lost"}),
    ],
)
def test_as_few_others_are_withheld_as_needed(counts: dict[str, int], hidden: set[str]) -> None:
    found = withheld({(name, None): count for name, count in counts.items()}, LEAST)
    assert found.numbers == {(name, None) for name in hidden}
    assert not found.lines


@pytest.mark.parametrize("counts", [[1, 1, 1, 1, 1], [4, 4], [1, 5]])
def test_lines_go_altogether_where_their_being_there_tells_enough(counts: list[int]) -> None:
    lines: Counts = {(str(place), None): count for place, count in enumerate(counts)}
    assert withheld(lines, LEAST).lines == set(lines)


def test_lines_that_are_never_added_up_hide_each_other_not() -> None:
    counts: Counts = {("open", "EUR"): 9, ("paid", "EUR"): 9, ("open", "XOF"): 9, ("paid", "XOF"): 1}
    assert withheld(counts, LEAST).numbers == {("open", "XOF"), ("paid", "XOF")}
