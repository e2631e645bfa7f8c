from collections.abc import Iterator

import pytest
from tests.core.audit.chains import AFFILIATE, make_tables
from tests.prepared import Prepared

from sidra.privacy.keys import KeyRing
from sidra.store.database import Store


@pytest.fixture
def store(prepared: Prepared) -> Iterator[Store]:
    """An empty store with the tables of the audit, on each database."""
    with prepared.store("audit", make_tables) as store:
        yield store


@pytest.fixture
def keys() -> KeyRing:
    """The keys of the affiliate."""
    return KeyRing.in_memory(AFFILIATE)
