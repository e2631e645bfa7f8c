import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sidra_metamodel.collecting import collection_paused


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """The collector as it was, whatever a test does to it."""
    was_enabled = gc.isenabled()
    gc.enable()
    yield
    gc.unfreeze()
    (gc.enable if was_enabled else gc.disable)()


def test_the_collector_rests_within_and_works_again_behind() -> None:
    with collection_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_rests_already_goes_on_resting() -> None:
    gc.disable()
    with collection_paused():
        pass
    assert not gc.isenabled()


def test_what_was_made_meanwhile_is_old_and_not_looked_at_again() -> None:
    with collection_paused():
        made = [[number] for number in range(10_000)]
    young = {id(found) for generation in (0, 1) for found in gc.get_objects(generation=generation)}
    assert not young & set(map(id, made))


def test_circles_that_were_made_meanwhile_are_found_once_they_are_dropped() -> None:
    # In a process of its own: a collection here looks at all that the other tests have made.
    code = (
        "import gc\n"
        "from sidra_metamodel.collecting import collection_paused\n"
        "gc.collect()\n"
        "with collection_paused():\n"
        "    circle = []\n"
        "    circle.append(circle)\n"
        "del circle\n"
        "assert gc.collect() > 0\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_somebody_froze_stays_frozen() -> None:
    kept: list[list[object]] = [[]]
    gc.freeze()
    with collection_paused():
        pass
    assert gc.get_freeze_count() > 0
    assert not any(found is kept for found in gc.get_objects())
