"""The functions that every expression may call: CEL's own in CEL's spelling, ours in snake_case."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeVar

import re2
from rapidfuzz.distance import LCSseq

from sidra_metamodel.expressions.functions import Function, Functions, Overload, SqlForm
from sidra_metamodel.expressions.limits import MAX_PATTERN_BYTES
from sidra_metamodel.expressions.types import BOOLEAN, DATE, DATETIME, DURATION, INTEGER, STRING, DecimalType, Type
from sidra_metamodel.folding import LIGATURES, fold, letters

SIMILARITY_CHARACTERS: Final = 200
"""Longer texts are compared by their beginning, so that the cost of a call is bounded."""

WHITE_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
"""What `trim` removes: Unicode's White_Space, the same in Python and in SQL."""

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
MILLISECOND: Final = timedelta(milliseconds=1)

_UPPER: Final = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
FOLDED: Final = MappingProxyType(letters())
"""What `folded` makes of single characters, but for letters that stand for two; the same in Python and in SQL."""
_LETTERS: Final = str.maketrans({**{one: LIGATURES.get(bare, bare) for one, bare in FOLDED.items()}, **LIGATURES})
_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}

Moment = TypeVar("Moment", date, datetime)


def compile_pattern(pattern: str) -> object:
    """Give the RE2 program of a pattern; raises re2.error where RE2 refuses it."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PATTERN_BYTES
    return re2.compile(pattern, options)


def starts_with(text: str, prefix: str) -> bool:
    """Tell whether the text begins with the prefix."""
    return text.startswith(prefix)


def ends_with(text: str, suffix: str) -> bool:
    """Tell whether the text ends with the suffix."""
    return text.endswith(suffix)


def contains(text: str, part: str) -> bool:
    """Tell whether the part occurs in the text."""
    return part in text


def matches(text: str, pattern: "re2._Regexp") -> bool:
    """Tell whether the pattern occurs somewhere in the text; `^` and `$` anchor it."""
    return pattern.search(text) is not None


def lower_ascii(text: str) -> str:
    """Give the text with A–Z in lower case, other letters as they are."""
    return text.translate(_LOWER)


def upper_ascii(text: str) -> str:
    """Give the text with a–z in upper case, other letters as they are."""
    return text.translate(_UPPER)


def folded_letters(text: str) -> str:
    """Give the text without case, accents and variants of letters, as the search compares texts."""
    return text.translate(_LETTERS)


def trim(text: str) -> str:
    """Give the text without the white space around it."""
    return text.strip(WHITE_SPACE)


def concat(*parts: str) -> str:
    """Give the texts as one."""
    return "".join(parts)


def similarity(left: str, right: str) -> Decimal:
    """Give 0 to 1, how alike two texts are to people who read them: typing errors, accents, order of words aside.

    Both are folded: no case, no accents, one form of each Arabic letter. The share of characters that both have in
    the same order (twice the longest common subsequence by both lengths) is taken of the texts as they stand and of
    their words in alphabetical order; the greater one counts. Scripts are not carried over into each other.
    """
    (one, sorted_one), (two, sorted_two) = _compared(left), _compared(right)
    if one == two:
        return Decimal(1)
    common = max(LCSseq.similarity(one, two), LCSseq.similarity(sorted_one, sorted_two))
    return (Decimal(2 * common) / Decimal(len(one) + len(two))).quantize(Decimal("0.0001"))


# A search of duplicates compares each text with all others of its block: a block's texts are folded once.
@lru_cache(maxsize=512)
def _compared(text: str) -> tuple[str, str]:
    """Give a text as it is compared: folded as it stands, and with its words in alphabetical order."""
    folded = fold(text)[:SIMILARITY_CHARACTERS].rstrip()
    return folded, " ".join(sorted(folded.split()))


def add_days(moment: Moment, days: int) -> Moment | None:
    """Give the date or time that many days later, or None outside the years 1 to 9999."""
    try:
        return moment + timedelta(days=days)
    except OverflowError:
        return None


def add_months(moment: Moment, months: int) -> Moment | None:
    """Give the same day that many months later, or the month's last day where it has no such day."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not 1 <= year <= 9999:  # noqa: PLR2004 - the years that a date can hold
        return None
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def full_year(moment: date) -> int:
    """Give the year."""
    return moment.year


def month(moment: date) -> int:
    """Give the month, January being 0 as in CEL."""
    return moment.month - 1


def day(moment: date) -> int:
    """Give the day of the month, from 1."""
    return moment.day


def day_of_month(moment: date) -> int:
    """Give the day of the month, from 0 as in CEL."""
    return moment.day - 1


def day_of_week(moment: date) -> int:
    """Give the day of the week, Sunday being 0."""
    return moment.isoweekday() % 7


def day_of_year(moment: date) -> int:
    """Give the day of the year, from 0 as in CEL."""
    return moment.timetuple().tm_yday - 1


def hours(moment: datetime | timedelta) -> int:
    """Give the hour of the day in UTC, or the whole hours of a duration."""
    return _whole(moment, HOUR) if isinstance(moment, timedelta) else moment.hour


