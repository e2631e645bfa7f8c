"""The tables of the store itself: what it was last brought to, and how far its numbers have come."""

from __future__ import annotations

import sqlalchemy as sa

from sidra.store.codecs import INTEGER, TEXT
from sidra.store.meanings import meaning_table
from sidra.store.schema.keeping import aside_table, demand_table, step_table


def store_tables(metadata: sa.MetaData) -> sa.MetaData:
    """Return a MetaData with these tables added."""
    sa.Table("sidra_release", metadata, sa.Column("model", TEXT, primary_key=True), sa.Column("at", INTEGER))
    meaning_table(metadata)
    aside_table(metadata)
    step_table(metadata)
    demand_table(metadata)
    sa.Table("sidra_sequence", metadata, sa.Column("name", TEXT, primary_key=True), sa.Column("last", INTEGER))
    return metadata
