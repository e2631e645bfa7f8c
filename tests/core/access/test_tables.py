from pathlib import Path

import pytest

from sidra.access.tables import add_access_tables
from sidra.store.database import Store
from sidra.store.failures import StoreError


def objects(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
        return list(rows)


def test_what_lets_people_in_is_made_once_and_stays(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "sn.db", durability="normal")
    add_access_tables(store)
    made = objects(store)
    assert {"access_account", "access_session", "access_token", "access_attempt", "audit_entry"} <= {
        name for name, _ in made
    }
    add_access_tables(store)
    assert objects(store) == made
    store.close()


def test_tables_of_another_form_are_told_and_left(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "sn.db", durability="normal")
    with store.writing() as connection:
        connection.execute("CREATE TABLE access_account (id BLOB)")
    before = objects(store)
    with pytest.raises(StoreError) as caught:
        add_access_tables(store)
    assert "sidra serve" in caught.value.hint
    assert objects(store) == before
    store.close()
