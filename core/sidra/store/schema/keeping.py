"""The tables in which a store keeps how far its own change has come, what was set aside, and what it must fulfil."""

from __future__ import annotations

import sqlalchemy as sa

from sidra.store.codecs import INTEGER, TEXT

ASIDE_TABLE, STEP_TABLE, DEMAND_TABLE = "sidra_aside", "schema_step", "schema_demand"


def aside_table(metadata: sa.MetaData) -> sa.Table:
    """Return the table of what was set aside."""
    return sa.Table(
        ASIDE_TABLE,
        metadata,
        sa.Column("table_name", TEXT, primary_key=True),
        sa.Column("column_name", TEXT, nullable=False),
        sa.Column("kept_as", TEXT, primary_key=True),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("meaning", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
    )


def step_table(metadata: sa.MetaData) -> sa.Table:
    """Return the table of the steps of migrations, each with all that it needs."""
    return sa.Table(
        STEP_TABLE,
        metadata,
        sa.Column("plan", TEXT, primary_key=True),
        sa.Column("number", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("change", TEXT, nullable=False),
        sa.Column("step", TEXT, nullable=False),
        sa.Column("goal", TEXT, nullable=False),
        sa.Column("reached", TEXT),
        sa.Column("done", INTEGER, nullable=False),
        sa.Column("started", INTEGER),
        sa.Column("ended", INTEGER),
    )


def demand_table(metadata: sa.MetaData) -> sa.Table:
    """Return the table of what is demanded of each member of records, and how many of these violate it."""
    return sa.Table(
        DEMAND_TABLE,
        metadata,
        sa.Column("entity", TEXT, primary_key=True),
        sa.Column("path", TEXT, primary_key=True),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("violated", INTEGER),
    )
