import datetime
import time
import unicodedata
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.models import model_of

from sidra.errors import Problem
from sidra.plugin_calls import reported_type
from sidra.records.coercion import as_problem, coerce, compile_coercion, reader
from sidra.records.coercion.unreadable import Unreadable, is_blank
from sidra_metamodel.model.built_in import BUILT_IN_TYPES, PluginType
from sidra_metamodel.values import Money, Period

BUILT_IN = [name for name in BUILT_IN_TYPES if name != "enum"]

THING = "entity: thing\nattributes:\n" + "".join(f"  a_{name}: {{type: {name}}}\n" for name in BUILT_IN)
THING += """\
  a_enum: {type: enum, enum: colour}
  a_code: {type: code}
  a_low: {type: low}
  a_plugin: {type: shouted}
  a_broken: {type: broken}
  a_small: {type: decimal, scale: 0}
  a_localised: {type: string, localised: true}
"""
COLOUR = "enum: colour\nvalues: {red: {}, green: {}, grey: {hidden: true}}\n"
CODE = "type: code\nbase: string\nstrip: ' -'\ncase: upper\n"


def shout(text: str) -> str:
    return text.upper()


def fail(text: str) -> str:
    raise ZeroDivisionError


MODEL = model_of(
    THING,
    COLOUR,
    CODE,
    "type: low\nbase: string\ncase: lower\n",
    types=(
        PluginType(name="shouted", doc="Loud.", base="string", normalise=shout),
        reported_type("acme", PluginType(name="broken", doc="Never.", base="string", normalise=fail)),
    ),
)
ATTRIBUTES = MODEL.entity("thing").attributes
DAKAR, UTC = ZoneInfo("Africa/Dakar"), datetime.UTC


def read(name: str, value: object, locale: str | None = None) -> Any:  # noqa: ANN401 - a value of the attribute's type
    return coerce(MODEL, ATTRIBUTES[f"a_{name}"], value, locale=locale)


def at(year: int, month: int, day: int, hour: int = 0) -> datetime.datetime:
    return datetime.datetime(year, month, day, hour, tzinfo=UTC)


