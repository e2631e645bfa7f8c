"""The SQL forms of the standard functions, by the key that a Function names."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias

import sqlalchemy as sa

from sidra.store.expression_arithmetic import FOLDING
from sidra.store.expression_fragments import Sql, call, joined, sql
from sidra.store.expression_parameters import microseconds
from sidra_metamodel.expressions.nodes import Constant, Invoke
from sidra_metamodel.expressions.standard import FOLDED, WHITE_SPACE
from sidra_metamodel.expressions.types import DATE, DURATION
from sidra_metamodel.folding import LIGATURES

Form: TypeAlias = Callable[[Invoke, Sequence[Sql]], Sql]

DAY: Final = 86_400_000_000
_MIN_TIME: Final = microseconds(datetime.min.replace(tzinfo=UTC))
_MAX_TIME: Final = microseconds(datetime.max.replace(tzinfo=UTC))
_LAST_CODE_POINT: Final = 0x10FFFF
_SURROGATES: Final = (0xD800, 0xE000)


def in_time(value: Sql) -> Sql:
    """Give a datetime if the years 1 to 9999 hold it, else null."""
    return sql(f"(CASE WHEN {{0}} BETWEEN {_MIN_TIME} AND {_MAX_TIME} THEN {{0}} END)", value)


def successor(prefix: str) -> str | None:
    """Give the least text above all that begin with the prefix, or None if there is none."""
    for place in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[place])
        if code < _LAST_CODE_POINT:
            following = _SURROGATES[1] if code + 1 == _SURROGATES[0] else code + 1
            return prefix[:place] + chr(following)
    return None


def _starts_with(node: Invoke, arguments: Sequence[Sql]) -> Sql:
    """Give a range for a known prefix, which an index answers."""
    text, prefix = arguments
    known = node.arguments[1]
    if not isinstance(known, Constant):
        return sql("(substr({0}, 1, length({1})) = {1})", text, prefix)
    above = successor(known.value)
    if above is None:
        return sql("({0} >= {1})", text, prefix, postgresql='({0} COLLATE "C" >= {1})')
    limit = sa.literal(above, sa.Text)
    ranged = '({0} COLLATE "C" >= {1} AND {0} COLLATE "C" < {2})'
    return sql("({0} >= {1} AND {0} < {2})", text, prefix, limit, postgresql=ranged)


def _ends_with(_node: Invoke, arguments: Sequence[Sql]) -> Sql:
    # In SQLite a length of 0 would take the whole text.
    tail = "(CASE WHEN length({1}) = 0 THEN {0} = {0} ELSE substr({0}, -length({1})) = {1} END)"
    return sql(tail, *arguments, postgresql="(right({0}, length({1})) = {1})")


def _trim(_node: Invoke, arguments: Sequence[Sql]) -> Sql:
    return sql("trim({0}, {1})", *arguments, sa.literal(WHITE_SPACE, sa.Text), postgresql="btrim({0}, {1})")


def _day(node: Invoke, arguments: Sequence[Sql]) -> Sql:
    """Give the date of the first argument in the dialect's type."""
    moment = arguments[0]
    return moment if node.arguments[0].type == DATE else date_of(moment)


def date_of(instant: Sql) -> Sql:
    """Give the date of a datetime in UTC."""
    days = f"(({{0}} - {{1}}) / {DAY})"
    postgresql = f"(DATE '1970-01-01' + CAST({days} AS INTEGER))"
    return sql("date(({0} - {1}) / 1000000, 'unixepoch')", instant, clock_of(instant), postgresql=postgresql)


def clock_of(instant: Sql) -> Sql:
    """Give the microseconds since midnight in UTC, also before 1970."""
    return sql(f"((({{0}} % {DAY}) + {DAY}) % {DAY})", instant, postgresql=f"mod(mod({{0}}, {DAY}) + {DAY}, {DAY})")


def _part(sqlite: str, postgresql: str, shift: int = 0) -> Form:
    less = f" - {shift}" if shift else ""
    inner = f"(CAST(strftime('{sqlite}', {{0}}) AS INTEGER){less})"
    outer = f"(CAST(EXTRACT({postgresql} FROM {{0}}) AS BIGINT){less})"

    def form(node: Invoke, arguments: Sequence[Sql]) -> Sql:
        return sql(inner, _day(node, arguments), postgresql=outer)

    return form


def _clock(unit: int, modulus: int, *, is_whole: bool) -> Form:
    """Give the form of a part of the clock; of a duration it is the whole count, or what a second leaves."""

    def form(node: Invoke, arguments: Sequence[Sql]) -> Sql:
        is_duration = node.arguments[0].type == DURATION
        ticks = arguments[0] if is_duration else clock_of(arguments[0])
        if is_duration and is_whole:
            return sql(f"({{0}} / {unit})", ticks)
        return sql(f"(({{0}} / {unit}) % {modulus})", ticks, postgresql=f"mod({{0}} / {unit}, {modulus})")

    return form


