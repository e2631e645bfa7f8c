"""What is drawn by chance: moments, amounts and choices of one country, from one seed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from babel.numbers import format_currency, format_decimal

from sidra_metamodel.values import Money

Values = dict[str, Any]
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FIRST_HOUR, LAST_HOUR = 8, 18
DAYS_TRIED = 4
LEAST_AGE = datetime.timedelta(minutes=31)


@dataclass(frozen=True)
class Chance:
    """Draws for one country up to a moment."""

    random: Random
    now: datetime.datetime
    """In the country's zone."""
    currency: str
    digits: int
    """Decimals that prices of the currency have."""
    locale: str
    rest_day: int
    """The day of the week on which nobody works; Monday is 0."""

    @property
    def today(self) -> datetime.date:
        """The day of the moment."""
        return self.now.date()

    def happens(self, share: float) -> bool:
        """Return True in this share of cases."""
        return self.random.random() < share

    def weighted(self, weights: Mapping[str, int]) -> str:
        """Return one of the keys, each as often as its weight says."""
        return self.random.choices(list(weights), list(weights.values()))[0]

    def money(self, amount: Decimal | int) -> Money:
        """Return an amount with the decimals that the currency has."""
        return Money(round(Decimal(amount), self.digits), self.currency)

    def at_work(self, day: datetime.date) -> datetime.datetime:
        """Return a moment of a working day, that day or the next to it, and never one that is still to come."""
        hour = self.random.randint(FIRST_HOUR, LAST_HOUR)
        time = datetime.time(hour, self.random.randrange(60), self.random.randrange(60), tzinfo=self.now.tzinfo)
        latest = self.now - LEAST_AGE
        ahead = [day + datetime.timedelta(days=number) for number in range(DAYS_TRIED)]
        behind = [day - datetime.timedelta(days=number) for number in range(1, DAYS_TRIED)]
        moments = (
            datetime.datetime.combine(each, time) for each in [*ahead, *behind] if each.weekday() != self.rest_day
        )
        return next((moment for moment in moments if moment <= latest), latest)

    def awake(self, moment: datetime.datetime) -> datetime.datetime:
        """Return a moment, or where people sleep then, one of the next morning."""
        if FIRST_HOUR <= moment.hour <= LAST_HOUR:
            return moment
        later = moment if moment.hour < FIRST_HOUR else moment + datetime.timedelta(days=1)
        return later.replace(hour=FIRST_HOUR, minute=self.random.randrange(60))

    def days_ago(self, least: int, most: int) -> datetime.date:
        """Return a day between so many days ago, lately more often than long ago."""
        return self.today - datetime.timedelta(days=int(self.random.triangular(least, most + 1, least)))

    def written(self, amount: Money | Decimal | int) -> str:
        """Return an amount of money or a number as the country writes it."""
        if isinstance(amount, Money):
            text = format_currency(amount.amount, self.currency, locale=self.locale)
        else:
            text = format_decimal(amount, locale=self.locale)
        return text.translate(ARABIC_DIGITS) if self.locale.startswith("ar") else text


def months_before(date: datetime.date, months: int) -> datetime.date:
    """Return the first day of the month that lies so many months before."""
    count = date.year * 12 + date.month - 1 - months
    return datetime.date(count // 12, count % 12 + 1, 1)


def months_between(first: datetime.date, last: datetime.date) -> int:
    """Return how many whole months lie between two days."""
    return max(0, (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day))
