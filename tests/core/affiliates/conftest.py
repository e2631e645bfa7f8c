"""Stores that are migrated, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sidra.store.database import Store


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    made = Store.open(place)
    yield made
    made.close()


@pytest.fixture
def fresh(request: pytest.FixtureRequest, place: str, tmp_path: Path) -> Iterator[Store]:
    """Another empty store on the same database."""
    if place.startswith("postgresql"):
        server = request.getfixturevalue("postgresql_server")
        url = server.new_schema()
        made = Store.open(url)
        yield made
        made.close()
        server.drop_schema(url)
    else:
        made = Store.open(tmp_path / "fresh.db")
        yield made
        made.close()
