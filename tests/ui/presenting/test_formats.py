import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from sidra_metamodel.values import Money, Period
from sidra_ui.presenting.formats import Formats, fold, phone

NOW = datetime.datetime(2026, 11, 23, 10, 0, tzinfo=datetime.UTC)


def formats(tag: str, zone: str = "UTC", currency: str = "XOF") -> Formats:
    return Formats(tag, ZoneInfo(zone), currency, NOW)


def plain(text: str) -> str:
    """The text with ordinary spaces and without marks of direction."""
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u200f", "").replace("\u200e", "")


@pytest.mark.parametrize(
    ("tag", "number", "share", "day"),
    [
        ("fr-SN", "1 234 567", "70,5 %", "23 nov. 2026"),
        ("pl-PL", "1 234 567", "70,5%", "23 lis 2026"),
        ("ar-EG", "١٬٢٣٤٬٥٦٧", "٧٠٫٥%", "٢٣/١١/٢٠٢٦"),
        ("en-SN", "1,234,567", "70.5%", "23 Nov 2026"),
    ],
)
def test_values_are_written_as_people_there_write_them(tag: str, number: str, share: str, day: str) -> None:
    written = formats(tag)
    assert plain(written.number(1234567)) == number
    assert plain(written.percent(Decimal("70.5"))).replace("٪", "%") == share
    assert plain(written.date(NOW.date())) == day


@pytest.mark.parametrize(
    ("tag", "amount", "whole"),
    [
        ("fr-SN", Money(Decimal("12500.5"), "XOF"), "12 500 F CFA"),
        ("pl-PL", Money(Decimal("12.5"), "PLN"), "12,50 zł"),
        ("ar-EG", Money(Decimal("12.5"), "EGP"), "١٢٫٥٠ ج.م."),
    ],
)
def test_amounts_have_the_places_and_the_sign_of_their_currency(tag: str, amount: Money, whole: str) -> None:
    written = formats(tag)
    assert plain(written.money(amount)) == whole
    assert plain(written.amount(amount)) in whole


def test_moments_are_told_in_the_zone_of_the_affiliate() -> None:
    assert "12:00" in formats("fr-SN", "Africa/Cairo").moment(NOW)
    assert formats("fr-SN", "Pacific/Auckland").day(NOW.replace(hour=23)) == datetime.date(2026, 11, 24)


def test_near_moments_are_told_by_distance_and_far_ones_by_day() -> None:
    written = formats("fr-SN")
    assert plain(written.ago(NOW - datetime.timedelta(hours=3))) == "il y a 3 heures"
    assert plain(written.ago(NOW + datetime.timedelta(hours=3))) == "dans 3 heures"
    assert plain(written.ago(NOW - datetime.timedelta(days=40))) == "14 oct. 2026"


def test_open_end_of_a_period_is_an_ellipsis() -> None:
    assert plain(formats("fr-SN").period(Period(NOW, None))) == "23 nov. 2026 – …"


@pytest.mark.parametrize(("kept", "shown"), [("+221771234567", "+221 77 123 45 67"), ("ask Awa", "ask Awa"), ("", "")])
def test_telephone_numbers_are_grouped_and_other_text_stays(kept: str, shown: str) -> None:
    assert phone(kept) == shown


@pytest.mark.parametrize(("tag", "name"), [("fr-SN", "Sénégal"), ("pl-PL", "Senegal"), ("ar-EG", "السنغال")])
def test_countries_are_called_by_their_names(tag: str, name: str) -> None:
    assert formats(tag).country("SN") == name
    assert formats(tag).country("QX") == "QX"


@pytest.mark.parametrize("tag", ["fr-SN", "ar-EG", "pl-PL", "en"])
def test_countries_to_choose_from_are_states_in_the_order_of_their_names(tag: str) -> None:
    found = formats(tag).countries()
    codes = [code for code, _ in found]
    assert {"SN", "EG", "PL", "FR"} <= set(codes)
    assert not {"EU", "UN", "ZZ", "001"} & set(codes)
    assert [fold(name) for _, name in found] == sorted(fold(name) for _, name in found)


def test_units_take_the_digits_of_the_place() -> None:
    assert formats("ar-EG").native("/ 100") == "/ ١٠٠"
    assert formats("fr-SN").native("/ 100") == "/ 100"
