"""Numbers, amounts, days and moments as people of a place write them (CLDR)."""

from __future__ import annotations

import datetime
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_datetime_format
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol

from sidra_metamodel.values import Money, Period
from sidra_ui.messages import native_digits, nearest_locale

PLAIN_ENGLISH = Locale.parse("en_001")
"""English without a country: day before month, as everywhere but in one place."""
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes for regions, for tests and for what is not known."""
MOST_WRITTEN = 4096
"""Values, as they are written in a language, that are remembered: pages repeat them."""
RECENT = datetime.timedelta(days=6)
ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True)
class Formats:
    """How one reader's values are written."""

    tag: str
    """BCP 47, for example "ar-EG"."""
    zone: ZoneInfo
    currency: str
    """Of amounts that need not name theirs."""
    now: datetime.datetime

    @cached_property
    def locale(self) -> Locale:
        """The CLDR locale in force."""
        return locale_of(self.tag)

    def native(self, text: str) -> str:
        """A text with the digits of the place."""
        return native_digits(text, self.locale)

    def number(self, value: float | Decimal) -> str:
        """A whole or exact number with its groups."""
        return _number(self.tag, value)

    def percent(self, value: Decimal | float) -> str:
        """A share in hundredths: 70 is "70 %"."""
        written = format_percent(
            Decimal(value) / 100, locale=self.locale, decimal_quantization=False, numbering_system="default"
        )
        return self.native(written)

    def money(self, value: Money) -> str:
        """An amount with its currency."""
        return _money(self.tag, value.amount, value.currency)

    def amount(self, value: Money) -> str:
        """An amount alone, with the decimal places of its currency."""
        pattern = self.locale.currency_formats["standard"].pattern.replace("\u00a4", "").split(";")[0]
        bare = "".join(sign for sign in pattern if sign in "#0.,")
        written = format_currency(
            value.amount, value.currency, format=bare, locale=self.locale, numbering_system="default"
        )
        return self.native(written.strip())

    def symbol(self, currency: str) -> str:
        """How a currency is called beside an amount."""
        return get_currency_symbol(currency, locale=self.locale).strip("\u200f\u200e")

    def country(self, code: str) -> str:
        """What a country is called; its code where there is none of it."""
        return str(self.locale.territories.get(code, code))

    def countries(self) -> list[tuple[str, str]]:
        """All countries by code, in the order of their names."""
        found = [(code, str(name)) for code, name in self.locale.territories.items() if is_country(code)]
        return sorted(found, key=lambda country: fold(country[1]))

    def date(self, value: datetime.date) -> str:
        """A day."""
        return _date(self.tag, value)

    def moment(self, value: datetime.datetime) -> str:
        """A moment in the affiliate's zone."""
        local = value.astimezone(self.zone)
        return _order(self.tag).replace("{1}", _date(self.tag, local.date())).replace("{0}", self.time(local.time()))

    def time(self, value: datetime.time) -> str:
        """A time of day."""
        return _time(self.tag, value.replace(second=0, microsecond=0))

    def clock(self, value: datetime.datetime) -> str:
        """The time of day of a moment in the affiliate's zone."""
        return self.time(value.astimezone(self.zone).time())

    def span(self, value: datetime.timedelta) -> str:
        """A span of time in its largest unit."""
        return self.native(format_timedelta(value, threshold=1, locale=self.locale))

    def ago(self, value: datetime.datetime) -> str:
        """How long ago a moment was, or in how long it will be; its day where that is far away."""
        distance = value - self.now
        if abs(distance) > RECENT:
            return self.date(value.astimezone(self.zone).date())
        return self.native(format_timedelta(distance, add_direction=True, threshold=1, locale=self.locale))

    def period(self, value: Period) -> str:
        """From one day to another; an open end shows an ellipsis."""
        start, end = (self.date(end.astimezone(self.zone).date()) if end else "…" for end in (value.start, value.end))
        return f"{start} – {end}"

    def today(self) -> datetime.date:
        """The present day in the affiliate's zone."""
        return self.now.astimezone(self.zone).date()

    def day(self, value: datetime.datetime) -> datetime.date:
        """The day of a moment in the affiliate's zone."""
        return value.astimezone(self.zone).date()


def locale_of(tag: str) -> Locale:
    """The CLDR locale in which values are written for a tag."""
    found = nearest_locale(tag)
    return PLAIN_ENGLISH if found.language == "en" and found.territory is None else found


@lru_cache(MOST_WRITTEN, typed=True)
def _number(tag: str, value: float | Decimal) -> str:
    locale = locale_of(tag)
    return native_digits(format_decimal(value, locale=locale, numbering_system="default"), locale)


@lru_cache(MOST_WRITTEN)
def _money(tag: str, amount: Decimal, currency: str) -> str:
    locale = locale_of(tag)
    return native_digits(format_currency(amount, currency, locale=locale, numbering_system="default"), locale)


@lru_cache(MOST_WRITTEN)
def _order(tag: str) -> str:
    return str(get_datetime_format("medium", locale=locale_of(tag)))


@lru_cache(MOST_WRITTEN)
def _time(tag: str, value: datetime.time) -> str:
    locale = locale_of(tag)
    return native_digits(format_time(value, "short", locale=locale), locale)


@lru_cache(MOST_WRITTEN)
def _date(tag: str, day: datetime.date) -> str:
    locale = locale_of(tag)
    return native_digits(format_date(day, format="medium", locale=locale), locale)


def is_country(code: str) -> bool:
    """Whether a code is of two letters and not one of those for no country in particular."""
    return len(code) == len("SN") and code.isalpha() and code not in NO_COUNTRIES


def fold(text: str) -> str:
    """A text as it is sorted: without accents and capitals."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


@lru_cache(MOST_WRITTEN)
def phone(value: str) -> str:
    """A telephone number in groups, for example "+221 77 123 45 67"; any other text as it is."""
    try:
        parsed = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def isolated(text: str) -> str:
    """A text whose direction does not reach its neighbours, for identifiers inside a sentence."""
    return f"{ISOLATE}{text}{POP_ISOLATE}"
