"""Pairs of records that may be one thing: found by signs, and decided by people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import sqlalchemy as sa

from sidra.identity.tables import identity_tables
from sidra.store.codecs import GREATEST_INTEGER
from sidra.store.database import Connection, Statement, Store
from sidra.store.identifiers import id_bytes, id_text, new_id

State = Literal["open", "dismissed", "merged"]

SCORE_PARTS = 10_000
NO_ID = b"\xff" * 16
"""After every id."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one thing."""

    left: str
    right: str
    entity: str
    rule: str
    score: Decimal
    state: State = "open"
    id: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of pairs ended: the score of its last pair and its id."""

    score: int = GREATEST_INTEGER
    id: bytes = NO_ID

    def text(self) -> str:
        """Return it as a cursor."""
        return f"{self.score}.{id_text(self.id)}"


def place_of(cursor: str) -> Place | None:
    """Return the place that a cursor names; None for a text that is none."""
    score, _, id = cursor.partition(".")
    try:
        return Place(int(score), id_bytes(id)) if score.isdecimal() and len(score) < len("10000") + 1 else None
    except ValueError:
        return None


class Pairs:
    """The statements on pairs of one store; callers hold the transaction."""

    def __init__(self, store: Store) -> None:
        pair = identity_tables(sa.MetaData()).pair
        both = sa.and_(pair.c.left_id == later("left"), pair.c.right_id == later("right"))
        either = sa.or_(pair.c.left_id == later("record"), pair.c.right_id == later("record"))
        columns = (pair.c.id, pair.c.left_id, pair.c.right_id, pair.c.entity, pair.c.rule, pair.c.score, pair.c.state)
        follows = sa.or_(
            pair.c.score < later("score"), sa.and_(pair.c.score == later("score"), pair.c.id < later("after"))
        )
        is_open = pair.c.state == "open"
        self._one = store.compile(sa.select(*columns).where(both))
        self._of = store.compile(sa.select(*columns).where(either))
        self._by_id = store.compile(sa.select(*columns).where(pair.c.id == later("id")))
        self._page = store.compile(
            sa.select(*columns)
            .where(is_open, follows)
            .order_by(pair.c.score.desc(), pair.c.id.desc())
            .limit(later("limit"))
        )
        self._add = store.compile(sa.insert(pair).values({column.name: later(column.name) for column in pair.columns}))
        self._see = store.compile(
            sa.update(pair)
            .where(both, is_open)
            .values(entity=later("entity"), rule=later("rule"), score=later("score"), seen_at=later("seen_at"))
        )
        self._decide = store.compile(
            sa.update(pair).where(both).values(state=later("state"), decided_by=later("by"), at=later("at"))
        )
        self._forget = store.compile(sa.delete(pair).where(either, is_open))
        self._stale = store.compile(
            sa.delete(pair).where(
                is_open,
                pair.c.entity == later("entity"),
                pair.c.rule == later("rule"),
                pair.c.seen_at < later("before"),
            )
        )

    def find(self, connection: Connection, one: str, other: str) -> Pair | None:
        """Return what is known of two records; None for nothing."""
        rows = self._rows(connection, self._one, **_ends(one, other))
        return next(rows, None)

    def get(self, connection: Connection, id: str) -> Pair | None:
        """Return a pair; None where there is none of that id."""
        return next(self._rows(connection, self._by_id, id=id_bytes(id)), None)

    def of(self, connection: Connection, record: str) -> list[Pair]:
        """Return all that is known of a record."""
        return list(self._rows(connection, self._of, record=id_bytes(record)))

    def page(self, connection: Connection, after: Place, limit: int) -> list[Pair]:
        """Return open pairs after a place, the most alike first."""
        return list(self._rows(connection, self._page, score=after.score, after=after.id, limit=limit))

    def note(self, connection: Connection, pairs: Iterable[Pair], at: int) -> int:
        """Keep pairs that were found; what people have decided stays. Return how many are new."""
        new = 0
        for pair in pairs:
            known = self.find(connection, pair.left, pair.right)
            if known is None:
                self._insert(connection, pair, at)
                new += 1
            elif known.state == "open":
                best = max(known, pair, key=lambda one: one.score)
                given = {"entity": best.entity, "rule": best.rule, "score": _parts(best.score), "seen_at": at}
                self._see.run(connection, {**_ends(pair.left, pair.right), **given})
        return new

    def decide(self, connection: Connection, pair: Pair, state: State, by: str, at: int) -> None:
        """Keep what was decided of two records, whether or not they were known as a pair."""
        if self.find(connection, pair.left, pair.right) is None:
            self._insert(connection, pair, at)
        given = {"state": state, "by": by, "at": at}
        self._decide.run(connection, {**_ends(pair.left, pair.right), **given})

    def forget(self, connection: Connection, record: str) -> None:
        """Drop the open pairs of a record that is gone."""
        self._forget.run(connection, {"record": id_bytes(record)})

    def settle(self, connection: Connection, entity: str, rule: str, before: int) -> None:
        """Drop the open pairs of a sign that were not seen since a moment: they are no longer alike."""
        self._stale.run(connection, {"entity": entity, "rule": rule, "before": before})

    def _insert(self, connection: Connection, pair: Pair, at: int) -> None:
        given: dict[str, object] = {
            **_columns(pair.left, pair.right),
            "id": id_bytes(new_id(at // 1000)),
            "entity": pair.entity,
            "rule": pair.rule,
            "score": _parts(pair.score),
            "state": pair.state,
            "at": at,
            "seen_at": at,
            "decided_by": None,
        }
        self._add.run(connection, given)

    def _rows(self, connection: Connection, statement: Statement, **given: object) -> Iterator[Pair]:
        for id, left, right, entity, rule, score, state in statement.run(connection, given).fetchall():
            share = Decimal(score) / SCORE_PARTS
            yield Pair(id_text(left), id_text(right), entity, rule, share, state, id_text(id))


def later(name: str) -> sa.BindParameter[object]:
    """Return a parameter whose value comes at the execution."""
    return sa.bindparam(name, required=False)


def ordered(one: str, other: str) -> tuple[bytes, bytes]:
    """Return two ids as a pair has them."""
    left, right = sorted((id_bytes(one), id_bytes(other)))
    return left, right


def _ends(one: str, other: str) -> dict[str, object]:
    return dict(zip(("left", "right"), ordered(one, other), strict=True))


def _columns(one: str, other: str) -> dict[str, object]:
    return dict(zip(("left_id", "right_id"), ordered(one, other), strict=True))


def _parts(score: Decimal) -> int:
    return int(score * SCORE_PARTS)
