"""What the shipped configurations make in PostgreSQL holds the conditions of a database that is spread over nodes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.affiliates.worlds import model_for
from tests.baseline.configurations import AFFILIATES

from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.sessions import Session

DDL = re.compile(r"\s*(CREATE|ALTER|DROP|MERGE)\b", re.IGNORECASE)
NEVER = re.compile(
    r"\b(CREATE (TRIGGER|SEQUENCE|RULE)|(BIG|SMALL)?SERIAL|AS IDENTITY|INHERITS)\b|^\s*MERGE", re.IGNORECASE
)
FOREIGN = re.compile(r"REFERENCES\s+(\S+)", re.IGNORECASE)
ELSEWHERE = """
SELECT count(*) FROM pg_constraint c JOIN pg_class f ON f.oid = c.confrelid
WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace AND f.relnamespace <> c.connamespace
"""
OF_SCHEMA = """
SELECT (SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal),
       (SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S'),
       (SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = current_schema()::regnamespace AND a.attidentity <> ''),
       (SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_collation l ON l.oid = a.attcollation
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0
          AND l.collname <> 'C')
"""


@pytest.mark.parametrize("affiliate", AFFILIATES)
def test_the_tables_of_every_entity_can_stand_on_any_node(
    affiliate: str, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    execute = Session.execute

    def recorded(session: Session, query: Any, params: Any = None, /) -> Any:  # noqa: ANN401 - as `execute`
        if isinstance(query, str) and DDL.match(query):
            made.append(query)
        return execute(session, query, params)

    monkeypatch.setattr(Session, "execute", recorded)
    store = Store.open(postgresql_url, durability="normal")
    runtime = Runtime(model_for(affiliate), store)
    tables = {table.name for table in runtime.tables.all}
    assert tables <= {match[1] for sql in made if (match := re.match(r'\s*CREATE TABLE "?(\w+)', sql))}
    assert [sql for sql in made if NEVER.search(sql)] == []
    added = [sql for sql in made if "ADD CONSTRAINT" in sql]
    assert added
    assert all(sql.count("ADD ") == 1 and sql.startswith("ALTER TABLE ") for sql in added)
    assert [sql for sql in made if "REFERENCES" in sql and sql not in added] == []
    assert {target.strip('"') for sql in added for target in FOREIGN.findall(sql)} <= tables
    with store.reading() as connection:
        assert connection.execute(ELSEWHERE).fetchone() == (0,)
        assert connection.execute(OF_SCHEMA).fetchone() == (0, 0, 0, 0)
    made.clear()
    Runtime(runtime.model, store, earlier=runtime)
    assert made == []
    store.close()
