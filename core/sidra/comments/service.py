"""Comments on a record: who may read it reads and writes them, mentions colleagues, and takes back their own."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.audit.journal import Event
from sidra.comments.mentions import accounts_of, logins_in, mentioned
from sidra.comments.tables import comment_tables
from sidra.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from sidra.live.notifications import notify
from sidra.live.signals import tell
from sidra.rules.wording import tell as wording
from sidra.store.codecs import decode_datetime
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import given
from sidra.store.storable import storable

if TYPE_CHECKING:
    from sidra.access.accounts import Account
    from sidra.records.record import Record
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork
    from sidra.store.database import Connection, Store

MOST_CHARACTERS = 4000
CHANGE_WITHIN = datetime.timedelta(hours=1)
"""How long a comment may be mended or taken back: afterwards others have read it, and have acted on it."""
PAGE = 50
LAST_ID = b"\xff" * 16
"""After every id."""
KIND = "comment"
"""What whoever has the record open is told of."""
COMMENT, EDIT, REMOVE = "comment", "comment_edit", "comment_remove"
"""Under which the audit keeps it; never with the text."""


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote about a record."""

    id: str
    author_id: str
    author_name: str
    at: datetime.datetime
    text: str | None
    """None where it was taken back, or where the record was made anonymous."""
    edited_at: datetime.datetime | None
    removed_at: datetime.datetime | None
    mentions: frozenset[str]
    """Ids of the accounts that it mentions."""


def change_until(comment: Comment) -> datetime.datetime:
    """Return until when its writer may mend a comment or take it back."""
    return comment.at + CHANGE_WITHIN


class Comments:
    """The comments of one store; callers hold the transaction."""

    def __init__(self, store: Store) -> None:
        tables = comment_tables(sa.MetaData())
        comment, mention = tables.comment, tables.mention
        names = ("id", "author_id", "author_name", "at", "edited_at", "removed_at", "sealed", "record_id")
        select = sa.select(*(comment.c[name] for name in names))
        of_record, one = comment.c.record_id == given("record_id"), comment.c.id == given("id")
        before = select.where(of_record, comment.c.id < given("before")).order_by(comment.c.id.desc())
        of_mention = mention.c.comment_id == given("id")
        compile_ = store.compile
        self._page = compile_(before.limit(given("limit")))
        self._one = compile_(select.where(one))
        self._count = compile_(sa.select(sa.func.count()).where(of_record, comment.c.removed_at.is_(None)))
        self._add = compile_(sa.insert(comment).values({column.name: given(column.name) for column in comment.columns}))
        self._edit = compile_(sa.update(comment).where(one).values(sealed=given("sealed"), edited_at=given("at")))
        self._remove = compile_(sa.update(comment).where(one).values(sealed=sa.null(), removed_at=given("at")))
        self._mentioned = compile_(sa.select(mention.c.account_id).where(of_mention))
        self._mention = compile_(sa.insert(mention).values(comment_id=given("id"), account_id=given("account_id")))
        self._unmention = compile_(sa.delete(mention).where(of_mention))
        mine = sa.select(comment.c.id).where(of_record)
        self._forget = (
            compile_(sa.delete(mention).where(mention.c.comment_id.in_(mine))),
            compile_(sa.delete(comment).where(of_record)),
        )

    def count(self, connection: Connection, ids: Iterable[str]) -> int:
        """Return how many comments records have, without those that were taken back."""
        return sum(self._count.run(connection, {"record_id": id_bytes(id)}).fetchone()[0] for id in ids)

    def rows(self, connection: Connection, id: str, before: bytes, limit: int) -> list[tuple[Any, ...]]:
        """Return the rows of a record's comments before one, the latest first."""
        bound = {"record_id": id_bytes(id), "before": before, "limit": limit}
        return list(self._page.run(connection, bound).fetchall())

    def row(self, connection: Connection, id: str) -> tuple[Any, ...] | None:
        """Return the row of a comment, or None."""
        try:
            bound = {"id": id_bytes(id)}
        except (ValueError, AttributeError):
            return None
        found: tuple[Any, ...] | None = self._one.run(connection, bound).fetchone()
        return found

    def mentions(self, connection: Connection, id: bytes) -> frozenset[str]:
        """Return the ids of the accounts that a comment mentions."""
        return frozenset(id_text(account) for (account,) in self._mentioned.run(connection, {"id": id}).fetchall())

    def add(self, connection: Connection, row: dict[str, object]) -> None:
        """Keep a new comment."""
        self._add.run(connection, row)

    def edit(self, connection: Connection, id: bytes, sealed: str, at: int) -> None:
        """Keep another text."""
        self._edit.run(connection, {"id": id, "sealed": sealed, "at": at})

    def remove(self, connection: Connection, id: bytes, at: int) -> None:
        """Take a text away; that it was there stays."""
        self._unmention.run(connection, {"id": id})
        self._remove.run(connection, {"id": id, "at": at})

    def mention(self, connection: Connection, id: bytes, accounts: Iterable[str]) -> None:
        """Keep whom a comment mentions now."""
        self._unmention.run(connection, {"id": id})
        for account in accounts:
            self._mention.run(connection, {"id": id, "account_id": id_bytes(account)})

    def forget(self, connection: Connection, record_id: bytes) -> None:
        """Drop the comments of a record that is gone, or was made anonymous."""
        for statement in self._forget:
            statement.run(connection, {"record_id": record_id})


