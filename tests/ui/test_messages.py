import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sidra_ui.messages import LANGUAGES, Messages, UnknownMessage, nearest_locale, read_catalogue

KEY = re.compile(r"[a-z][a-z_]*")


def sentences(language: str) -> Iterator[tuple[str, str]]:
    """Every sentence of a language with its key, plural forms one by one."""
    for key, message in read_catalogue(language).items():
        for text in [message] if isinstance(message, str) else message.values():
            yield key, text


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert list(read_catalogue(language)) == list(read_catalogue("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_are_sorted_words(language: str) -> None:
    for file in (resources.files("sidra_ui") / "messages" / language).iterdir():
        keys = list(YAML(typ="safe").load(file.read_text(encoding="utf-8")))
        assert keys == sorted(keys), file.name
        assert all(KEY.fullmatch(key) for key in keys), file.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_has_a_form_for_each_category_of_its_language(language: str) -> None:
    categories = set(Locale.parse(language).plural_form.tags) | {"other"}
    for key, message in read_catalogue(language).items():
        assert isinstance(message, str) or set(message) == categories, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_uses_the_values_of_the_english_sentence(language: str) -> None:
    allowed: dict[str, set[str]] = {}
    for key, text in sentences("en"):
        allowed.setdefault(key, set()).update(placeholders(text))
    for key, text in sentences(language):
        assert placeholders(text) <= allowed[key], key
        assert isinstance(read_catalogue(language)[key], dict) or placeholders(text) == allowed[key], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert [key for key, text in sentences(language) if not text.strip()] == []


@pytest.mark.parametrize(
    ("locale", "count", "text"),
    [
        ("en-SN", 1, "1 selected"),
        ("fr-SN", 0, "0 sélectionné"),
        ("fr-SN", 1200, "1\u202f200 sélectionnés"),
        ("pl-PL", 3, "3 zaznaczone"),
        ("pl-PL", 5, "5 zaznaczonych"),
        ("pl-PL", 22, "22 zaznaczone"),
        ("ar-EG", 2, "عنصران محددان"),
        ("ar-EG", 11, "١١ عنصرًا محددًا"),
    ],
)
def test_a_count_takes_the_plural_form_and_digits_of_its_locale(locale: str, count: int, text: str) -> None:
    assert Messages(locale).text("selected", count=count) == text


def test_a_value_stands_in_its_sentence() -> None:
    assert Messages("pl")("sign_in_to", name="Polska") == "Logowanie: Polska"


def test_a_value_with_braces_is_not_taken_for_a_pattern() -> None:
    assert Messages("en")("select_row", name="{count}") == "Select {count}"


@pytest.mark.parametrize("locale", ["wo-SN", "xx", "", "en-Nowhere-1"])
def test_a_language_without_a_catalogue_falls_back_to_english(locale: str) -> None:
    assert Messages(locale).text("save") == "Save"


def test_a_region_that_cldr_does_not_know_keeps_the_language() -> None:
    assert nearest_locale("en-SN").language == "en"


def test_an_unknown_message_is_a_mistake() -> None:
    with pytest.raises(UnknownMessage):
        Messages("en").text("no_such_sentence")


def test_scripts_get_the_plural_forms_unfilled() -> None:
    assert Messages("pl").forms("selected")["few"] == "{count} zaznaczone"
    assert Messages("pl").forms("save") == {"other": "Zapisz"}


@given(st.sampled_from(LANGUAGES), st.integers(0, 10**15))
def test_every_count_has_a_form(language: str, count: int) -> None:
    assert "{" not in Messages(language).text("records", count=count)


def test_every_sentence_is_said_somewhere(root: Path) -> None:
    files = [path for path in (root / "ui/sidra_ui").rglob("*") if path.suffix in {".py", ".html"}]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    begun = tuple(re.findall(r"""["']([a-z]+(?:_[a-z]+)*_)(?:\{|["'] ~)""", code))
    told = set(re.findall(r"""["']([a-z_]+)["']""", code))
    parts = {key for key in read_catalogue("en") if key.removesuffix("_title").removesuffix("_text") in told}
    assert [key for key in read_catalogue("en") if not key.startswith(begun) and key not in told | parts] == []


def test_french_is_written_with_the_typographic_apostrophe() -> None:
    assert [key for key, text in sentences("fr") if "'" in text] == []
