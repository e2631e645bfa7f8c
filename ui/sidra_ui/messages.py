"""The screens' own sentences in every language, with plural forms by CLDR."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TypeAlias

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from ruamel.yaml import YAML

LANGUAGES = ("en", "fr", "ar", "pl")
FALLBACK = "en"
KNOWN_TAGS = 256
"""Languages, as accounts and browsers name them, whose locale is remembered."""
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

Message: TypeAlias = str | Mapping[str, str]
Catalogue: TypeAlias = Mapping[str, Message]


class UnknownMessage(KeyError):
    """No catalogue, not even the English one, has this key: a mistake of the program."""


@cache
def read_catalogue(language: str) -> Catalogue:
    """Return the sentences of one language by key; a sentence with a count is a mapping of its plural forms.

    A language has a folder with a file a topic; two files that name the same key are a mistake of the program.
    """
    catalogue: dict[str, Message] = {}
    for file in sorted((resources.files("sidra_ui") / "messages" / language).iterdir(), key=lambda each: each.name):
        read: Catalogue = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
        if twice := catalogue.keys() & read.keys():
            raise ValueError(f"messages/{language}/{file.name} repeats {', '.join(sorted(twice))}")
        catalogue.update(read)
    return MappingProxyType(catalogue)


# For a tag that CLDR does not have as it stands, Babel compares it with the names of a thousand files.
@lru_cache(KNOWN_TAGS)
def nearest_locale(tag: str) -> Locale:
    """Return the CLDR locale of a BCP 47 tag; an unknown region ("en-SN") leaves the language, nonsense English."""
    for candidate in (tag, tag.split("-", maxsplit=1)[0], FALLBACK):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError(FALLBACK)


def native_digits(text: str, locale: Locale) -> str:
    """Return the text with the digits that the locale writes by default, for example Arabic-Indic ones in Egypt.

    Babel chooses the separators of the numbering system but leaves the digits Latin.
    """
    return text.translate(ARABIC_DIGITS) if locale.default_numbering_system == "arab" else text


class Messages:
    """The sentences for one locale. Calling it is the same as `text`, so that templates can say `t("save")`."""

    __slots__ = ("_catalogue", "_locale", "language")

    def __init__(self, locale: str) -> None:
        """Take a BCP 47 tag, for example "ar-EG"; a language without a catalogue falls back to English."""
        self._locale = nearest_locale(locale)
        self.language = locale
        """The tag that was given."""
        language = self._locale.language if self._locale.language in LANGUAGES else FALLBACK
        self._catalogue = read_catalogue(language)

    def text(self, key: str, **values: object) -> str:
        """Return the sentence with its values filled in; `count` chooses the plural form.

        Whole numbers are written in the locale's digits and grouping. Raises UnknownMessage.
        """
        message = self._find(key)
        if not isinstance(message, str):
            message = self._plural(message, values["count"])
        return message.format_map({name: self._shown(value) for name, value in values.items()})

    __call__ = text

    def listed(self, texts: Iterable[str]) -> str:
        """Return several texts as a list in the language's own punctuation; empty ones are left out."""
        comma = "، " if self._locale.language == "ar" else ", "
        return comma.join(text for text in texts if text)

    def forms(self, key: str) -> Mapping[str, str]:
        """Return a sentence's plural forms by CLDR category, unfilled, for scripts that count in the browser."""
        message = self._find(key)
        return {"other": message} if isinstance(message, str) else message

    def _find(self, key: str) -> Message:
        message = self._catalogue.get(key) or read_catalogue(FALLBACK).get(key)
        if message is None:
            raise UnknownMessage(key)
        return message

    def _plural(self, forms: Mapping[str, str], count: object) -> str:
        category = self._locale.plural_form(count if isinstance(count, int) else 0)
        return forms.get(category, forms["other"])

    def _shown(self, value: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            return native_digits(format_decimal(value, locale=self._locale, numbering_system="default"), self._locale)
        return str(value)
