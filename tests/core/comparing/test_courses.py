"""How reuse went over the releases of several affiliates."""

from datetime import UTC, datetime

from tests.core.releases.installed import Installed
from tests.core.releases.test_approving import author, on_both, second, sn
from tests.core.releases.test_figures import NAMED, apply_a_name

from sidra.access.actor import Actor
from sidra.comparing.courses import course_of, history_of
from sidra.releases.history import Figure

__all__ = ["author", "second", "sn"]


def on(day: int) -> datetime:
    return datetime(2026, 5, day, tzinfo=UTC)


def test_each_release_is_a_point_of_what_all_had_in_force_then() -> None:
    one = ((on(1), Figure(100, 90)), (on(4), Figure(100, 95)))
    other = ((on(2), Figure(300, 300)), (on(3), Figure(300, 290)))
    course = course_of([one, other])
    assert [(point.at.day, point.leaves, point.reused) for point in course] == [
        (1, 100, 90),
        (2, 400, 390),
        (3, 400, 380),
        (4, 400, 385),
    ]
    assert course[0].ratio == 0.9


def test_nothing_released_has_no_course_and_nothing_at_all_is_all_reused() -> None:
    assert course_of([(), ()]) == ()
    assert course_of([((on(1), Figure(0, 0)),)])[0].ratio == 1.0


@on_both
def test_a_history_begins_with_the_first_release(sn: Installed, author: Actor, second: Actor) -> None:
    apply_a_name(sn, author, second)
    history = history_of(sn.store)
    assert [figure for _, figure in history] == list(sn.releasing().releases.figures().values())
    assert len(history) == 2


def test_what_some_units_try_out_is_no_part_of_a_history(sn: Installed, author: Actor, second: Actor) -> None:
    sn.edit(*NAMED)
    proposal = sn.propose("A label", author)
    sn.releasing().approvals.approve(second, proposal.id, "configure")
    sn.releasing().apply(proposal.revision, author, "try", ("plateau",))
    assert len(history_of(sn.store)) == 1
    sn.releasing().end_trial(author, "they cannot read it")
    ended = history_of(sn.store)
    assert [figure for _, figure in ended] == [ended[0][1]] * 2
