"""Readers of text: lines, paragraphs, e-mail and web addresses, telephone numbers, code lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import phonenumbers

from sidra.plugin_calls import PluginError
from sidra.records.coercion.unreadable import Read, Unreadable
from sidra_metamodel.kinds.scalar_type import ScalarType

MAX_URL = 2048
MAX_EMAIL = 254
MAX_LISTED = 12
"""More values of a code list than this are not named in a message."""

MAX_MARKS = 30
"""On one letter, as in Unicode's stream-safe text; the work of composing grows with the square of their number."""

_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_NO_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@.<>,;:]+(?:\.[^\s@.<>,;:]+)+")
_TIBETAN = ("\u0f73", "\u0f75", "\u0f81")
"""The only letters that are made of nothing but marks."""

Normalise = Callable[[str], str]


def clean_line(value: object, _locale: str | None = None) -> str:
    """Text of one line: composed, without blanks around, line breaks turned into blanks."""
    text = _text(value)
    if text.isascii() and text.isprintable():
        return text.strip()
    lines = (line.strip() for line in _BREAKS.split(_composed(text)))
    return _kept(" ".join(line for line in lines if line))


def quick_line(otherwise: Read) -> Read:
    """The reader of lines, of which most are of printable ASCII; None for blanks."""

    def read(value: object, locale: str | None = None) -> Any:  # noqa: ANN401 - see Read
        if type(value) is str and value.isascii() and value.isprintable():
            return value.strip() or None
        return otherwise(value, locale)

    return read


def clean_paragraphs(value: object, _locale: str | None = None) -> str:
    """Text of several lines: composed, with one kind of line end."""
    text = _composed(_text(value)).replace("\r\n", "\n").replace("\r", "\n")
    return _kept(text.strip())


def _composed(text: str) -> str:
    """Return a text with one code point for each letter and its marks, where it has one."""
    if len(text) > MAX_MARKS and not text.isascii() and _most_marks(text) > MAX_MARKS:
        raise Unreadable("control_characters")
    return unicodedata.normalize("NFC", text)


def _most_marks(text: str) -> int:
    """Return how many marks stand one after another at most."""
    for sign in _TIBETAN:
        text = text.replace(sign, unicodedata.normalize("NFD", sign))
    classes = bytes(map(unicodedata.combining, text))
    return max(map(len, classes.split(b"\0")))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable("not_text")
    return str(value)


def _kept(text: str) -> str:
    if _NO_CHARACTERS.search(text):
        raise Unreadable("control_characters")
    return text


def login(value: object, _locale: str | None = None) -> str:
    """The login of a person, in the one form in which logins are kept."""
    return unicodedata.normalize("NFKC", clean_line(value)).casefold().strip()


def email(value: object, _locale: str | None = None) -> str:
    """An address in lower case, so that the same one is found however it was typed."""
    text = clean_line(value).lower()
    if len(text) > MAX_EMAIL or not _EMAIL.fullmatch(text):
        raise Unreadable("not_email", "R607")
    return text


def url(value: object, _locale: str | None = None) -> str:
    """A web address; other schemes, such as `javascript:`, are refused."""
    text = clean_line(value)
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or len(text) > MAX_URL or re.search(r"[\s<>\"\\]", text):
        raise Unreadable("not_url", "R607")
    return text


def phone(country: str) -> Read:
    """The reader of telephone numbers in international form; those without a country code are of `country`."""
    region = country.upper() or None

    def read(value: object, _locale: str | None = None) -> str:
        try:
            number = phonenumbers.parse(clean_line(value), region)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or number.extension or not phonenumbers.is_possible_number(number):
            raise Unreadable("not_phone", "R607", example=_example(region))
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    return read


@cache
def _example(region: str | None) -> str:
    number = phonenumbers.example_number(region) if region in phonenumbers.SUPPORTED_REGIONS else None
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, form)) if number else "+44 121 234 5678"


def enum(values: Mapping[str, Any]) -> Read:
    """The reader of one value of a code list."""
    offered = [name for name, value in values.items() if not value.hidden]

    def read(value: object, _locale: str | None = None) -> str:
        if isinstance(value, str) and value.strip() in values:
            return value.strip()
        shown = offered if len(offered) <= MAX_LISTED else [*offered[:MAX_LISTED], "…"]
        raise Unreadable("not_in_list", "R608", values=shown)

    return read


def quick_choice(values: Iterable[str], otherwise: Read) -> Read:
    """The reader of values of a code list, of which most are one of the list letter for letter."""
    known = choices(values)

    def read(value: object, locale: str | None = None) -> Any:  # noqa: ANN401 - see Read
        return value if type(value) is str and value in known else otherwise(value, locale)

    return read


def choices(values: Iterable[str]) -> frozenset[str]:
    """The values of a code list that nothing is done to when they are read."""
    return frozenset(value for value in values if value == value.strip() != "")


def normalised(read: Read, types: Iterable[ScalarType], plugins: Iterable[Normalise]) -> Read:
    """A text's reader with what `type:` documents (nearest first) and types of code do to what people type."""
    steps = [*plugins, *(step for type_ in reversed(tuple(types)) for step in _steps(type_))]
    if not steps:
        return read

    def read_normalised(value: object, locale: str | None = None) -> str | None:
        text = read(value, locale)
        for step in steps:
            text = _applied(step, text)
        return text or None

    return read_normalised


def _steps(type_: ScalarType) -> Iterable[Normalise]:
    if type_.strip:
        dropped = str.maketrans("", "", type_.strip)
        yield lambda text: text.translate(dropped)
    if type_.case:
        yield str.upper if type_.case == "upper" else str.lower


def _applied(step: Normalise, text: str) -> str:
    try:
        return str(step(text))
    except PluginError as failure:
        raise Unreadable("plugin_failed", failure.code, plugin=failure.plugin) from failure
