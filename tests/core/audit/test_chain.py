import random

from hypothesis import given
from hypothesis import strategies as st
from tests.core.audit.chains import AT, in_lane, told

from sidra.audit.chain import LANES, NOTHING, Chain, entry_digest, history_digest, lane_of, next_sequence
from sidra.store.database import Store

YEAR_2200 = 7_258_118_400_000_000


@given(st.integers(0, YEAR_2200), st.integers(0, LANES), st.integers(0, YEAR_2200))
def test_numbers_name_their_lane_grow_and_follow_the_clock(first: int, lane: int, second: int) -> None:
    one = next_sequence(lane, first, lane)
    other = next_sequence(one, second, lane)
    assert lane < one < other < 2**63
    assert lane_of(one) == lane_of(other) == lane
    assert other >> 10 == max(second, (one >> 10) + 1)


@given(st.integers(0, YEAR_2200), st.integers(1, YEAR_2200), st.integers(0, LANES), st.integers(0, LANES))
def test_numbers_of_two_lanes_never_meet_and_stand_in_the_order_of_time(
    at: int, later: int, lane: int, other: int
) -> None:
    one, next_one = next_sequence(lane, at, lane), next_sequence(other, at + later, other)
    assert at == 0 or one < next_one


def test_a_step_back_of_the_clock_takes_no_number_twice(store: Store) -> None:
    chain, chance = Chain(store), random.Random(1)
    for at in (AT, AT - 5_000_000, AT, 0):
        with store.writing() as connection:
            chain.append(connection, [told(chance, at)])
    with store.reading() as connection:
        rows = connection.execute("SELECT sequence, number FROM audit_entry ORDER BY sequence").fetchall()
    assert [number for _, number in rows] == [1, 2, 3, 4]
    assert [sequence - rows[0][0] for sequence, _ in rows] == [0, 1024, 2048, 3072]


def test_each_lane_has_a_chain_of_its_own_and_its_end(store: Store) -> None:
    chain, chance = Chain(store), random.Random(2)
    for lane in (3, 5, 3):
        with in_lane(store, lane), store.writing() as connection:
            chain.append(connection, [told(chance), told(chance)])
    with store.reading() as connection:
        ends = connection.execute("SELECT lane, sequence, number, digest FROM audit_head ORDER BY lane").fetchall()
        last = connection.execute("SELECT sequence, number, digest FROM audit_entry ORDER BY number DESC").fetchone()
    assert [(lane, number) for lane, _, number, _ in ends] == [(3, 4), (5, 2)]
    assert tuple(ends[0][1:]) == tuple(last)


def test_nothing_that_was_told_writes_nothing(store: Store) -> None:
    with store.writing() as connection:
        Chain(store).append(connection, [])
        assert connection.execute("SELECT count(*) FROM audit_head").fetchone() == (0,)


CELLS = st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.text(max_size=5), st.binary(max_size=5))


@given(st.lists(CELLS, max_size=4), st.lists(CELLS, max_size=4), st.binary(min_size=32, max_size=32))
def test_other_values_or_another_predecessor_make_another_digest(
    one: list[object], other: list[object], previous: bytes
) -> None:
    is_same = [(type(cell), cell) for cell in one] == [(type(cell), cell) for cell in other]
    assert (entry_digest(NOTHING, one) == entry_digest(NOTHING, other)) is is_same
    assert (history_digest(one) == history_digest(other)) is is_same
    assert (entry_digest(NOTHING, one) == entry_digest(previous, one)) is (previous == NOTHING)
