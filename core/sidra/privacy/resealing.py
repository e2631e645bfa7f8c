"""Rotation: every sealed value is sealed anew under the current key, in chunks, while everything goes on.

It may end at any point: what is done is told by the key that a text names, so that another run goes on from there.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import Conflict
from sidra.privacy.keyfile import Purpose
from sidra.privacy.keys import KeyMissing, is_sealed, key_of
from sidra.privacy.sealing import place_of
from sidra.store.codecs import TEXT
from sidra.store.database import PATIENCE_SECONDS
from sidra.store.identifiers import id_text
from sidra.store.prepared import Prepared, given

if TYPE_CHECKING:
    from sidra.privacy.keyfile import Key
    from sidra.runtime import Runtime
    from sidra.store.database import Connection

CHUNK = 500
HEAD_CHARACTERS = 12
"""What a sealed text begins with: its key's id and a colon."""
ROTATED: tuple[Purpose, ...] = ("attribute", "person")
"""What `rotate` gives new keys. A new key of the indexes would need every index anew before any search works."""
GRACE = datetime.timedelta(minutes=1)
"""How long after it was replaced another process, or a transaction that had begun, may still have used a key."""

Progress = Callable[[int, int], None]
About = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """A column of sealed texts."""

    table: sa.Table
    key: str
    """The column of the primary key."""
    column: str
    purpose: Purpose
    owner: str
    """The column of the id that a text is sealed for."""
    about: About
    """From that id to what the text is sealed about."""


def sealed_places(runtime: Runtime) -> list[SealedPlace]:
    """Return every column of a store that holds what is sealed under a key of the ring."""
    return [*_attributes(runtime), *_own(runtime)]


def _attributes(runtime: Runtime) -> Iterator[SealedPlace]:
    seen: set[tuple[str, str]] = set()
    for name, entity in runtime.tables.entities.items():
        root = runtime.model.root(name)
        for stored in entity.members.values():
            if stored.is_sealed and (root, stored.name) not in seen:
                seen.add((root, stored.name))
                place = place_of(root, stored.name)
                about = partial(_after, place)
                yield SealedPlace(entity.table, "id", stored.columns[0], "attribute", "id", about)


def _after(place: bytes, id: bytes) -> bytes:
    return place + id


def _of_account(id: bytes) -> bytes:
    return f"access_second_factor:{id_text(id)}".encode()


def _of_subscription(id: bytes) -> bytes:
    return f"event_subscription:{id_text(id)}".encode()


def _own(runtime: Runtime) -> Iterator[SealedPlace]:
    tables = runtime.tables.metadata.tables
    yield SealedPlace(tables["privacy_person_key"], "person_id", "sealed", "person", "person_id", bytes)
    yield SealedPlace(tables["access_second_factor"], "account_id", "secret", "person", "account_id", _of_account)
    yield SealedPlace(tables["event_subscription"], "id", "secret", "person", "id", _of_subscription)


def key_uses(runtime: Runtime) -> dict[str, int]:
    """Return how many texts name each key, by its id; empty text: values that are not sealed yet."""
    found: dict[str, int] = {}
    for place in sealed_places(runtime):
        column = place.table.c[place.column]
        named = sa.func.substr(column, 1, HEAD_CHARACTERS)
        count = sa.select(named, sa.func.count()).where(column.is_not(None)).group_by(named)
        for head, number in Prepared(runtime.store, count).all():
            id = key_of(head) if is_sealed(f"{head}{'A' * 38}") else ""
            found[id] = found.get(id, 0) + number
    return found


def waiting(runtime: Runtime) -> int:
    """Return how many texts are not sealed under the current keys."""
    current = {runtime.keys.current(purpose).id for purpose in ROTATED}
    return sum(number for id, number in key_uses(runtime).items() if id not in current)


def rotate(runtime: Runtime, progress: Progress | None = None) -> int:
    """Make new keys and seal everything under them; return how many texts that were. Reading goes on meanwhile."""
    for purpose in ROTATED:
        runtime.keys.add(purpose)
    return reseal(runtime, progress)


def reseal(runtime: Runtime, progress: Progress | None = None) -> int:
    """Seal under the current keys what is not; return how many texts that were.

    Also what came in the clear, and what a run left that was ended.
    """
    total, done = waiting(runtime), 0
    for place in sealed_places(runtime):
        last = bytes(16)
        while True:
            last, count, is_last = _reseal_chunk(runtime, place, last)
            done += count
            if progress is not None and count:
                progress(min(done, total), total)
            if is_last:
                break
    return done


def _reseal_chunk(runtime: Runtime, place: SealedPlace, last: bytes) -> tuple[bytes, int, bool]:
    """Seal some texts anew; return the last key that was looked at, how many changed, and whether these were all.

    They are read and sealed before the transaction, so that it is short, and collides with few who write.
    """
    current = runtime.keys.current(place.purpose).id + ":"
    select, change = _statements(place)
    rows = Prepared(runtime.store, select).all(last=last, current=current)
    new = []
    for key, owner, text in rows:
        # What has lost its key stays as it is until that is brought back; `sidra keys list` counts it.
        with suppress(KeyMissing):
            new.append({"key": key, "old": text, "new": _resealed(runtime, place, owner, text)})
    update = runtime.store.compile(change)

    def keep(connection: Connection) -> int:
        # Whoever wrote in between has sealed under a key of now.
        return sum(update.run(connection, one).rowcount for one in new)

    count = runtime.store.transact(keep, patience=PATIENCE_SECONDS) if new else 0
    return (rows[-1][0] if rows else last), count, len(rows) < CHUNK


def _resealed(runtime: Runtime, place: SealedPlace, owner: bytes, text: str) -> str:
    about = place.about(owner)
    plain = runtime.keys.unseal(place.purpose, text, about) if is_sealed(text) else text.encode("utf-8")
    return runtime.keys.seal(place.purpose, plain, about)


def _statements(place: SealedPlace) -> tuple[sa.Select[Any], sa.Update]:
    key, column, owner = place.table.c[place.key], place.table.c[place.column], place.table.c[place.owner]
    names = sa.func.substr(column, 1, HEAD_CHARACTERS)
    select = (
        sa.select(key, owner, column)
        .where(key > given("last"), column.is_not(None), names != sa.bindparam("current", required=False, type_=TEXT))
        .order_by(key)
        .limit(sa.literal_column(str(CHUNK)))
    )
    update = (
        sa.update(place.table).where(key == given("key"), column == given("old")).values({place.column: given("new")})
    )
    return select, update


def retire(runtime: Runtime, id: str, now: datetime.datetime) -> None:
    """Destroy a key that nothing uses any more; raises Conflict for one that is in use, KeyMissing for no key."""
    key = _named(runtime, id)
    if key.is_current or key.ended is None:
        raise Conflict(f"`{id}` is the current key for `{key.purpose}`", hint="rotate first, and retire it then")
    uses = key_uses(runtime).get(id, 0)
    if uses:
        raise Conflict(f"{uses} values are sealed under `{id}`", hint="`sidra keys rotate` goes on where it ended")
    if now - key.ended < GRACE:
        raise Conflict(f"`{id}` was in use until just now", hint="try again in a minute")
    if key.purpose not in ROTATED:
        raise Conflict(f"`{id}` is for `{key.purpose}`, and what it made is not kept here", hint="keep it")
    runtime.keys.retire(id)


def _named(runtime: Runtime, id: str) -> Key:
    for key in runtime.keys.keys:
        if key.id == id:
            return key
    raise Conflict(f"no key `{id[:20]}` of `{runtime.affiliate}`", hint="`sidra keys list` shows them")
