"""Values as PostgreSQL takes and gives them, so that they are what SQLite takes and gives."""

from __future__ import annotations

import datetime
from typing import Any

import psycopg
from psycopg.adapt import AdaptersMap, Buffer, Dumper, Loader
from psycopg.pq import Format
from psycopg.types.numeric import NumericBinaryLoader
from psycopg.types.string import ByteaBinaryLoader

_DAYS_BEFORE_2000 = datetime.date(2000, 1, 1).toordinal()

# Every value goes without its type, which each statement says or its place has: so a statement is prepared once,
# whichever of its values are null, and 16 bytes are an id in a column of ids.


class _Bytes(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, obj: bytes) -> Buffer:
        return obj


class _Integer(Dumper):
    oid = 0

    def dump(self, obj: int) -> Buffer:
        return b"%d" % obj


class _Boolean(Dumper):
    oid = 0

    def dump(self, obj: bool) -> Buffer:  # noqa: FBT001 - the signature of all dumpers
        return b"t" if obj else b"f"


class _Json(Loader):
    """Gives the text; its binary form has a version in front."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        return str(bytes(data[1:]), "utf-8")


class _Date(Loader):
    """Gives ISO text."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        days = int.from_bytes(bytes(data), "big", signed=True)
        return datetime.date.fromordinal(_DAYS_BEFORE_2000 + days).isoformat()


class _Numeric(NumericBinaryLoader):
    """Gives an integer where the number is one: our numbers are scaled integers."""

    def load(self, data: Buffer) -> Any:  # noqa: ANN401 - an integer or a decimal
        number = super().load(data)
        return int(number) if number.is_finite() and number == number.to_integral_value() else number


def _adapters() -> AdaptersMap:
    adapters = AdaptersMap(psycopg.adapters)
    for kind, dumper in ((bytes, _Bytes), (int, _Integer), (bool, _Boolean)):
        adapters.register_dumper(kind, dumper)
    adapters.register_loader("uuid", ByteaBinaryLoader)
    for name, loader in (("jsonb", _Json), ("date", _Date), ("numeric", _Numeric)):
        adapters.register_loader(name, loader)
    return adapters


class Ours:
    """What a connection takes its adapters from."""

    adapters = _adapters()
    connection = None
