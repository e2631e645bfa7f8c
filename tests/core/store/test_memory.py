"""A store in memory: whoever reads and writes shares it, and it becomes again what it was."""

from sidra.store.memory import MemoryStore


def names(store: MemoryStore) -> list[str]:
    with store.reading() as connection:
        return [name for (name,) in connection.execute("SELECT name FROM thing ORDER BY name").fetchall()]


def test_what_is_written_is_read_and_taken_back() -> None:
    store = MemoryStore()
    with store.writing() as connection:
        connection.execute("CREATE TABLE thing (name TEXT)")
        connection.execute("INSERT INTO thing VALUES ('one')")
    image = store.copy()
    for _ in range(2):
        with store.writing() as connection:
            connection.execute("INSERT INTO thing VALUES ('two')")
        assert names(store) == ["one", "two"]
        store.restore(image)
        assert names(store) == ["one"]
    image.close()
    store.close()


def test_another_store_becomes_the_same() -> None:
    store, other = MemoryStore(), MemoryStore()
    with store.writing() as connection:
        connection.execute("CREATE TABLE thing (name TEXT)")
        connection.execute("INSERT INTO thing VALUES ('one')")
    other.restore(store.copy())
    assert names(other) == ["one"]
