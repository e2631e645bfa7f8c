"""The tables in which a store keeps how far its own change has come, and what was set aside."""

from __future__ import annotations

import sqlalchemy as sa

from sidra.store.codecs import INTEGER, TEXT

ASIDE_TABLE, STEP_TABLE = "sidra_aside", "schema_step"


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
        sa.Column("reached", TEXT),
        sa.Column("done", INTEGER, nullable=False),
        sa.Column("started", INTEGER),
        sa.Column("ended", INTEGER),
    )