READ: list[tuple[str, object, object]] = [
    ("string", "  Awa\n Diop ", "Awa Diop"),
    ("string", "e\u0301te\u0301", "été"),
    ("text", "one\r\ntwo\n", "one\ntwo"),
    ("integer", " 12 ", 12),
    ("integer", "٣٤", 34),
    ("integer", 3.0, 3),
    ("integer", Decimal(7), 7),
    ("decimal", "1.5", Decimal("1.5000")),
    ("decimal", 0.1, Decimal("0.1000")),
    ("decimal", "-0", Decimal(0)),
    ("decimal", 2, Decimal(2)),
    ("small", "-12", Decimal(-12)),
    ("money", Money(Decimal(3), "PLN"), Money(Decimal(3), "PLN")),
    ("boolean", True, True),
    ("date", datetime.date(2026, 3, 20), datetime.date(2026, 3, 20)),
    ("duration", datetime.timedelta(hours=1), datetime.timedelta(hours=1)),
    ("json", [1.5, Decimal("2.5")], [1.5, 2.5]),
    ("low", "AB", "ab"),
    ("percent", "12.5 %", Decimal("12.5")),
    ("money", 1500, Money(Decimal(1500), "XOF")),
    ("money", "1500", Money(Decimal(1500), "XOF")),
    ("money", "12.50 eur", Money(Decimal("12.5"), "EUR")),
    ("money", "EUR 12.50", Money(Decimal("12.5"), "EUR")),
    ("money", {"amount": "3", "currency": "PLN"}, Money(Decimal(3), "PLN")),
    ("money", {"value": 3, "unit": "PLN"}, Money(Decimal(3), "PLN")),
    ("money", {"amount": "", "currency": "PLN"}, None),
    ("boolean", "on", True),
    ("boolean", 0, False),
    ("boolean", "Tak", True),
    ("date", "2026-03-20", datetime.date(2026, 3, 20)),
    ("date", "2026-03-20T23:30:00-05:00", datetime.date(2026, 3, 21)),
    ("date", at(2026, 3, 20, 9), datetime.date(2026, 3, 20)),
    ("datetime", "2026-03-20T09:00", at(2026, 3, 20, 9)),
    ("datetime", "2026-03-20T09:00:00+02:00", at(2026, 3, 20, 7)),
    ("datetime", datetime.datetime(2026, 3, 20, 9, tzinfo=DAKAR), at(2026, 3, 20, 9)),
    ("time", "09:30", datetime.time(9, 30)),
    ("duration", "1h30min", datetime.timedelta(minutes=90)),
    ("duration", "P1DT0.5S", datetime.timedelta(days=1, milliseconds=500)),
    ("duration", 90, datetime.timedelta(seconds=90)),
    ("period", {"start": "2026-03-20T09:00"}, Period(at(2026, 3, 20, 9), None)),
    ("period", {"startDateTime": "2026-03-20", "endDateTime": ""}, Period(at(2026, 3, 20), None)),
    ("period", {"start": None}, None),
    ("email", " Awa.Diop@Orange.SN ", "awa.diop@orange.sn"),
    ("phone", "77 123 45 67", "+221771234567"),
    ("phone", "+48 601 234 567", "+48601234567"),
    ("url", "https://example.org/a?b=c", "https://example.org/a?b=c"),
    ("address", {"city": "Dakar"}, {"city": "Dakar"}),
    ("json", '{"a": [1, null]}', {"a": [1, None]}),
    ("geo", "14.69, -17.45", {"latitude": 14.69, "longitude": -17.45}),
    ("geo", {"latitude": 1, "longitude": 2}, {"latitude": 1.0, "longitude": 2.0}),
    ("characteristics", [{"name": "colour", "value": "red"}], {"colour": "red"}),
    ("characteristics", {"colour": "red"}, {"colour": "red"}),
    ("enum", " red ", "red"),
    ("enum", "grey", "grey"),
    ("code", "ab-12 3", "AB123"),
    ("code", "- -", None),
    ("plugin", "awa", "AWA"),
    ("localised", {"fr": " Bonjour ", "en": ""}, {"fr": "Bonjour"}),
    ("localised", "Bonjour", {"fr": "Bonjour"}),
]


@pytest.mark.parametrize(("name", "given", "value"), READ)
def test_what_people_and_programs_write_becomes_a_value_of_the_type(name: str, given: object, value: object) -> None:
    found = read(name, given)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("locale", "given", "value"),
    [
        ("fr", "1 234,5", "1234.5"),
        ("fr", "12.5", "12.5"),
        ("pl", "1\u00a0234,50", "1234.5"),
        ("en", "1,234.5", "1234.5"),
        ("ar", "١٢٣٤٫٥", "1234.5"),
        ("en", "1,234,567", "1234567"),
    ],
)
def test_numbers_are_read_as_people_of_the_locale_write_them(locale: str, given: str, value: str) -> None:
    assert read("decimal", given, locale) == Decimal(value)


