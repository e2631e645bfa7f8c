"""Defaults of attributes and examples of types, against all that is demanded of a value."""

from dataclasses import replace
from pathlib import Path
from typing import Never

import pytest
from tests.metamodel.configurations import LANGUAGE, Found, expected, load_files

from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.model.built_in import PluginType, Types

TYPES = {
    "baseline/code.yaml": "type: code\nbase: string\npattern: '[A-Z]{3}'\nstrip: ' -'\ncase: upper\nexample: ABC\n",
    "baseline/short_code.yaml": "type: short_code\nbase: code\nmax_length: 2\n",
    "baseline/hue.yaml": "enum: hue\nvalues: {red: {}, grey: {hidden: true}}\n",
}


def attribute(text: str) -> dict[str, str]:
    return {**TYPES, "baseline/a.yaml": f"entity: a\nattributes:\n  x: {{{text}}}\n"}


def test_a_default_that_does_not_match_the_pattern_of_its_type(found: Found) -> None:
    assert found(attribute("type: code, default: A1")) == expected("""
        error[E415]: the default `A1` does not fit `pattern: [A-Z]{3}`
         --> baseline/a.yaml:3:28   (layer group)
        3 |   x: {type: code, default: A1}
          |                            ^^
          = declared here: baseline/code.yaml:3  (layer group)  pattern: '[A-Z]{3}'
          = help: give a value that fits
    """)


@pytest.mark.parametrize(
    ("text", "demand"),
    [
        ("type: string, pattern: 'a+', default: b", "pattern: a+"),
        ("type: string, min_length: 3, default: ab", "min_length: 3"),
        ("type: integer, min: 3, default: 2", "min: 3"),
        ("type: decimal, max: 1.5, default: 2", "max: 1.5"),
        ("type: date, min: 2026-01-01, default: 2025-12-31", "min: 2026-01-01"),
        ("type: duration, max: 2h, default: 1d", "max: 2h"),
        ("type: time, min: '08:00', default: '07:30'", "min: 08:00"),
        ("type: short_code, default: ABC", "max_length: 2"),
    ],
)
def test_each_demand_counts(found: Found, text: str, demand: str) -> None:
    assert f"does not fit `{demand}`" in found(attribute(text))


@pytest.mark.parametrize(
    "text",
    [
        "type: code, default: a-b c",
        "type: date, min: today, default: 2020-01-01",
        "type: integer, min: 1, max: 3, default: 3",
        "type: string, pattern: '(', default: b",
        "type: enum, enum: hue, default: red",
        "type: datetime, default: '2026-03-01T08:00'",
        "type: string, max_length: 2, default: {compute: \"'abc'\"}",
    ],
)
def test_what_fits_or_cannot_be_told(found: Found, text: str) -> None:
    assert "E415" not in found(attribute(text))


@pytest.mark.parametrize("base", ["datetime", "time", "duration", "date"])
def test_a_default_that_is_no_moment_at_all(found: Found, base: str) -> None:
    assert f"error[E415]: the default is no {base}" in found(attribute(f"type: {base}, default: soon"))


def test_a_default_that_is_offered_to_nobody(found: Found) -> None:
    assert "error[E402]: the default `grey` of `hue` is hidden" in found(
        attribute("type: enum, enum: hue, default: grey")
    )


def test_an_example_that_its_own_type_refuses(found: Found) -> None:
    told = found({"baseline/t.yaml": "type: t\nbase: string\npattern: '[0-9]+'\nexample: abc\n"})
    assert "error[E415]: the example `abc` does not fit `pattern: [0-9]+`" in told


@pytest.mark.parametrize(
    "text",
    [
        "type: date, min: 2026-01-02, max: 2026-01-01",
        "type: duration, min: 2h, max: 90min",
        "type: string, min_length: 3, max_length: 2",
    ],
)
def test_limits_that_no_value_fulfils(found: Found, text: str) -> None:
    assert "error[E414]: no value is at least" in found(attribute(text))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("type: string, max_length: 0", "from 1, not the number 0"),
        ("type: string, min_length: -1", "from 0, not the number -1"),
        ("type: decimal, scale: 13", "from 0 to 12, not the number 13"),
    ],
)
def test_limits_that_are_none(found: Found, text: str, form: str) -> None:
    assert f"must be a whole number {form}" in found(attribute(text))


