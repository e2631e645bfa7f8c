from pathlib import Path

import pytest

from sidra.access.admission import AdmissionRefused, read_admissions

GOOD = """
sn:
  second_factor_roles: [administrator]
  providers:
    company:
      label: {en: Company account, fr: Compte de l’entreprise}
      issuer: https://login.example/realms/sn
      client_id: sidra
      client_secret_environment: SN_SECRET
      creates_accounts: true
      roles: {claim: groups, values: {crm: [agent], crm-admins: [administrator]}}
pl:
  passwords: false
  providers:
    company: {label: {en: Company}, issuer: "http://127.0.0.1:8080", client_id: sidra}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "sign_in.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_ways_in_are_those_of_each_affiliate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = read_admissions(written(tmp_path, GOOD))
    monkeypatch.setenv("SN_SECRET", "hidden")
    assert found.of("sn").providers["company"].secret() == "hidden"
    assert found.of("sn").named_roles == {"administrator", "agent"}
    assert found.of("sn").demands_second_factor(frozenset({"administrator", "agent"}))
    assert not found.of("sn").demands_second_factor(frozenset({"agent"}))
    assert not found.of("pl").passwords
    assert found.of("eg").passwords
    assert read_admissions(None).of("sn").providers == {}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("client_secret_environment: SN_SECRET", "client_secret: abc", "never stands in YAML"),
        ("https://login.example/realms/sn", "http://login.example", "no https address"),
        ("https://login.example/realms/sn", "https://u:p@login.example", "no https address"),
        ("https://login.example/realms/sn", "https://login.example/?a=b", "no https address"),
        ("https://login.example/realms/sn", "nonsense", "no https address"),
        ("client_id: sidra\n      client_secret", "client: sidra\n      client_secret", "unknown field `client`"),
        ("creates_accounts: true", "creates_accounts: sometimes", "Expected `bool`"),
        ("creates_accounts: true", "algorithms: [none]", "Invalid enum value 'none'"),
        ("creates_accounts: true", "algorithms: [HS256]", "Invalid enum value 'HS256'"),
        ("creates_accounts: true", "algorithms: []", "`algorithms` is empty"),
        ("creates_accounts: true", "scopes: [profile]", "`openid` is missing"),
        ("crm: [agent]", "crm: [system]", "the role of the program"),
        ("label: {en: Company account, fr: Compte de l’entreprise}", "label: {}", "`label` is empty"),
        ("    company: {label: {en: Company}", "    Bad Name: {label: {en: Company}", "matching regex"),
        ("second_factor_roles: [administrator]", "second_factor_roles: administrator", "Expected `array`"),
        ("pl:\n  passwords: false\n", "pl:\n  passwords: false\n  providers: {}\nxx:\n", "nobody can come in"),
        ("sn:\n", "sn: [\n", "is no YAML"),
        ("sn:\n", "- sn\nx:\n", "is no YAML"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_let_in_by_it(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(AdmissionRefused) as caught:
        read_admissions(written(tmp_path, GOOD.replace(old, new)))
    assert reason in caught.value.reason
    assert "abc" not in caught.value.reason
    assert caught.value.hint


def test_two_providers_of_one_issuer_are_refused(tmp_path: Path) -> None:
    one = "{label: {en: X}, issuer: 'https://login.example', client_id: sidra}"
    with pytest.raises(AdmissionRefused, match="another provider has this issuer"):
        read_admissions(written(tmp_path, f"sn:\n  providers:\n    one: {one}\n    two: {one}\n"))


def test_a_file_that_is_named_and_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AdmissionRefused, match="cannot be read"):
        read_admissions(tmp_path / "none.yaml")
