import sqlite3
import time
from collections.abc import Iterator

import pytest

from sidra.store.limiting import TookTooLong, limited

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:")
    yield made
    made.close()


def test_a_statement_that_takes_too_long_is_ended_and_the_connection_goes_on(connection: sqlite3.Connection) -> None:
    began = time.monotonic()
    with pytest.raises(TookTooLong), limited(connection, 0.05):
        connection.execute(ENDLESS).fetchone()
    assert time.monotonic() - began < 5
    with limited(connection, 5):
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_another_error_stays_what_it_is(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), limited(connection, 5):
        connection.execute("SELECT * FROM absent")