def _add_days(node: Invoke, arguments: Sequence[Sql]) -> Sql:
    moment, days = arguments
    if node.arguments[0].type != DATE:
        return in_time(sql(f"({{0}} + {{1}} * {DAY})", moment, days))
    shifted = sql("date({0}, ({1}) || ' days')", moment, days, postgresql="({0} + CAST({1} AS INTEGER))")
    return _in_years(shifted)


def _in_years(day: Sql) -> Sql:
    # SQLite counts back beyond the year 1.
    return sql("(CASE WHEN {0} >= '0001-01-01' THEN {0} END)", day, postgresql="{0}")


def _add_months(node: Invoke, arguments: Sequence[Sql]) -> Sql:
    moment, months = arguments
    if node.arguments[0].type == DATE:
        return _in_years(_months_later(moment, months))
    later = _months_later(date_of(moment), months)
    sqlite = "(CAST(strftime('%s', {0}) AS INTEGER) * 1000000 + {1})"
    postgresql = f"(CAST({{0}} - DATE '1970-01-01' AS BIGINT) * {DAY} + {{1}})"
    return in_time(sql(sqlite, later, clock_of(moment), postgresql=postgresql))


def _months_later(day: Sql, months: Sql) -> Sql:
    """Give the same day of a later month, or its last: SQLite would run over into the month after."""
    same = "date({0}, ({1}) || ' months')"
    month_end = "date({0}, 'start of month', ({1} + 1) || ' months', '-1 day')"
    postgresql = "CAST({0} + make_interval(months => CAST({1} AS INTEGER)) AS DATE)"
    return sql(f"min({same}, {month_end})", day, months, postgresql=postgresql)


def days_between(left: Sql, right: Sql) -> Sql:
    """Give the duration from one date to another."""
    seconds = "(CAST(strftime('%s', {0}) AS INTEGER) - CAST(strftime('%s', {1}) AS INTEGER))"
    return sql(f"({seconds} * 1000000)", left, right, postgresql=f"(CAST({{0}} - {{1}} AS BIGINT) * {DAY})")


def _folded(_node: Invoke, arguments: Sequence[Sql]) -> Sql:
    """Give a text by a function in SQLite; in PostgreSQL letter by letter, unless all of it is ASCII."""
    # What becomes nothing stands at the end, where `translate` has nothing to put in its place.
    known = sorted(FOLDED.items(), key=lambda pair: not pair[1])
    given, bare = ("".join(side) for side in zip(*known, strict=True))
    lower = 'lower(t.v COLLATE "C")'
    # No quote and no brace is among them: they stand in the text, as PostgreSQL alone needs them.
    single = f"translate({lower}, '{given}', '{bare}')"
    for letter, letters in LIGATURES.items():
        single = f"replace({single}, '{letter}', '{letters}')"
    postgresql = (
        f"(SELECT CASE WHEN octet_length(t.v) = length(t.v) THEN {lower} ELSE {single} END "
        "FROM (SELECT CAST({0} AS TEXT) AS v) AS t)"
    )
    return sql(f"{FOLDING}({{0}})", *arguments, postgresql=postgresql)


FORMS: Final[dict[str, Form]] = {
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "contains": lambda _, arguments: sql("(instr({0}, {1}) > 0)", *arguments, postgresql="(strpos({0}, {1}) > 0)"),
    "lower_ascii": lambda _, arguments: sql("lower({0})", *arguments, postgresql='lower({0} COLLATE "C")'),
    "folded": _folded,
    "upper_ascii": lambda _, arguments: sql("upper({0})", *arguments, postgresql='upper({0} COLLATE "C")'),
    "trim": _trim,
    "text_size": lambda _, arguments: call("length", *arguments),
    "concat": lambda _, arguments: joined("||", arguments),
    "add_days": _add_days,
    "add_months": _add_months,
    "full_year": _part("%Y", "YEAR"),
    "month": _part("%m", "MONTH", 1),
    "day": _part("%d", "DAY"),
    "day_of_month": _part("%d", "DAY", 1),
    "day_of_week": _part("%w", "DOW"),
    "day_of_year": _part("%j", "DOY", 1),
    "hours": _clock(3_600_000_000, 24, is_whole=True),
    "minutes": _clock(60_000_000, 60, is_whole=True),
    "seconds": _clock(1_000_000, 60, is_whole=True),
    "milliseconds": _clock(1_000, 1_000, is_whole=False),
}
