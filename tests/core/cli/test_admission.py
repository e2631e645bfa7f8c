import json
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner, Result
from tests.core.cli.test_accounts import FILES, PASSWORD
from tests.identity_provider import CLIENT, SECRET, running_provider
from tests.metamodel.configurations import write

from sidra.cli import main
from sidra.cli.opening import open_gate
from sidra.errors import SidraError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in {"BASELINE": "baseline", "AFFILIATES": "affiliates/*", "HOME": "var"}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    monkeypatch.delenv("SIDRA_PLUGINS", raising=False)
    write(tmp_path, FILES)
    open_gate("sn").entrance.accounts.create("awa", "Awa", PASSWORD, ["agent"])
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_an_account_that_was_guessed_at_is_unlocked(home: Path) -> None:
    accounts = open_gate("sn").entrance.accounts
    for _ in range(6):
        with pytest.raises(SidraError):
            accounts.sign_in("awa", "wrong horse", address="192.0.2.1")
    assert run("user", "unlock", "sn", "awa").output == "awa may try to sign in to sn again.\n"
    assert accounts.sign_in("awa", PASSWORD, address="192.0.2.1").login == "awa"
    assert "there is no such account" in run("user", "unlock", "sn", "nobody").output


def test_sessions_are_listed_and_ended_one_by_one_and_together(home: Path) -> None:
    entrance = open_gate("sn").entrance
    tokens = [entrance.sign_in("awa", PASSWORD, address="192.0.2.1").token for _ in range(3)]
    listed = json.loads(run("user", "sessions", "sn", "awa", "--json").output)
    assert len(listed) == 3
    assert run("user", "end-sessions", "sn", "awa", "--id", listed[0]["id"]).output == "1 sessions of awa ended.\n"
    again = run("user", "end-sessions", "sn", "awa", "--id", listed[0]["id"])
    assert (again.exit_code, "no session of `awa` has this id" in again.output) == (2, True)
    assert run("user", "end-sessions", "sn", "awa").output == "2 sessions of awa ended.\n"
    assert [entrance.person(token) for token in tokens] == [None] * 3


def test_a_second_factor_that_was_lost_is_taken_away(home: Path) -> None:
    entrance = open_gate("sn").entrance
    account = entrance.accounts.existing("awa")
    assert run("user", "reset-second-factor", "sn", "awa").output == "awa had no second factor; 0 sessions ended.\n"
    program = pyotp.TOTP(entrance.codes.offer(account.id, "awa").secret)
    entrance.codes.confirm(account.id, program.now(), by=account.actor("sn"), address="192.0.2.1")
    output = run("user", "reset-second-factor", "sn", "awa").output
    assert output == "awa has no second factor any more; 0 sessions ended.\n"
    assert not entrance.codes.is_on(account.id)


def declared(home: Path, monkeypatch: pytest.MonkeyPatch, issuer: str, role: str = "agent") -> None:
    monkeypatch.setenv("SIDRA_SIGN_IN", "sign_in.yaml")
    monkeypatch.setenv("COMPANY", SECRET)
    provider = f"label: {{en: Company}}, issuer: '{issuer}', client_id: {CLIENT}, client_secret_environment: COMPANY"
    roles = f"roles: {{claim: groups, values: {{crm: [{role}]}}}}"
    text = f"sn:\n  providers:\n    company: {{{provider}, {roles}}}\n"
    (home / "sign_in.yaml").write_text(text, encoding="utf-8")


def test_a_provider_is_asked_before_anybody_needs_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("provider", "check", "sn").output == "No identity provider is declared for sn.\n"
    with running_provider() as there:
        declared(home, monkeypatch, there.issuer)
        told = run("provider", "check", "sn").output
        assert told == (
            f"company: {there.issuer} answers; register https://<your host>/sn/sign-in/company/back there.\n"
        )
        there.behave("description")
        assert "`company` cannot be used: another issuer" in run("provider", "check", "sn").output
        declared(home, monkeypatch, there.issuer, "nobody")
        assert "no role `nobody` in `sn`" in run("provider", "check", "sn").output
    declared(home, monkeypatch, "http://127.0.0.1:1")
    assert "`company` cannot be used: ConnectError" in run("provider", "check", "sn").output


def test_a_file_of_the_ways_in_that_is_wrong_stops_every_way_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declared(home, monkeypatch, "http://login.example")
    told = run("user", "list", "sn")
    assert (told.exit_code, "error[R070]" in told.output) == (3, True)
