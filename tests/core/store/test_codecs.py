from __future__ import annotations

import datetime
import json
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.store.codecs import Codec, codec_of, encode_datetime, scaled
from sidra_metamodel.values import Money, Period

INSTANTS = st.datetimes(timezones=st.just(datetime.UTC))
MONEY = st.decimals(places=4, min_value=-(10**14), max_value=10**14)

VALUES: dict[str, st.SearchStrategy[object]] = {
    "string": st.text(),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "decimal": MONEY,
    "money": st.builds(Money, MONEY, st.sampled_from(["XOF", "PLN"])),
    "date": st.dates(),
    "datetime": INSTANTS,
    "duration": st.timedeltas(),
    "time": st.times().map(lambda time: time.replace(microsecond=0)),
    "period": st.builds(Period, INSTANTS | st.none(), INSTANTS),
    "json": st.recursive(
        st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    ).filter(lambda value: value is not None),
    "id": st.uuids().map(str),
}


def back(codec: Codec, cells: tuple[object, ...]) -> object:
    return codec.decode(*cells) if codec.decode else cells[0]


@given(st.data())
def test_a_value_comes_back_as_it_went_in(data: st.DataObject) -> None:
    base = data.draw(st.sampled_from(sorted(VALUES)))
    value = data.draw(VALUES[base])
    codec = codec_of(base)
    cells = codec.encode(value)
    assert len(cells) == len(codec.columns)
    assert back(codec, cells) == value
    shown = codec.json(*cells) if codec.json else cells[0]
    json.loads(orjson.dumps(shown))


def test_json_has_numbers_where_people_expect_them() -> None:
    decimal, money = codec_of("decimal", 2), codec_of("money")
    assert decimal.json is not None
    assert money.json is not None
    assert [decimal.json(number) for number in (1200, 1250)] == [12, 12.5]
    assert money.json(125000, "XOF") == {"unit": "XOF", "value": 12.5}
    assert money.json(120000, "XOF") == {"unit": "XOF", "value": 12}
    period = codec_of("period")
    assert period.json is not None
    assert period.decode is not None
    assert period.json(None, None) is None
    assert period.decode(None, None) is None


def test_what_a_column_cannot_hold_is_an_error() -> None:
    with pytest.raises(OverflowError):
        scaled(Decimal(10) ** 18, 4)
    with pytest.raises(ValueError, match="time zone"):
        encode_datetime(datetime.datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake itself
    with pytest.raises(ValueError, match="no id"):
        codec_of("id").encode("00")
    with pytest.raises(KeyError):
        codec_of("nonsense")
    with pytest.raises(TypeError):
        codec_of("json").encode({"a": object()})


def test_decimals_inside_json_are_numbers_and_localised_values_are_json() -> None:
    assert codec_of("json").encode({"a": Decimal("1.5")}) == ('{"a":1.5}',)
    assert codec_of("string", localised=True).encode({"fr": "a"}) == ('{"fr":"a"}',)
    assert scaled(Decimal("0.00005"), 4) == 0
    assert scaled(Decimal("0.00015"), 4) == 2


def test_plain_values_pass_as_they_are() -> None:
    assert codec_of("string").is_plain
    assert not codec_of("date").is_plain
