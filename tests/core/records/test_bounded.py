import threading

from sidra.records.bounded import Bounded


def test_the_oldest_entry_goes_first() -> None:
    cache: Bounded[str, int] = Bounded(2)
    for key, value in (("a", 1), ("b", 2), ("c", 3)):
        assert cache.get(key, lambda value=value: value) == value  # type: ignore[misc]  # bound now
    assert len(cache) == 2
    assert cache.get("c", lambda: 7) == 3
    assert cache.get("a", lambda: 9) == 9


def test_the_first_of_two_results_stays() -> None:
    cache: Bounded[str, object] = Bounded(2)
    barrier, found = threading.Barrier(2), []

    def make() -> object:
        barrier.wait()
        return object()

    threads = [threading.Thread(target=lambda: found.append(cache.get("a", make))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] is found[1]
