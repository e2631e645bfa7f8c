"""The table of drafts: what people entered in forms and have not saved yet."""

from __future__ import annotations

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT


def sent_table(metadata: sa.MetaData) -> sa.Table:
    """The table of forms that were sent and the record that each made, so that the same one makes no second."""
    known = metadata.tables.get("draft_sent")
    if known is not None:
        return known
    return sa.Table(
        "draft_sent",
        metadata,
        sa.Column("form_id", ID, primary_key=True),
        sa.Column("account_id", TEXT, primary_key=True),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Index("draft_sent_at", "at"),
    )


def draft_table(metadata: sa.MetaData) -> sa.Table:
    """The table, added to a MetaData unless it is there; moments are µs since 1970 in UTC."""
    sent_table(metadata)
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