REFUSED: list[tuple[str, object, str, str]] = [
    ("string", 12, "R602", "Enter text."),
    ("string", "a\0b", "R602", "The text has characters that cannot be kept. Type it again instead of pasting it."),
    ("text", "\ud800", "R602", "The text has characters that cannot be kept. Type it again instead of pasting it."),
    ("integer", "1.5", "R602", "Enter a whole number, such as 12."),
    ("integer", True, "R602", "Enter a whole number, such as 12."),
    ("integer", 2**63, "R602", "The number is too large to be kept."),
    ("integer", 10**4000, "R602", "The number is too large to be kept."),
    ("decimal", "1,234", "R602", "Enter a number, such as 12.5."),
    ("decimal", float("nan"), "R602", "Enter a number, such as 12.5."),
    ("decimal", 1e300, "R602", "The number is too large to be kept."),
    ("decimal", "1.23456", "R602", "Enter at most 4 decimal places."),
    ("money", "12 XYZ9", "R602", "Enter an amount, such as 12.5."),
    ("money", "12 QQQ", "R602", "Use a currency code of three letters, such as EUR."),
    ("money", "EUR 12 EUR", "R602", "Enter an amount, such as 12.5."),
    ("money", {"sum": 1}, "R602", "Enter an amount, such as 12.5."),
    ("boolean", "perhaps", "R602", "Choose yes or no."),
    ("boolean", 2, "R602", "Choose yes or no."),
    ("date", "20/03/2026", "R602", "Enter a date as year-month-day, such as 2026-03-20."),
    ("date", 20260320, "R602", "Enter a date as year-month-day, such as 2026-03-20."),
    ("datetime", "soon", "R602", "Enter a date and a time, such as 2026-03-20T09:00."),
    ("datetime", "0001-01-01T00:00+14:00", "R602", "Enter a date and a time, such as 2026-03-20T09:00."),
    ("datetime", "0001-01-01T00:00Z", "R602", "Enter a date and a time, such as 2026-03-20T09:00."),
    ("datetime", "9999-12-31T23:30Z", "R602", "Enter a date and a time, such as 2026-03-20T09:00."),
    ("datetime", 5, "R602", "Enter a date and a time, such as 2026-03-20T09:00."),
    ("time", "25:00", "R602", "Enter a time, such as 09:30."),
    ("time", "09:00+02:00", "R602", "Enter a time, such as 09:30."),
    ("duration", "5 apples", "R602", "Enter a span of time, such as 90min or 2h30min."),
    ("duration", float("inf"), "R602", "Enter a span of time, such as 90min or 2h30min."),
    ("duration", True, "R602", "Enter a span of time, such as 90min or 2h30min."),
    ("duration", [], "R602", "Enter a span of time, such as 90min or 2h30min."),
    ("period", "today", "R602", "Enter a start, an end, or both."),
    ("period", {"start": "2026-03-20", "end": "2026-03-19"}, "R602", "The end must not be before the start."),
    ("email", "awa at orange", "R607", "Enter an e-mail address, such as name@example.org."),
    ("phone", "12", "R607", "Enter a telephone number with its area or country code, such as +221 30 101 23 45."),
    ("phone", "call me", "R607", "Enter a telephone number with its area or country code, such as +221 30 101 23 45."),
    ("url", "javascript:alert(1)", "R607", "Enter a web address that begins with https:// or http://."),
    ("url", "http://[", "R607", "Enter a web address that begins with https:// or http://."),
    ("address", [], "R602", "Enter values by name."),
    ("address", "{", "R602", "Enter values by name."),
    ("json", {1: 2}, "R602", "Enter valid JSON."),
    ("json", float("inf"), "R602", "Enter valid JSON."),
    ("json", [0] * 10_001, "R602", "Enter valid JSON."),
    ("geo", "95, 0", "R602", "Enter latitude and longitude, such as 14.69, -17.45."),
    ("geo", {"latitude": 1}, "R602", "Enter latitude and longitude, such as 14.69, -17.45."),
    ("characteristics", [{"value": 1}], "R602", "Enter values by name."),
    ("enum", "blue", "R608", "Choose one of: red, green."),
    ("enum", 1, "R608", "Choose one of: red, green."),
    ("broken", "x", "R625", "The plugin acme failed, so that this cannot be saved. Tell the operator."),
    ("localised", 5, "R602", "Enter a text for each language."),
    ("localised", {"Français!": "x"}, "R602", "Enter a text for each language."),
]


@pytest.mark.parametrize(("name", "given", "code", "message"), REFUSED)
def test_what_cannot_be_read_is_a_problem_that_says_how_to_write_it(
    name: str, given: object, code: str, message: str
) -> None:
    assert read(name, given) == Problem(code, f"a_{name}", message)


def test_a_problem_speaks_the_language_of_the_writer() -> None:
    assert read("integer", "x", "pl").message == "Wpisz liczbę całkowitą, na przykład 12."
    assert read("decimal", "x", "fr_SN").message == "Saisissez un nombre, par exemple 12,5."


