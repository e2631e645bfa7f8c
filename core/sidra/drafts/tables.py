"""The table of drafts: what people entered in forms and have not saved yet."""

from __future__ import annotations

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT


def draft_table(metadata: sa.MetaData) -> sa.Table:
    """The table, added to a MetaData unless it is there; moments are µs since 1970 in UTC."""
    known = metadata.tables.get("draft_draft")
    if known is not None:
        return known
    return sa.Table(
        "draft_draft",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("form", TEXT, nullable=False),
        # The record that is edited; null for a new one.
        sa.Column("record_id", ID),
        sa.Column("at", INTEGER, nullable=False),
        # Under a key of the record, or of the account: it goes when either does.
        sa.Column("sealed", TEXT, nullable=False),
        sa.Index("draft_draft_of_form", "account_id", "form", unique=True),
        sa.Index("draft_draft_of_record", "record_id"),
        sa.Index("draft_draft_at", "at"),
    )
