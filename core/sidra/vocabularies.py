"""The values that the runtime knows and the language does not: functions of roles, and codes of the world."""

from __future__ import annotations

from collections.abc import Iterator

from babel.core import get_global
from babel.localedata import locale_identifiers

from sidra.access.functions import FUNCTIONS
from sidra.channels.drivers import installed_drivers
from sidra.connectors.protocols import installed_protocols
from sidra.jobs.handlers import installed_handlers
from sidra_metamodel.registry import Vocabulary

CODE_LETTERS = 2
NO_COUNTRIES = frozenset({"ZZ"})
"""Codes that CLDR keeps for what is unknown."""


def vocabularies() -> Iterator[Vocabulary]:
    """Yield the built-in vocabularies; currencies, countries and languages are those of Unicode's CLDR."""
    yield Vocabulary(name="function", values=FUNCTIONS)
    yield Vocabulary(name="work", values=frozenset(installed_handlers().by_name))
    spoken = "there is `rest`; SOAP, SQL and files wait for later versions, and plugins add protocols of their own"
    yield Vocabulary(name="protocol", values=frozenset({*installed_protocols(), *installed_drivers()}), help=spoken)
    currencies = frozenset(get_global("all_currencies"))
    yield Vocabulary(name="currency", values=currencies, help="use an ISO 4217 code: `XOF`")
    countries = (
        frozenset(code for code in get_global("territory_languages") if len(code) == CODE_LETTERS) - NO_COUNTRIES
    )
    yield Vocabulary(name="country", values=countries, help="use an ISO 3166 code: `SN`")
    locales = frozenset(spelt for name in locale_identifiers() for spelt in (name, name.replace("_", "-")))
    yield Vocabulary(name="locale", values=locales, help="use an ISO 639 code, alone or with a country: `fr`, `pt-BR`")
