"""Ending a server process when it is told to, at whatever moment that is."""

from __future__ import annotations

import os
import select
import signal
import threading
import time

ENDING = frozenset({signal.SIGTERM, signal.SIGINT})
REPEAT_SECONDS = 0.2
PARENT_SECONDS = 2.0
"""How often a worker looks whether the process that started it is still there."""


def let_workers_die() -> None:
    """Make the workers that this process forks end at once when they are told to while they load.

    A forked worker has the handlers of its server, which note the wish in a copy of the server that nobody reads: the
    server would wait for the worker for ever.
    """
    os.register_at_fork(before=_hold, after_in_parent=_let_through, after_in_child=_forget_handlers)


def _hold() -> None:
    # Until a worker has handlers of its own, what it is told waits: an inherited handler would swallow it.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


def _let_through() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _forget_handlers() -> None:
    # It would wake the process that this one was forked from.
    signal.set_wakeup_fd(-1)
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    _let_through()


def repeat_until_heard(*, parent: int | None = None) -> None:
    """Tell the main thread of a signal to end again and again, until the process is gone; call it from that thread.

    A signal that arrives just before the main thread falls asleep wakes nobody, and its handler would run never.
    parent: the process without which this one has no use.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    main = threading.get_ident()
    threading.Thread(target=_repeat, args=(reader, main, parent), name="stopping", daemon=True).start()


def _repeat(reader: int, main: int, parent: int | None) -> None:
    while True:
        is_told, _, _ = select.select([reader], [], [], PARENT_SECONDS if parent else None)
        number = os.read(reader, 1)[0] if is_told else signal.SIGTERM
        if is_told and number not in ENDING:
            continue
        if is_told:
            time.sleep(REPEAT_SECONDS)
        elif os.getppid() == parent:
            continue
        # Its handler writes to the pipe again.
        signal.pthread_kill(main, number)