def minutes(moment: datetime | timedelta) -> int:
    """Give the minute of the hour, or the whole minutes of a duration."""
    return _whole(moment, MINUTE) if isinstance(moment, timedelta) else moment.minute


def seconds(moment: datetime | timedelta) -> int:
    """Give the second of the minute, or the whole seconds of a duration."""
    return _whole(moment, SECOND) if isinstance(moment, timedelta) else moment.second


def milliseconds(moment: datetime | timedelta) -> int:
    """Give the millisecond of the second, of a time or of a duration."""
    if isinstance(moment, timedelta):
        return _whole(moment, MILLISECOND) - _whole(moment, SECOND) * 1000
    return moment.microsecond // 1000


def _whole(duration: timedelta, unit: timedelta) -> int:
    """Give how often the unit fits, cut towards zero."""
    return duration // unit if duration >= timedelta(0) else -(-duration // unit)


def _function(
    name: str, overloads: dict[tuple[Type, ...], Type], python: Callable[..., object], sql: SqlForm | None, example: str
) -> Function:
    signatures = tuple(Overload(parameters, returns) for parameters, returns in overloads.items())
    doc = (python.__doc__ or "").strip()
    return Function(name, signatures, python, sql, doc, example, is_standard=True)


def _text_functions() -> tuple[Function, ...]:
    test: dict[tuple[Type, ...], Type] = {(STRING, STRING): BOOLEAN}
    change: dict[tuple[Type, ...], Type] = {(STRING,): STRING}
    joined = (Overload((STRING, STRING), STRING, variadic=True),)
    return (
        _function("startsWith", test, starts_with, "starts_with", "'gold'.startsWith('go') == true"),
        _function("endsWith", test, ends_with, "ends_with", "'gold'.endsWith('ld') == true"),
        _function("contains", test, contains, "contains", "'gold'.contains('ol') == true"),
        _function("matches", test, matches, None, "'4711'.matches('^[0-9]+$') == true"),
        _function("lowerAscii", change, lower_ascii, "lower_ascii", "'ÉTÉ Sud'.lowerAscii() == 'ÉtÉ sud'"),
        _function("upperAscii", change, upper_ascii, "upper_ascii", "'été sud'.upperAscii() == 'éTé SUD'"),
        _function("folded", change, folded_letters, "folded", "'Été à ŁÓDŹ'.folded() == 'ete a lodz'"),
        _function("trim", change, trim, "trim", "'  gold '.trim() == 'gold'"),
        _function("size", {(STRING,): INTEGER}, len, "text_size", "'été'.size() == 3"),
        Function("concat", joined, concat, "concat", concat.__doc__ or "", "concat('a', 'b', 'c') == 'abc'", True),
        _function(
            "similarity",
            {(STRING, STRING): DecimalType(4)},
            similarity,
            None,
            "similarity('Diop Awa', 'Awa Dïopp') > 0.9",
        ),
    )


def _time_functions() -> tuple[Function, ...]:
    by_day: dict[tuple[Type, ...], Type] = {(DATE,): INTEGER, (DATETIME,): INTEGER}
    by_clock: dict[tuple[Type, ...], Type] = {(DATETIME,): INTEGER, (DURATION,): INTEGER}
    shift: dict[tuple[Type, ...], Type] = {(DATE, INTEGER): DATE, (DATETIME, INTEGER): DATETIME}
    noon = "timestamp('2026-03-01T12:34:56Z')"
    return (
        _function("add_days", shift, add_days, "add_days", "add_days(date('2026-02-28'), 1) == date('2026-03-01')"),
        _function(
            "add_months", shift, add_months, "add_months", "add_months(date('2026-01-31'), 1) == date('2026-02-28')"
        ),
        _function("getFullYear", by_day, full_year, "full_year", "date('2026-03-01').getFullYear() == 2026"),
        _function("getMonth", by_day, month, "month", "date('2026-03-01').getMonth() == 2"),
        _function("getDate", by_day, day, "day", "date('2026-03-01').getDate() == 1"),
        _function("getDayOfMonth", by_day, day_of_month, "day_of_month", "date('2026-03-01').getDayOfMonth() == 0"),
        _function("getDayOfWeek", by_day, day_of_week, "day_of_week", "date('2026-03-01').getDayOfWeek() == 0"),
        _function("getDayOfYear", by_day, day_of_year, "day_of_year", "date('2026-03-01').getDayOfYear() == 59"),
        _function("getHours", by_clock, hours, "hours", f"{noon}.getHours() == 12"),
        _function("getMinutes", by_clock, minutes, "minutes", "duration('1h30min').getMinutes() == 90"),
        _function("getSeconds", by_clock, seconds, "seconds", f"{noon}.getSeconds() == 56"),
        _function("getMilliseconds", by_clock, milliseconds, "milliseconds", "duration('1s').getMilliseconds() == 0"),
    )


STANDARD_FUNCTIONS: Final[Functions] = MappingProxyType(
    {function.name: function for function in (*_text_functions(), *_time_functions())}
)