def test_bounds_of_relations_and_types_count_too(found: Found) -> None:
    told = found(
        {
            "baseline/a.yaml": "entity: a\nrelations: {b: {to: a, many: true, min: 3, max: 2}}\n",
            "baseline/t.yaml": "type: t\nbase: integer\nmin: '2'\n",
        }
    )
    assert "error[E414]: no value is at least 3 and at most 2" in told
    assert "error[E414]: `min: 2` is no integer" in told


CHECKED = {
    "baseline/even.yaml": "type: even\nbase: integer\ncheck: value % 2 == 0\n",
    "baseline/half.yaml": "type: half\nbase: decimal\ncheck: value * 2 < 9.0\n",
    "baseline/spring.yaml": "type: spring\nbase: date\ncheck: value.getMonth() < 6\n",
    "baseline/tag.yaml": "type: tag\nbase: string\ncheck: [value.size() == 2, value != 'XX']\ncase: upper\n",
    "baseline/past.yaml": "type: past\nbase: date\ncheck: value < today\n",
    "baseline/small_tag.yaml": "type: small_tag\nbase: tag\n",
}


def test_a_default_that_the_check_of_its_type_refuses(found: Found) -> None:
    assert found({**CHECKED, **attribute("type: even, default: 3")}) == expected("""
        error[E415]: the default `3` does not fit `check: value % 2 == 0`
         --> baseline/a.yaml:3:28   (layer group)
        3 |   x: {type: even, default: 3}
          |                            ^
          = declared here: baseline/even.yaml:3  (layer group)  check: value % 2 == 0
          = help: give a value that fits
    """)


@pytest.mark.parametrize(
    "text",
    [
        "type: half, default: 4.5",
        "type: spring, default: 2026-08-01",
        "type: tag, default: xx",
        "type: tag, default: xyz",
        "type: small_tag, default: a",
    ],
)
def test_checks_of_all_types_count(found: Found, text: str) -> None:
    assert "does not fit `check: " in found({**CHECKED, **attribute(text)})


@pytest.mark.parametrize(
    "text",
    [
        "type: even, default: 4",
        "type: half, default: 4.4",
        "type: spring, default: 2026-03-01",
        "type: small_tag, default: ab",
        "type: past, default: 2999-01-01",
        "type: broken, default: abc",
    ],
)
def test_what_checks_accept_or_cannot_tell(found: Found, text: str) -> None:
    broken = {"baseline/broken.yaml": "type: broken\nbase: string\ncheck: value.size( == 2\n"}
    assert "E415" not in found({**CHECKED, **broken, **attribute(text)})


@pytest.mark.parametrize("text", ["type: even, default: 3.5", "type: even, default: .inf", "type: half, default: .nan"])
def test_a_number_of_another_sort(found: Found, text: str) -> None:
    assert "E415" in found({**CHECKED, **attribute(text)}) or "E009" in found({**CHECKED, **attribute(text)})


def test_an_example_that_its_own_check_refuses(found: Found) -> None:
    files = {"baseline/tag.yaml": "type: tag\nbase: string\ncheck: value.size() == 2\nexample: ABC\n"}
    assert "the example `ABC` does not fit `check: value.size() == 2`" in found(files)


class Failing(SidraError):
    """What a plugin's code is turned into that raises."""


def failing(_value: object) -> Never:
    raise Failing("the plugin `sn` failed in `ninea`", hint="tell the operator")


PLUGINS = Types(
    [
        PluginType(name="ninea", doc="", base="string", normalise=str.upper, check=lambda value: str(value) == "SN1"),
        PluginType(name="lost", doc="", base="string", check=failing),
        PluginType(name="unread", doc="", base="string", normalise=failing),
    ]
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type: ninea, default: sn1", None),
        ("type: ninea, default: sn2", "the default `SN2` does not fit `type: ninea`"),
        ("type: lost, default: a", "the default `a` does not fit `type: lost`"),
        ("type: unread, default: a", "the default `a` cannot be read: the plugin `sn` failed in `ninea`"),
    ],
)
def test_types_of_plugins_count(tmp_path: Path, text: str, message: str | None) -> None:
    language = replace(LANGUAGE, types=PLUGINS)
    found = load_files(tmp_path, attribute(text), language).diagnostics
    assert [one.message for one in found] == ([message] if message else [])