def comments_of(records: Records, record: Record, before: str = "", limit: int = PAGE) -> list[Comment]:
    """Return the comments of a record that the reader got, the latest first; of those merged into it as well."""
    kept, runtime = records.runtime.comments, records.runtime
    with records.connected() as connection:
        ids = [record.id, *runtime.tombstones.all_into(connection, record.id)]
        rows = [row for id in ids for row in kept.rows(connection, id, _place(before), limit)]
        rows.sort(key=lambda row: bytes(row[0]), reverse=True)
        return [_comment(records, connection, row) for row in rows[:limit]]


def count_comments(records: Records, record: Record) -> int:
    """Return how many comments a record has that the reader got."""
    runtime = records.runtime
    with records.connected() as connection:
        return runtime.comments.count(connection, [record.id, *runtime.tombstones.all_into(connection, record.id)])


def _place(before: str) -> bytes:
    try:
        return id_bytes(before) if before else LAST_ID
    except ValueError:
        return LAST_ID


def _comment(records: Records, connection: Connection, row: tuple[Any, ...]) -> Comment:
    id, author_id, author_name, at, edited_at, removed_at, sealed, record_id = row
    runtime = records.runtime
    text = None
    if sealed is not None:
        plain = runtime.persons.unseal(connection, record_id, sealed, _about(id))
        text = None if plain is None else plain.decode("utf-8")
    mentions = runtime.comments.mentions(connection, id) if text and "@" in text else frozenset()
    edited, removed = (None if moment is None else decode_datetime(moment) for moment in (edited_at, removed_at))
    return Comment(id_text(id), author_id, author_name, decode_datetime(at), text, edited, removed, mentions)


def _about(id: bytes) -> bytes:
    return b"comment:" + id_text(id).encode()


def write_comment(records: Records, entity: str, id: str, text: str) -> Comment:
    """Return a new comment; whom it mentions is told. Raises NotFound and Invalid."""
    told = checked_text(text, records.actor.locale)
    accounts = accounts_of(records.runtime) if logins_in(told) else []

    def work(unit: UnitOfWork) -> Comment:
        record = unit.records.get(entity, id)
        key = unit.new_key()
        meant = mentioned(unit, record, told, accounts)
        row: dict[str, object] = {
            "id": key,
            "record_id": id_bytes(record.id),
            "author_id": unit.actor.id,
            "author_name": unit.actor.name,
            "at": unit.microseconds,
            "edited_at": None,
            "removed_at": None,
            "sealed": _sealed(unit, record.id, key, told),
        }
        unit.runtime.comments.add(unit.connection, row)
        unit.runtime.comments.mention(unit.connection, key, (one.id for one in meant))
        _tell(unit, record, COMMENT, meant)
        mentions = frozenset(one.id for one in meant)
        return Comment(id_text(key), unit.actor.id, unit.actor.name, unit.now, told, None, None, mentions)

    return records.runtime.transact(records.actor, work)


