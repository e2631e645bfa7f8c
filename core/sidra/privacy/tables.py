"""The tables of this topic."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT


def privacy_tables(metadata: sa.MetaData) -> sa.Table:
    """The table of the keys of persons, added to a MetaData with the others of this topic, unless they are there."""
    anonymised_table(metadata)
    erasure_tables(metadata)
    scrub_table(metadata)
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


def scrub_table(metadata: sa.MetaData) -> sa.Table:
    """The table whose one row says since when values that are gone are to go from the disk as well."""
    known = metadata.tables.get("privacy_scrub")
    if known is not None:
        return known
    return sa.Table(
        "privacy_scrub",
        metadata,
        sa.Column("id", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("at", INTEGER, nullable=False),
    )


@dataclass(frozen=True, slots=True)
class ErasureTables:
    """Moments are µs since 1970 in UTC."""

    erasure: sa.Table
    place: sa.Table


def erasure_tables(metadata: sa.MetaData) -> ErasureTables:
    """The tables of erasures and of the records that each still has before it, unless they are there."""
    known = metadata.tables.get("privacy_erasure")
    if known is not None:
        return ErasureTables(known, metadata.tables["privacy_erasure_place"])
    return ErasureTables(_erasure(metadata), _erasure_place(metadata))


def _erasure(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "privacy_erasure",
        metadata,
        sa.Column("id", ID, primary_key=True),
        # The record of the person.
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("asked_at", INTEGER, nullable=False),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("done", INTEGER, nullable=False),
        sa.Column("total", INTEGER, nullable=False),
        # What was found and done in numbers, as JSON.
        sa.Column("numbers", TEXT, nullable=False),
        sa.Column("ended_at", INTEGER),
        # The code of what stopped it, until it goes on.
        sa.Column("stopped_by", TEXT),
        sa.Index("privacy_erasure_of_subject", "subject_id", "asked_at"),
    )


def _erasure_place(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "privacy_erasure_place",
        metadata,
        sa.Column("erasure_id", ID, primary_key=True),
        sa.Column("number", INTEGER, primary_key=True),
        sa.Column("root", TEXT, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("is_done", INTEGER, nullable=False),
        # Each turn takes the first that are not done.
        sa.Index("privacy_erasure_place_open", "erasure_id", "is_done", "number"),
        sqlite_with_rowid=False,
    )
