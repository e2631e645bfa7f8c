import datetime
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.rules.wording import LANGUAGES, Text, language_of, shown, tell, texts

PLURALS = {
    "en": {"one", "other"},
    "fr": {"one", "many", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
    "pl": {"one", "few", "many", "other"},
}


def forms(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def placeholders(text: Text) -> set[str]:
    return {name for form in forms(text) for _, name, _, _ in string.Formatter().parse(form) if name} - {"n"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_message_with_the_same_facts_and_all_its_plural_forms(language: str) -> None:
    english, here = texts("en"), texts(language)
    assert set(here) == set(english)
    assert {key for key in here if placeholders(here[key]) != placeholders(english[key])} == set()
    counted = {key: set(text) for key, text in here.items() if not isinstance(text, str)}
    assert counted == {key: PLURALS[language] for key, text in english.items() if not isinstance(text, str)}


def test_french_is_written_with_the_typographic_apostrophe() -> None:
    assert [key for key, text in texts("fr").items() if any("'" in each for each in forms(text))] == []


@pytest.mark.parametrize(
    ("locale", "count", "told"),
    [
        ("en", 1, "Enter at most 1 character."),
        ("en", 40, "Enter at most 40 characters."),
        ("fr_SN", 1, "Saisissez au plus 1 caractère."),
        ("pl", 2, "Wpisz najwyżej 2 znaki."),
        ("pl", 5, "Wpisz najwyżej 5 znaków."),
        ("ar-EG", 2, "أدخل حرفين على الأكثر."),
        ("ar", 5, "أدخل 5 أحرف على الأكثر."),
        ("ar", 40, "أدخل 40 حرفًا على الأكثر."),
        ("de", 40, "Enter at most 40 characters."),
        (None, 40, "Enter at most 40 characters."),
    ],
)
def test_counts_take_the_plural_form_of_the_language(locale: str | None, count: int, told: str) -> None:
    assert tell("too_long", locale, n=count) == told


@pytest.mark.parametrize(
    ("fact", "locale", "text"),
    [
        (Decimal("1234.5"), "pl", "1\u00a0234,5"),
        (12345, "en", "12,345"),
        (datetime.date(2026, 3, 20), "fr", "20 mars 2026"),
        (datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC), "en", "Mar 20, 2026, 9:00:00\u202fAM"),
        (datetime.time(8, 30), "pl", "08:30"),
        (datetime.time(8, 30, 5), "pl", "08:30:05"),
        (datetime.timedelta(days=1, hours=2, minutes=30, seconds=5), "fr", "1d2h30min5s"),
        (datetime.timedelta(hours=-1), "fr", "-1h"),
        (datetime.timedelta(), "fr", "0s"),
        (["a", "b"], "ar", "a، b"),
        (None, "en", "None"),
        (True, "en", "True"),
    ],
)
def test_facts_are_written_as_people_of_the_locale_do(fact: object, locale: str, text: str) -> None:
    assert shown(fact, locale) == text


@given(st.text(max_size=8))
def test_any_text_for_a_locale_gives_one_of_our_languages(locale: str) -> None:
    assert language_of(locale) in LANGUAGES