@pytest.mark.parametrize("name", ATTRIBUTES)
@pytest.mark.parametrize("blank", [None, "", "  \n"])
def test_nothing_and_blanks_are_no_value(name: str, blank: object) -> None:
    assert coerce(MODEL, ATTRIBUTES[name], blank) is None


def test_a_code_list_names_only_its_first_values() -> None:
    model = model_of(
        "entity: thing\nattributes: {colour: {type: enum, enum: colour}}",
        f"enum: colour\nvalues: [{', '.join(f'c{n}' for n in range(20))}]",
    )
    problem = coerce(model, model.entity("thing").attributes["colour"], "x")
    assert problem.message.endswith("c10, c11, ….")


def test_a_phone_of_a_country_that_nobody_knows_shows_an_example_from_anywhere() -> None:
    model = model_of("entity: thing\nattributes: {phone: {type: phone}}", layer="layer: sn\nlevel: affiliate\n")
    problem = coerce(model, model.entity("thing").attributes["phone"], "12")
    assert "+44 121 234 5678" in problem.message


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.decimals()
    | st.binary(max_size=5)
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.times()
    | st.timedeltas()
    | st.sampled_from([given for _, given, *_ in [*READ, *REFUSED] if not isinstance(given, list)])
)
KEYS = st.sampled_from(["amount", "currency", "value", "unit", "start", "end", "latitude", "longitude", "name", "fr"])
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.integers(), inner, max_size=3)
)


@given(
    name=st.sampled_from(sorted(ATTRIBUTES)),
    value=ANYTHING,
    locale=st.none() | st.sampled_from(["fr", "ar-EG", "pl"]) | st.text(max_size=5),
)
def test_reading_never_raises_and_what_was_read_stays_as_it_is(name: str, value: object, locale: str | None) -> None:
    coerce_value = compile_coercion(MODEL, ATTRIBUTES[name])
    once = coerce_value(value, locale)
    if not isinstance(once, Problem):
        assert coerce_value(once, locale) == once


QUICK = ("string", "enum", "integer", "boolean", "date")
GIVEN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["red", " red ", "grey", "", " ", "true", "oui", "12", "2026-03-20", "2026-W12-5", "2026-13-40"]),
    st.dates().map(str),
)


@given(st.sampled_from(QUICK), GIVEN)
def test_the_quick_way_gives_what_the_general_one_gives(name: str, value: object) -> None:
    attribute = ATTRIBUTES[f"a_{name}"]
    try:
        general = None if is_blank(value) else reader(MODEL, attribute)(value, None)
    except Unreadable as refusal:
        general = as_problem(refusal, attribute.name, None)
    found = coerce(MODEL, attribute, value)
    blank_to_none = general if general != "" else None
    assert (type(found), found) == (type(blank_to_none), blank_to_none)


@pytest.mark.parametrize("name", ["a_string", "a_text", "a_email"])
@pytest.mark.parametrize("pile", ["\u0301\u0323", "\u0f73\u0f75", "\u0f81"])
def test_marks_without_end_on_one_letter_are_refused_before_they_cost_time(name: str, pile: str) -> None:
    began = time.process_time()
    refused = coerce(MODEL, ATTRIBUTES[name], "a" + pile * 100_000)
    assert isinstance(refused, Problem)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text", ["a" + "\u0301" * 30, "न\u093c\u0947" * 40, "\u0f40\u0f73" * 40, "e\u0301 " * 50])
def test_letters_with_the_marks_of_a_language_are_kept(text: str) -> None:
    kept = coerce(MODEL, ATTRIBUTES["a_string"], text)
    assert kept == unicodedata.normalize("NFC", text).strip()


def test_blanks_without_end_cost_no_time() -> None:
    began = time.process_time()
    assert coerce(MODEL, ATTRIBUTES["a_string"], f"é{' ' * 200_000}b") is not None
    assert isinstance(coerce(MODEL, ATTRIBUTES["a_geo"], f"1{' ' * 200_000}b"), Problem)
    assert time.process_time() - began < 1
