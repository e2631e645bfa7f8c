"""Heads of the audit: the last entry of each chain at a moment, signed, and kept where the database is not.

Whoever has the database can cut its newest entries off and set the ends back; a head that was exported before tells.
"""

from __future__ import annotations

import datetime
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import orjson
import sqlalchemy as sa

from sidra.audit.tables import DIGEST_BYTES, HEAD_COLUMNS, audit_tables
from sidra.errors import SidraError
from sidra.store.database import Connection, Statement, Store

FORMAT = 1
SUFFIX = ".head"


class HeadRefused(SidraError):
    """A file of an exported head cannot be read or written."""

    code = "R040"


class Signer(Protocol):
    """The keys of an affiliate."""

    def sign(self, data: bytes) -> str:
        """Return the signature of some data, with the id of its key."""

    def verify(self, data: bytes, signature: str) -> bool:
        """Tell whether some data is what was signed; raises SidraError where the key is missing."""


@dataclass(frozen=True, slots=True)
class LaneEnd:
    """The last entry of a lane."""

    lane: int
    sequence: int
    number: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The ends of all lanes of an affiliate at a moment, as they were signed."""

    affiliate: str
    at: datetime.datetime
    lanes: tuple[LaneEnd, ...]
    signature: str
    body: bytes
    """What the signature is of."""
    source: str = ""
    """The file it was read from."""

    @property
    def text(self) -> str:
        """The file: a line of JSON, and a line with its signature."""
        return f"{self.body.decode()}\n{self.signature}\n"

    @property
    def entries(self) -> int:
        """How many entries there were."""
        return sum(end.number for end in self.lanes)


def select_ends(store: Store) -> Statement:
    """Return the statement that `lane_ends` runs."""
    table = audit_tables(sa.MetaData()).head
    return store.compile(sa.select(*(table.c[name] for name in HEAD_COLUMNS)).order_by(table.c.lane))


def lane_ends(ends: Statement, connection: Connection) -> list[LaneEnd]:
    """Return the recorded end of each lane, by lane."""
    return [LaneEnd(*row) for row in ends.run(connection, {}).fetchall()]


def sign_head(store: Store, keys: Signer, affiliate: str, at: datetime.datetime) -> Head:
    """Return the head of an affiliate's audit as it stands, signed."""
    with store.reading() as connection:
        ends = lane_ends(select_ends(store), connection)
    listed = [{**{name: getattr(end, name) for name in HEAD_COLUMNS}, "digest": end.digest.hex()} for end in ends]
    moment = at.astimezone(datetime.UTC)
    body = orjson.dumps({"format": FORMAT, "affiliate": affiliate, "at": moment.isoformat(), "lanes": listed})
    return Head(affiliate, moment, tuple(ends), keys.sign(body), body)


def head_folder(home: Path, affiliate: str) -> Path:
    """Return the folder in which the heads of an affiliate are kept."""
    return home / "audit" / affiliate


def keep_head(head: Head, folder: Path) -> Path:
    """Write a head into a folder, under its moment, and return its file; raises HeadRefused."""
    return write_head(head, folder / f"{head.at:%Y-%m-%dT%H-%M-%S.%fZ}{SUFFIX}")


def write_head(head: Head, file: Path) -> Path:
    """Write a head to a file, whole or not at all; raises HeadRefused where that cannot be."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("x", encoding="utf-8") as stream:
            stream.write(head.text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    except OSError as error:
        reason = f"the head cannot be written to {file}: {error.strerror}"
        raise HeadRefused(reason, hint="see the rights of its folder and the space on its disk") from error
    return file


def read_head(file: Path) -> Head:
    """Return the head of a file; raises HeadRefused for one that is none."""
    try:
        return _head(file.read_bytes(), str(file))
    except OSError as error:
        raise HeadRefused(
            f"{file} cannot be read: {error.strerror}", hint="name a file of `sidra audit head`"
        ) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"{file} holds no head of an audit"
        raise HeadRefused(reason, hint="restore the file, or name one of `sidra audit head`") from error


def kept_heads(folder: Path) -> list[Path]:
    """Return the files of heads in a folder, oldest first; none where there is no folder."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def _head(content: bytes, source: str) -> Head:
    """Return the head of a file's content; raises one of many errors for what is none."""
    body, signature, end = content.split(b"\n")
    found = orjson.loads(body)
    lanes = tuple(map(_lane_end, found["lanes"]))
    if end or found["format"] != FORMAT:
        raise ValueError("format")
    at = datetime.datetime.fromisoformat(found["at"])
    return Head(str(found["affiliate"]), at, lanes, signature.decode("ascii"), body, source)


def _lane_end(one: dict[str, Any]) -> LaneEnd:
    end = LaneEnd(one["lane"], one["sequence"], one["number"], bytes.fromhex(one["digest"]))
    if len(end.digest) != DIGEST_BYTES or any(type(one[name]) is not int for name in HEAD_COLUMNS[:3]):
        raise ValueError("lane")
    return end


def read_heads(files: Iterable[Path]) -> Iterator[Head | HeadRefused]:
    """Yield the head of each file, or why it cannot be read."""
    for file in files:
        try:
            yield read_head(file)
        except HeadRefused as refusal:
            yield refusal
