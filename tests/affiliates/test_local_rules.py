"""What the countries' own rules say of records, on the affiliates as they are shipped."""

from pathlib import Path
from typing import Any

import pytest
from tests.baseline.configurations import ROOT, loaded, model_of, shipped

from sidra.access.actor import system_actor
from sidra.access.grants import compile_access
from sidra.errors import Invalid
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store

PESEL = "44051401359"
CAIRO_1988 = "28801010101237"


def records_of(affiliate: str, folder: Path) -> Records:
    model = model_of(loaded(shipped([ROOT / "affiliates" / affiliate]), affiliate))
    return Runtime(model, Store.open(folder / f"{affiliate}.db")).records(system_actor("test", affiliate=affiliate))


def person(records: Records, **values: Any) -> Record:  # noqa: ANN401 - values of any attribute
    return records.create("individual", {"given_name": "Awa", "family_name": "Ndiaye", **values})


def refusals(records: Records, entity: str, values: dict[str, Any]) -> set[str]:
    with pytest.raises(Invalid) as caught:
        records.create(entity, values)
    return {problem.path for problem in caught.value.problems if problem.severity == "error"}


@pytest.mark.parametrize(
    ("affiliate", "medium", "summary"),
    [
        ("sn", {"medium_type": "email", "email_address": "awa@mail.example"}, "awa@mail.example"),
        ("sn", {"medium_type": "mobile", "phone_number": "+221771234567"}, "+221771234567"),
        ("sn", {"medium_type": "postal_address", "street1": "1 Rue Faure", "city": "Dakar"}, "1 Rue Faure, Dakar"),
        ("eg", {"medium_type": "postal_address", "street1": "شارع الجيش", "city": "أسيوط"}, "شارع الجيش، أسيوط"),
    ],
)
def test_a_contact_medium_is_told_in_one_line(
    tmp_path: Path, affiliate: str, medium: dict[str, str], summary: str
) -> None:
    kept = person(records_of(affiliate, tmp_path), contact_media=[medium])
    assert [each["summary"] for each in kept["contact_media"]] == [summary]


def test_poland_takes_a_pesel_that_fits_the_birth_date(tmp_path: Path) -> None:
    records = records_of("pl", tmp_path)
    assert person(records, national_number=PESEL, birth_date="1944-05-14")["national_number"]
    bad = {"given_name": "A", "family_name": "B", "birth_date": "1944-05-15", "national_number": PESEL}
    assert refusals(records, "individual", bad) == {"national_number"}
    assert refusals(records, "individual", {**bad, "national_number": "44051401358"}) == {"national_number"}


def test_poland_takes_a_nip_with_its_check_digit(tmp_path: Path) -> None:
    records = records_of("pl", tmp_path)
    assert (
        records.create("organization", {"trading_name": "A", "x_pl_nip": "526-025-02-74"})["x_pl_nip"] == "5260250274"
    )
    assert refusals(records, "organization", {"trading_name": "B", "x_pl_nip": "526-025-02-75"}) == {"x_pl_nip"}


def test_poland_writes_postal_codes_with_a_dash(tmp_path: Path) -> None:
    records = records_of("pl", tmp_path)
    address = {"medium_type": "postal_address", "city": "Warszawa", "street1": "ul. Długa 1"}
    assert person(records, contact_media=[{**address, "post_code": "00-950"}])
    bad = {"given_name": "A", "family_name": "B", "contact_media": [{**address, "post_code": "00950"}]}
    assert refusals(records, "individual", bad) == {"contact_media[0].post_code"}


def test_poland_keeps_with_a_consent_where_it_was_given(tmp_path: Path) -> None:
    records = records_of("pl", tmp_path)
    given = {"purpose": "marketing", "channel": "sms", "text_version": "RODO 2025-1", "party": person(records).id}
    assert records.create("consent", {**given, "source": "shop"})["status"] == "given"
    assert refusals(records, "consent", given) == {"source"}


def test_egypt_reads_birth_date_and_governorate_from_the_number(tmp_path: Path) -> None:
    records = records_of("eg", tmp_path)
    kept = person(records, national_number=CAIRO_1988, birth_date="1988-01-01")
    assert kept["x_eg_governorate"] == "01"
    bad = {"given_name": "A", "family_name": "B", "birth_date": "1988-01-02", "national_number": CAIRO_1988}
    assert refusals(records, "individual", bad) == {"national_number"}
    assert refusals(records, "individual", {**bad, "birth_date": None, "national_number": "28801010501237"}) == {
        "national_number"
    }


def test_egypt_lets_agents_enter_the_birth_date_that_the_number_begins_with(tmp_path: Path) -> None:
    records = records_of("eg", tmp_path)
    assert person(records, national_number=CAIRO_1988)["birth_date"] is None, "agents may not read the number"
    access = compile_access(records.runtime.model, ["agent"]).entity("individual")
    assert access.may_set("birth_date", creating=True)
    assert access.level("birth_date") == "edit"


def test_egypt_only_warns_of_a_check_digit_whose_weights_are_not_official(tmp_path: Path) -> None:
    records = records_of("eg", tmp_path)
    assert person(records, national_number=CAIRO_1988[:-1] + "0", birth_date="1988-01-01")


def test_egypt_shows_names_of_four_parts(tmp_path: Path) -> None:
    records = records_of("eg", tmp_path)
    named = {"given_name": "أحمد", "x_eg_father_name": "محمود", "x_eg_grandfather_name": "علي", "family_name": "حسن"}
    assert records.create("individual", named)["display_name"] == "أحمد محمود علي حسن"
    assert person(records)["display_name"] == "Awa Ndiaye"


def test_senegal_brings_a_ninea_to_one_form(tmp_path: Path) -> None:
    records = records_of("sn", tmp_path)
    kept = records.create("organization", {"trading_name": "Teranga", "x_sn_ninea": "5150742 2c3"})
    assert kept["x_sn_ninea"] == "0051507422C3"
    assert refusals(records, "organization", {"trading_name": "B", "x_sn_ninea": "51"}) == {"x_sn_ninea"}


def test_senegal_verifies_a_company_only_with_its_ninea(tmp_path: Path) -> None:
    records = records_of("sn", tmp_path)
    company = records.create("organization", {"trading_name": "Teranga"})
    with pytest.raises(Invalid):
        records.transition("organization", company.id, "validate")
    records.update("organization", company.id, {"x_sn_ninea": "005150742"})
    assert records.transition("organization", company.id, "validate")["status"] == "validated"


def test_senegal_activates_a_wallet_only_with_its_number(tmp_path: Path) -> None:
    records = records_of("sn", tmp_path)
    wallet = records.create("product", {"name": "Meridian Money", "category": "wallet"})
    with pytest.raises(Invalid):
        records.transition("product", wallet.id, "activate")
    records.update("product", wallet.id, {"x_sn_wallet_number": "+221771234567"})
    assert records.transition("product", wallet.id, "activate")["status"] == "active"
