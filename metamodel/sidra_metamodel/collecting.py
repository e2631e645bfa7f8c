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
            if not gc.get_freeze_count():
                # What was made counts as old at once, as if the collector had been through it: the look that it would
                # take now costs a fourteenth of a load. Later looks at all objects find what has gone.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
