"""What a thread has done in a store: who has kept nothing can begin again without doing anything twice."""

from __future__ import annotations

import threading


class Kept(threading.local):
    """The transactions that the thread which asks has kept."""

    count = 0
