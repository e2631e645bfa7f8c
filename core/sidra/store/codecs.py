"""How a value of each type is kept: its columns, and the way in and out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine, UserDefinedType

from sidra.store.identifiers import id_bytes, id_text
from sidra_metamodel.values import Money, Period

DEFAULT_SCALE = 4
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LEAST_INTEGER, GREATEST_INTEGER = -(2**63), 2**63 - 1


class _As(UserDefinedType[Any]):
    """A type of PostgreSQL whose values are bound as we encode them."""

    cache_ok = True
    render_bind_cast = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: object) -> str:
        return self.name


ID: TypeEngine[Any] = sa.LargeBinary(16).with_variant(_As("UUID"), "postgresql")
# Texts compare by their characters' numbers on both databases; in a language's order stand collation keys.
TEXT: TypeEngine[Any] = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INTEGER: TypeEngine[Any] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BOOLEAN: TypeEngine[Any] = sa.Boolean(create_constraint=False)
DATE: TypeEngine[Any] = sa.Text().with_variant(sa.Date(), "postgresql")
JSON: TypeEngine[Any] = sa.Text().with_variant(_As("JSONB"), "postgresql")

# A value has the type of its attribute; Python's own types cannot say which.
Decode = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Codec:
    """The columns of one type and the two ways between a Python value and theirs.

    columns: suffix of the name (empty for the only one) and SQL type.
    encode: from a value that is not None to one driver value a column.
    decode: from the driver values, the first not None, to the value; None where the driver's value is the value.
    json: the same to what orjson writes; None where the driver's value is what it writes.
    """

    columns: tuple[tuple[str, TypeEngine[Any]], ...]
    encode: Callable[[Any], tuple[object, ...]]
    decode: Decode | None = None
    json: Decode | None = None

    @property
    def is_plain(self) -> bool:
        """Whether the driver takes the value as it is."""
        return self.encode is _is_itself


def encode_datetime(value: datetime.datetime) -> int:
    """Return microseconds since 1970 in UTC; raises ValueError for a time without zone."""
    if value.tzinfo is None:
        raise ValueError("a datetime needs a time zone")
    return (value - EPOCH) // MICROSECOND


def decode_datetime(microseconds: int) -> datetime.datetime:
    """Return the moment in UTC."""
    # Days and seconds first: by position it takes half the time that the keyword does.
    return EPOCH + timedelta(0, 0, microseconds)


def scaled(value: Decimal | int, scale: int) -> int:
    """Return the value × 10^scale, rounded half to even; raises OverflowError where 64 bits do not hold it."""
    number = int(Decimal(value).scaleb(scale).to_integral_value(ROUND_HALF_EVEN))
    if not LEAST_INTEGER <= number <= GREATEST_INTEGER:
        raise OverflowError(f"{value} is too large")
    return number


def unscaled(number: int, scale: int) -> Decimal:
    """Return the decimal of a scaled integer."""
    return Decimal(number).scaleb(-scale)


def _is_itself(value: object) -> tuple[object, ...]:
    return (value,)


def _decimal(scale: int) -> Codec:
    factor = 10**scale
    return Codec(
        (("", INTEGER),),
        lambda value: (scaled(value, scale),),
        lambda number: Decimal(number).scaleb(-scale),
        # A number of JSON: whole where it is whole, so that 12 does not become 12.0.
        lambda number: number // factor if number % factor == 0 else number / factor,
    )


def _encode_money(value: Money) -> tuple[object, ...]:
    return scaled(value.amount, DEFAULT_SCALE), value.currency


def _decode_money(amount: int, currency: str) -> Money:
    return Money(unscaled(amount, DEFAULT_SCALE), currency)


def _money_json(amount: int, currency: str) -> dict[str, object]:
    factor = 10**DEFAULT_SCALE
    return {"unit": currency, "value": amount // factor if amount % factor == 0 else amount / factor}


def _encode_period(value: Period) -> tuple[object, ...]:
    return tuple(None if end is None else encode_datetime(end) for end in (value.start, value.end))


def _decode_period(start: int | None, end: int | None) -> Period | None:
    if start is None and end is None:
        return None
    return Period(*(None if moment is None else decode_datetime(moment) for moment in (start, end)))


def _period_json(start: int | None, end: int | None) -> dict[str, object] | None:
    ends = {"startDateTime": start, "endDateTime": end}
    return {name: decode_datetime(moment) for name, moment in ends.items() if moment is not None} or None


def _encode_json(value: object) -> tuple[object, ...]:
    return (orjson.dumps(value, default=_decimal_number).decode(),)


def _decimal_number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def _as_iso(value: datetime.date | datetime.time) -> tuple[object, ...]:
    return (value.isoformat(),)


TEXT_CODEC = Codec((("", TEXT),), _is_itself)
INTEGER_CODEC = Codec((("", INTEGER),), _is_itself)
ID_CODEC = Codec((("", ID),), lambda text: (id_bytes(text),), id_text, id_text)
DATETIME_CODEC = Codec((("", INTEGER),), lambda value: (encode_datetime(value),), decode_datetime, decode_datetime)
JSON_CODEC = Codec((("", JSON),), _encode_json, orjson.loads, orjson.loads)

_CODECS: Mapping[str, Codec] = MappingProxyType(
    {
        **dict.fromkeys(("string", "text", "enum", "email", "phone", "url", "sequence", "queue", "user"), TEXT_CODEC),
        **dict.fromkeys(("json", "address", "geo", "file", "image", "characteristics"), JSON_CODEC),
        **dict.fromkeys(("integer", "rating"), INTEGER_CODEC),
        "id": ID_CODEC,
        "boolean": Codec((("", BOOLEAN),), lambda value: (bool(value),), bool, bool),
        "money": Codec((("_amount", INTEGER), ("_currency", TEXT)), _encode_money, _decode_money, _money_json),
        "date": Codec((("", DATE),), _as_iso, datetime.date.fromisoformat),
        "datetime": DATETIME_CODEC,
        "duration": Codec(
            (("", INTEGER),),
            lambda value: (value // MICROSECOND,),
            lambda microseconds: timedelta(microseconds=microseconds),
            lambda microseconds: microseconds / 1_000_000,
        ),
        "time": Codec((("", TEXT),), lambda value: (value.strftime("%H:%M:%S"),), datetime.time.fromisoformat),
        "period": Codec((("_start", INTEGER), ("_end", INTEGER)), _encode_period, _decode_period, _period_json),
    }
)


def is_other(old: Any, new: Any) -> bool:  # noqa: ANN401 - values of one attribute
    """Return whether two values of one attribute are kept differently: in JSON, true is not 1."""
    if old != new or old is new:
        return old is not new
    if old.__class__ is dict:
        return any(is_other(part, new[name]) for name, part in old.items())
    if old.__class__ is list:
        return any(map(is_other, old, new))
    return (old.__class__ is bool) is not (new.__class__ is bool)


@cache
def codec_of(base: str, scale: int | None = None, *, localised: bool = False) -> Codec:
    """Return the codec of a built-in type; `scale` counts for decimals; a localised value is JSON. Raises KeyError."""
    if localised:
        return JSON_CODEC
    if base in {"decimal", "percent"}:
        return _decimal(DEFAULT_SCALE if scale is None else scale)
    return _CODECS[base]
