from collections.abc import Iterator

import pytest
from tests.core.audit.chains import AFFILIATE, make_tables

from sidra.privacy.keys import KeyRing
from sidra.store.database import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where an empty store is, on each database."""
    if request.param == "sqlite":
        return str(tmp_path_factory.mktemp("store") / "audit.sqlite")
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def store(store_address: str) -> Iterator[Store]:
    """An empty store with the tables of the audit, on each database."""
    store = Store.open(store_address, durability="normal")
    make_tables(store)
    yield store
    store.close()


@pytest.fixture
def keys() -> KeyRing:
    """The keys of the affiliate."""
    return KeyRing.in_memory(AFFILIATE)
