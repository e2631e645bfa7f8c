"""Python's garbage collector, held off while a configuration is made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Keep the collector from searching among nodes that all stay.

    A load makes hundreds of thousands of them, and looking for cycles again and again took two thirds of its time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
