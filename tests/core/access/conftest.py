import datetime
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from tests.prepared import Prepared

from sidra.access.passwords import Passwords
from sidra.access.tables import AccessTables, access_tables, add_access_tables
from sidra.store.database import Store


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.now

    def forward(self, **duration: float) -> None:
        self.now += datetime.timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tables() -> AccessTables:
    return access_tables(sa.MetaData())


@pytest.fixture
def store(prepared: Prepared) -> Iterator[Store]:
    with prepared.store("access", add_access_tables) as store:
        yield store


class Audit:
    """The audit of the store, as rows that tests read."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Who did what, and to a row of which table, the oldest first."""
        with self._store.reading() as connection:
            told = connection.execute("SELECT actor_name, action, entity FROM audit_entry ORDER BY sequence")
            return list(told.fetchall())

    @property
    def text(self) -> str:
        """All that stands in it."""
        with self._store.reading() as connection:
            return str(connection.execute("SELECT * FROM audit_entry").fetchall())


@pytest.fixture
def audit(store: Store) -> Audit:
    return Audit(store)


@pytest.fixture(scope="session")
def quick_passwords() -> Passwords:
    """Passwords with the least that argon2 takes, so that tests do not wait."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
