"""How long what is over is kept."""

from sidra.jobs.cleaning import DONE_KEPT, FAILED_KEPT, STEPS_KEPT


def test_steps_are_known_for_longer_than_their_work_can_be_done_again() -> None:
    assert STEPS_KEPT > FAILED_KEPT > DONE_KEPT
