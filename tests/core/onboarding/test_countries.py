import zoneinfo

from hypothesis import given
from hypothesis import strategies as st

from sidra.onboarding.countries import DAYS, country
from sidra.vocabularies import vocabularies

VOCABULARIES = {one.name: one.values for one in vocabularies()}
CODES = sorted(VOCABULARIES["country"])


def test_jordan_is_as_unicode_has_it() -> None:
    jordan = country("JO")
    assert jordan.names == {"ar": "الأردن", "en": "Jordan"}
    assert (jordan.locales, jordan.currency, jordan.time_zone) == (("ar", "en"), "JOD", "Asia/Amman")
    assert jordan.working_days == ("sun", "mon", "tue", "wed", "thu")


def test_a_weekend_of_one_day_leaves_six_days_of_work() -> None:
    assert country("IN").working_days == ("mon", "tue", "wed", "thu", "fri", "sat")
    assert country("IR").working_days == ("sat", "sun", "mon", "tue", "wed", "thu")


@given(st.sampled_from(CODES))
def test_what_is_offered_is_what_layers_may_say(code: str) -> None:
    found = country(code)
    assert set(found.locales) <= set(VOCABULARIES["locale"])
    assert found.currency in {*VOCABULARIES["currency"], ""}
    assert zoneinfo.ZoneInfo(found.time_zone).key == found.time_zone
    assert set(found.working_days) <= set(DAYS)
    assert found.working_days
