"""A process gives back what it keeps for affiliates that nobody asks for."""

from __future__ import annotations

import threading

from sidra.web import resting
from sidra.web.resting import begin_resting, give_back


class Registry:
    """A registry that counts how often it was told to let go."""

    def __init__(self, idle: int) -> None:
        self.idle, self.told = idle, 0
        self.was_told = threading.Event()

    def let_go(self) -> int:
        self.told += 1
        if self.told > 1:
            self.was_told.set()
        return self.idle


def test_idle_connections_are_closed_again_and_again_until_the_process_ends() -> None:
    registry, stop = Registry(idle=1), threading.Event()
    thread = begin_resting(registry, stop, seconds=0.01)
    assert registry.was_told.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_memory_can_be_given_back_at_any_time() -> None:
    kept = [bytes(10_000) for _ in range(100)]
    give_back()
    assert all(len(one) == 10_000 for one in kept)
    assert resting.IDLE_SECONDS > 0
