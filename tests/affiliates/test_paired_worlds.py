"""Law 7 for every role of every affiliate: two stores that differ in what it does not see give it the same answers.

What differs is chosen from the Model: values of attributes that a role sees masked or not at all, all values of records
that it does not reach, and records that are in one of the worlds only. What is asked is made from the Model as well:
each filter, sort, group, text, page and address, each form that is refused, and each write that is kept.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from tests.affiliates.asking import Asking
from tests.affiliates.pairs import Base, Hiding, base_for
from tests.affiliates.worlds import CASES, World
from tests.core.records.hidden_data import Question
from tests.proofs.counting import Counts

from sidra.identity.finding import find_duplicates

NOW = datetime.datetime(2026, 11, 20, 9, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)
QUICK, LONG = 160, 16
"""One question of so many is asked: few of few roles in each run, and of all roles by `make prove`."""
SEE_ALL = {"administrator", "back_office", "team_lead"}
Worlds = tuple[World, World]
PairOf = Callable[[str, str], Worlds]


@pytest.fixture(scope="module")
def base_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Base]:
    """The database of an affiliate, of either kind, that both worlds begin with."""

    def made(affiliate: str, database: str) -> Base:
        server = request.getfixturevalue("postgresql_server") if database == "postgresql" else None
        return base_for(affiliate, tmp_path_factory.mktemp("pairs"), server, lambda: NOW)

    return cache(made)


@pytest.fixture
def pair_of(base_of: Callable[[str, str], Base], tmp_path: Path) -> PairOf:
    """Two worlds of an affiliate, on either kind of database, that are the same so far."""
    return lambda affiliate, database: base_of(affiliate, database).pair(tmp_path, lambda: LATER)


def answers_differ(worlds: Worlds, role: str, rate: int, shift: int, counts: Counts) -> dict[Question, tuple[str, str]]:
    """Ask both worlds; return where their answers begin to differ, by question."""
    units = worlds[0].units[:1]
    hiding = Hiding(worlds, role, units)
    hiding.hide()
    answers = []
    for world in worlds:
        find_duplicates(world.runtime)
        answers.append(Asking(world, role, units, rate, shift).ask())
        world.runtime.store.close()
    one, other = answers
    counts["hidden values differ"] += hiding.values
    counts["hidden records are in one only"] += hiding.records
    counts["questions"] += len(one)
    assert hiding.values or role in SEE_ALL
    assert one.keys() == other.keys()
    different = {
        question: difference(one[question], other[question]) for question in one if one[question] != other[question]
    }
    counts["answers differ"] += len(different)
    return different


def difference(one: object, other: object) -> tuple[str, str]:
    """Where two answers begin to differ, with what is around it."""
    texts = str(one), str(other)
    at = next((place for place, pair in enumerate(zip(*texts, strict=False)) if pair[0] != pair[1]), 0)
    return texts[0][max(0, at - 80) : at + 80], texts[1][max(0, at - 80) : at + 80]


@pytest.mark.parametrize(
    ("affiliate", "role", "database"), [("sn", "agent", "sqlite"), ("pl", "configurator", "postgresql")]
)
def test_a_role_learns_nothing_from_some_questions(
    pair_of: PairOf, affiliate: str, role: str, database: str, counts: Counts
) -> None:
    assert answers_differ(pair_of(affiliate, database), role, QUICK, 0, counts) == {}


@pytest.mark.prove
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("affiliate", "role"), CASES)
def test_a_role_learns_nothing_of_what_it_does_not_see(
    pair_of: PairOf, affiliate: str, role: str, database: str, counts: Counts
) -> None:
    # The second database is asked other questions than the first.
    shift = 0 if database == "sqlite" else LONG // 2
    assert answers_differ(pair_of(affiliate, database), role, LONG, shift, counts) == {}
