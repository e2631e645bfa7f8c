"""Erasure: every personal value of a person goes, wherever the store has it, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from sidra.privacy.anonymising import Anonymised, Anonymising
from sidra.privacy.holds import Hold, holds_of, refuse_held
from sidra.privacy.reach import Place, Reach, Reaching
from sidra.store.prepared import given

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime
    from sidra.store.database import Connection

ACTION = "erase"
"""Under which the audit keeps it."""
MIN_CHARACTERS = 4
"""Of a value by which quarantined rows are told to be about a person."""
MIN_DIGITS = 7
TOGETHER = 2
"""How many of a person's values, none of which identifies by itself, make a row one about the person."""


class NothingKept(Exception):
    """Takes back the transaction of a dry run."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure did, or would do, in numbers."""

    records: dict[str, int]
    """Records of the person, by table."""
    shared: dict[str, int]
    """Records that are also about others, and stay as they are."""
    held: list[Hold]
    """What was, or would be, erased although it should stay."""
    done: Anonymised
    rejects: int
    """Rows of feeds in quarantine that were dropped."""


def erase(
    runtime: Runtime, id: str, *, actor: Actor, reason: str, even_held: bool = False, dry_run: bool = False
) -> Erasure:
    """Take all personal values of a person out of the store; return what that was.

    Raises NotFound where there is no such record, Held where records must stay, unless `even_held`. A dry run does all
    of it and takes it back.
    """
    told: list[Erasure] = []

    def attempt(unit: UnitOfWork) -> Erasure:
        found = _erase(unit, id, reason, even_held=even_held or dry_run)
        if dry_run:
            told.append(found)
            raise NothingKept
        return found

    try:
        return runtime.transact(actor, attempt)
    except NothingKept:
        return told[-1]


def _erase(unit: UnitOfWork, id: str, reason: str, *, even_held: bool) -> Erasure:
    reaching = Reaching(unit.runtime, unit.connection)
    reach = reaching.of(reaching.subject(id))
    held = holds_of(unit, reaching, reach.mine)
    if not even_held:
        refuse_held(held)
    values = _Values(unit, reaching, reach.mine)
    work = Anonymising(unit, ACTION, reason)
    # The subject goes first: what is computed from it is anonymous then, when its own turn comes.
    for place in sorted(reach.mine, key=lambda place: (place != reach.subject, place)):
        work.anonymise(place)
    for place in reach.mine:
        # What followed from a record that came later was told of this one under a new key.
        unit.runtime.persons.erase(unit.connection, place[1])
    rejects = _drop_rejects(unit, values)
    _forget_duplicates(unit, reach)
    return Erasure(_by_table(reach.mine), _by_table(reach.shared), held, work.done, rejects)


def _by_table(places: Iterable[Place]) -> dict[str, int]:
    found: dict[str, int] = {}
    for root, _ in sorted(places):
        found[root] = found.get(root, 0) + 1
    return found


class _Values:
    """The texts of a person before they go, to recognise rows that are about the same person."""

    def __init__(self, unit: UnitOfWork, reaching: Reaching, places: Iterable[Place]) -> None:
        self._unit = unit
        self.naming: set[str] = set()
        """Values any one of which tells who it is."""
        self.other: set[str] = set()
        for root, id in places:
            row = reaching.row((root, id))
            if row is not None:
                self._add(unit.runtime.entity(root).kind_of(row), row)

    def _add(self, kind: str, row: tuple[Any, ...]) -> None:
        runtime = self._unit.runtime
        record = self._unit.system.whole(kind, row)
        for attribute in runtime.model.entity(kind).attributes.values():
            value = record.get(attribute.name) if attribute.pii else None
            if isinstance(value, str) and len(value) >= MIN_CHARACTERS:
                is_naming = (
                    attribute.search == "exact"
                    or runtime.model.is_unique(attribute)
                    or runtime.model.base_type(attribute) in {"email", "phone"}
                )
                (self.naming if is_naming else self.other).add(_folded(value))

    def are_in(self, texts: Iterable[str]) -> bool:
        """Tell whether texts are about the person."""
        found = {_folded(text) for text in texts}
        numbers = {_digits(text) for text in found} - {""}
        ends = tuple(number for number in map(_digits, self.naming) if number)
        is_called = any(end.endswith(number) or number.endswith(end) for number in numbers for end in ends)
        return is_called or bool(found & self.naming) or len(found & self.other) >= TOGETHER


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _digits(text: str) -> str:
    """Return the digits of a number, as one file writes it and another does not."""
    digits = "".join(filter(str.isdigit, text)).lstrip("0")
    return digits if len(digits) >= MIN_DIGITS else ""


def _drop_rejects(unit: UnitOfWork, values: _Values) -> int:
    table = unit.runtime.tables.metadata.tables["feed_reject"]
    drop = unit.runtime.store.compile(sa.delete(table).where(table.c.id == given("key")))
    found = [key for key, texts in _rejects(unit.runtime, unit.connection, table) if values.are_in(texts)]
    for key in found:
        drop.run(unit.connection, {"key": key})
    return len(found)


def _rejects(runtime: Runtime, connection: Connection, table: sa.Table) -> Iterator[tuple[bytes, list[str]]]:
    for key, texts in runtime.store.compile(sa.select(table.c.id, table.c.texts)).run(connection, {}).fetchall():
        kept = orjson.loads(texts) if isinstance(texts, str | bytes) else texts
        yield key, [text for text in kept.values() if isinstance(text, str)]


def _forget_duplicates(unit: UnitOfWork, reach: Reach) -> None:
    """Drop the pairs of the person's records, and where a search stood among their values."""
    tables, store = unit.runtime.tables.metadata.tables, unit.runtime.store
    pair, search = tables["identity_pair"], tables["identity_search"]
    is_of = sa.or_(pair.c.left_id == given("id"), pair.c.right_id == given("id"))
    drop_pairs = store.compile(sa.delete(pair).where(is_of))
    for _, id in reach.mine:
        drop_pairs.run(unit.connection, {"id": id})
    store.compile(sa.update(search).values(reached=sa.null())).run(unit.connection, {})
