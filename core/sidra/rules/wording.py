"""What people are told, in their language: texts of `messages/`, plural forms and numbers by CLDR."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib import resources
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from ruamel.yaml import YAML

LANGUAGES = ("en", "fr", "ar", "pl")

Text = str | Mapping[str, str]


def tell(key: str, locale: str | None = None, **facts: object) -> str:
    """A message in a language, English where it has none; `n` chooses the plural form. Raises KeyError."""
    language = language_of(locale)
    text = texts(language)[key]
    if not isinstance(text, str):
        text = text.get(_plural_category(language, facts.get("n")), text["other"])
    return text.format_map({name: shown(fact, locale) for name, fact in facts.items()})


def language_of(locale: str | None) -> str:
    """The language of ours that a locale such as `fr_SN` or `ar-EG` speaks, else English."""
    language = (locale or "en")[:3].rstrip("-_").lower()
    return language if language in LANGUAGES else "en"


@cache
def texts(language: str) -> Mapping[str, Text]:
    """All messages of one of LANGUAGES by key."""
    source = resources.files("sidra.rules").joinpath("messages", f"{language}.yaml")
    return MappingProxyType(YAML(typ="safe").load(source.read_text(encoding="utf-8")))


def shown(fact: object, locale: str | None = None) -> str:
    """A fact as people of a locale write it."""
    language = language_of(locale)
    match fact:
        case bool() | str():
            return str(fact)
        case int() | Decimal():
            return format_decimal(fact, locale=language)
        case datetime.datetime():
            return format_datetime(fact, format="medium", locale=language)
        case datetime.date():
            return format_date(fact, format="medium", locale=language)
        case datetime.time():
            return fact.isoformat("minutes" if fact.second == 0 else "seconds")
        case datetime.timedelta():
            return _span(fact)
        case Sequence():
            return str(texts(language)["list_separator"]).join(shown(item, locale) for item in fact)
    return str(fact)


def _span(duration: datetime.timedelta) -> str:
    """A span as people type it: `2h30min`; parts of a second are left out."""
    minutes, seconds = divmod(abs(duration) // datetime.timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [f"{count}{unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")) if count]
    return ("-" if duration < datetime.timedelta() else "") + ("".join(parts) or "0s")


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _plural_category(language: str, count: object) -> str:
    return _locale(language).plural_form(count) if isinstance(count, int) else "other"
