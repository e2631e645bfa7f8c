from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from sidra.records.compiled import later
from sidra.records.listing import Listing
from sidra.records.query import Query
from sidra.records.service import Records
from sidra.store.database import Statement


def plan(records: Records, statement: Statement, **given: object) -> str:
    """How the database carries out a statement."""
    parameters = {**records.context, **statement.constants, **given}
    with records.connected() as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", parameters).fetchall()
    return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_many_of_a_kind_do_not_lead_where_a_reference_does(system: Records) -> None:
    view = system.view("individual")
    table = view.compiled.table.table
    select = sa.select(table.c.id).where(table.c.created_at == later("reference")).order_by(table.c.id)
    assert "kind=?" not in plan(system, view.led_statement(select, table), reference=1)
    by_kind = view.statement(sa.select(table.c.id).order_by(table.c.created_at), table)
    assert "kind=?" in plan(system, by_kind)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_an_owned_record_asks_for_its_own_owner_only(agent: Records) -> None:
    view = agent.view("contact_medium")
    table = view.compiled.table.table
    found = plan(
        agent, view.statement(sa.select(table.c.id).where(table.c.party_id == later("party")), table), party=b""
    )
    assert "CORRELATED" in found
    assert "INDEX sqlite_autoindex_party_1 (id=?)" in found


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_sorted_list_of_one_kind_walks_the_index_of_its_order(system: Records) -> None:
    for number in range(400):
        system.create("individual", {"given_name": f"G{number}", "family_name": f"F{number:03}"})
    listed = Listing(system.view("individual"), Query(sort=("family_name",)))._statement(True, starts_after=False)
    assert "TEMP B-TREE" in plan(system, listed, limit=20, offset=0)
    for _ in range(2):
        system.runtime.store.analyse()
        # What only explains does not look whether the file is as it was.
        system.list("individual", Query(limit=1))
        listed = replace(listed, sql=f"{listed.sql} ")
        assert "TEMP B-TREE" not in plan(system, listed, limit=20, offset=0)