def edit_comment(records: Records, entity: str, id: str, comment_id: str, text: str) -> None:
    """Give one's own comment another text; raises NotFound, Forbidden, Conflict where it is too late, and Invalid."""
    told = checked_text(text, records.actor.locale)
    accounts = accounts_of(records.runtime) if logins_in(told) else []

    def work(unit: UnitOfWork) -> None:
        record = unit.records.get(entity, id)
        found, kept_at = _own(unit, record, comment_id)
        key = id_bytes(found.id)
        meant = mentioned(unit, record, told, accounts)
        unit.runtime.comments.edit(unit.connection, key, _sealed(unit, kept_at, key, told), unit.microseconds)
        unit.runtime.comments.mention(unit.connection, key, (one.id for one in meant))
        _tell(unit, record, EDIT, [one for one in meant if one.id not in found.mentions])

    records.runtime.transact(records.actor, work)


def remove_comment(records: Records, entity: str, id: str, comment_id: str) -> None:
    """Take one's own comment back; raises NotFound, Forbidden, and Conflict where it is too late."""

    def work(unit: UnitOfWork) -> None:
        record = unit.records.get(entity, id)
        found, _ = _own(unit, record, comment_id)
        unit.runtime.comments.remove(unit.connection, id_bytes(found.id), unit.microseconds)
        _tell(unit, record, REMOVE, [])

    records.runtime.transact(records.actor, work)


def _own(unit: UnitOfWork, record: Record, comment_id: str) -> tuple[Comment, str]:
    """Return a comment that its writer may still change, and the record that it was written on."""
    row = unit.runtime.comments.row(unit.connection, comment_id)
    known = {record.id, *unit.runtime.tombstones.all_into(unit.connection, record.id)}
    if row is None or id_text(row[-1]) not in known or row[5] is not None:
        raise NotFound("there is no such comment", hint="open the record again")
    found = _comment(unit.records, unit.connection, row)
    if found.author_id != unit.actor.id:
        raise Forbidden("only who wrote a comment may change it", hint="write another one")
    if unit.now > change_until(found):
        raise Conflict("a comment may be changed for an hour", hint="write another one")
    return found, id_text(row[-1])


def _sealed(unit: UnitOfWork, record_id: str, key: bytes, text: str) -> str:
    return unit.runtime.persons.seal(unit.connection, id_bytes(record_id), text.encode("utf-8"), _about(key))


def checked_text(text: str, locale: str) -> str:
    """Return what is to be kept of a comment; raises Invalid where that is nothing, or too much."""
    told = storable(text).replace("\r\n", "\n").strip()
    if not told:
        raise Invalid([Problem("R150", "text", wording("comment_empty", locale))])
    if len(told) > MOST_CHARACTERS:
        raise Invalid([Problem("R150", "text", wording("comment_long", locale, most=MOST_CHARACTERS))])
    return told


def _tell(unit: UnitOfWork, record: Record, action: str, meant: list[Account]) -> None:
    """Keep that it was done, and tell who has the record open and whom it is for."""
    event = Event(actor=unit.actor, at=unit.now, action=action, entity=record.entity, record_id=record.id)
    unit.runtime.audit.write(unit, event)
    tell(unit, f"record:{record.entity}:{record.id}", KIND)
    for account in meant:
        notify(unit, account.id, "mentioned", record.entity, record.id)
