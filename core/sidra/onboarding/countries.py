"""What Unicode's CLDR knows of a country: a first answer to what the questionnaire asks."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass

from babel.core import Locale, get_global
from babel.languages import get_official_languages
from babel.localedata import locale_identifiers
from babel.numbers import get_territory_currencies

from sidra_metamodel.schema import LOCALE_PATTERN

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ENGLISH = "en"
MOST_LANGUAGES = 3
"""More official languages than these are offered, not taken for granted."""


@dataclass(frozen=True, slots=True)
class Country:
    """What is known of a country before anybody has answered."""

    code: str
    names: Mapping[str, str]
    """Its name in each of its languages."""
    locales: tuple[str, ...]
    """The official languages with most speakers first; English last, which administrators share."""
    currency: str
    time_zones: tuple[str, ...]
    working_days: tuple[str, ...]

    @property
    def time_zone(self) -> str:
        """The zone to begin with: the only one, or the first of several."""
        return next(iter(self.time_zones), "UTC")


def country(code: str) -> Country:
    """Return what CLDR says about an ISO 3166 code; little where it knows little."""
    locales = (*_languages(code)[:MOST_LANGUAGES], ENGLISH)
    locales = tuple(dict.fromkeys(locales))
    currencies = get_territory_currencies(code)
    names = {
        locale: name for locale in locales if (name := Locale.parse(locale, sep=_sep(locale)).territories.get(code))
    }
    return Country(code, names, locales, currencies[-1] if currencies else "", _zones(code), _working_days(code))


def _languages(code: str) -> list[str]:
    """Return the official languages that screens can be in, those of most people first."""
    known = {name for name in locale_identifiers() if re.match(LOCALE_PATTERN, name)}
    spoken = get_global("territory_languages").get(code, {})
    official = [name for name in get_official_languages(code, regional=False, de_facto=True) if name in known]
    return sorted(official, key=lambda name: -float(spoken.get(name, {}).get("population_percent") or 0))


def _sep(locale: str) -> str:
    return "-" if "-" in locale else "_"


def _zones(code: str) -> tuple[str, ...]:
    known = zoneinfo.available_timezones()
    found = {zone for zone, territory in get_global("zone_territories").items() if territory == code}
    return tuple(sorted(found & known))


def _working_days(code: str) -> tuple[str, ...]:
    # CLDR keeps weeks by territory, Babel with the languages of the territory.
    spoken = next((name for name in sorted(locale_identifiers()) if name.endswith(f"_{code}")), f"{ENGLISH}_001")
    locale = Locale.parse(spoken)
    start, end = locale.weekend_start, locale.weekend_end
    free = {start, end} if start <= end else {*range(start, 7), *range(end + 1)}
    working = [day for number, day in enumerate(DAYS) if number not in free]
    # The week of people begins behind their weekend.
    after = DAYS[(end + 1) % 7]
    place = working.index(after) if after in working else 0
    return (*working[place:], *working[:place])
