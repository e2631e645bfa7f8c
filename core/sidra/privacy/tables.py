"""The tables of this topic."""

from __future__ import annotations

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT


def privacy_tables(metadata: sa.MetaData) -> sa.Table:
    """The table of the keys of persons, added to a MetaData with the others of this topic, unless they are there."""
    anonymised_table(metadata)
    known = metadata.tables.get("privacy_person_key")
    if known is not None:
        return known
    return sa.Table(
        "privacy_person_key",
        metadata,
        sa.Column("person_id", ID, primary_key=True),
        sa.Column("sealed", TEXT, nullable=False),
        sa.Column("made", INTEGER, nullable=False),
        # One tree of pages to write with each person, not two.
        sqlite_with_rowid=False,
    )


def anonymised_table(metadata: sa.MetaData) -> sa.Table:
    """The table of the records that retention has made anonymous, and when: what changed since is looked at again."""
    known = metadata.tables.get("privacy_anonymised")
    if known is not None:
        return known
    return sa.Table(
        "privacy_anonymised",
        metadata,
        sa.Column("record_id", ID, primary_key=True),
        sa.Column("at", INTEGER, nullable=False),
    )
