import time

import pytest

from sidra.store.database import Store
from sidra.store.limiting import TookTooLong

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x > 0) SELECT count(*) FROM n"


def test_a_statement_that_takes_too_long_is_ended_and_the_connection_goes_on(place: str) -> None:
    store = Store.open(place)
    with store.reading() as connection:
        began = time.monotonic()
        with pytest.raises(TookTooLong), store.limited(connection, 0.05):
            connection.execute(ENDLESS).fetchone()
        assert time.monotonic() - began < 5
        with store.limited(connection, 5):
            assert connection.execute("SELECT 1").fetchone() == (1,)
    store.close()


def test_another_error_stays_what_it_is(place: str) -> None:
    store = Store.open(place)
    with pytest.raises(store.errors, match="syntax error"), store.reading() as connection, store.limited(connection, 5):
        connection.execute("SELECT FROM FROM")
    store.close()
