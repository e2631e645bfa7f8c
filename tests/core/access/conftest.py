import datetime
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from sidra.access.passwords import Passwords
from sidra.access.tables import AccessTables, access_tables
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
def store(tmp_path_factory: pytest.TempPathFactory, tables: AccessTables) -> Iterator[Store]:
    store = Store.open(tmp_path_factory.mktemp("store") / "access.sqlite", durability="normal")
    with store.writing() as connection:
        for table in tables.account.metadata.sorted_tables:
            connection.execute(str(sa.schema.CreateTable(table).compile(dialect=store.dialect)))
            for index in table.indexes:
                connection.execute(str(sa.schema.CreateIndex(index).compile(dialect=store.dialect)))
    yield store
    store.close()


@pytest.fixture(scope="session")
def quick_passwords() -> Passwords:
    """Passwords with the least that argon2 takes, so that tests do not wait."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
