from collections.abc import Iterator

import pytest
from tests.core.audit.chains import AFFILIATE, make_tables

from sidra.privacy.keys import KeyRing
from sidra.store.database import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An empty store with the tables of the audit, on each database."""
    if request.param == "sqlite":
        where = str(tmp_path_factory.mktemp("store") / "audit.sqlite")
    else:
        where = request.getfixturevalue("postgresql_url")
    store = Store.open(where, durability="normal")
    make_tables(store)
    yield store
    store.close()


@pytest.fixture
def keys() -> KeyRing:
    """The keys of the affiliate."""
    return KeyRing.in_memory(AFFILIATE)
