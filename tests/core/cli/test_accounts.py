from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.metamodel.configurations import write

from sidra.access.entrance import Entrance
from sidra.cli import main
from sidra.cli.opening import open_runtime

PASSWORD = "correct horse battery"
FILES = {
    "baseline/individual.yaml": "entity: individual\nattributes:\n  given_name: {type: string}\n",
    "baseline/agent.yaml": "role: agent\nmay:\n  individual: {do: [read]}\n",
    "affiliates/sn/individual.yaml": "entity: individual\nattributes:\n  given_name: {max_length: 40, $why: Law}\n",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in {"BASELINE": "baseline", "AFFILIATES": "affiliates/*", "HOME": "var"}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    monkeypatch.delenv("SIDRA_PLUGINS", raising=False)
    write(tmp_path, FILES)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def entrance() -> Entrance:
    return Entrance.of("sn", open_runtime("sn").store)


def add(login: str = "awa") -> Result:
    return run("user", "add", "sn", login, "--name", "Awa Ndiaye", "--role", "agent", "--password", PASSWORD)


def test_a_token_stands_on_the_last_line_and_acts_in_its_role(home: Path) -> None:
    result = run("token", "sn", "agent", "--name", "Billing", "--unit", "dakar")
    assert result.exit_code == 0, result.output
    actor = entrance().client(result.output.splitlines()[-1])
    assert actor is not None
    assert (actor.name, actor.roles, actor.units) == ("token:Billing", frozenset({"agent"}), ("dakar",))


def test_a_role_that_is_none_gets_no_token_and_the_roles_are_told(home: Path) -> None:
    result = run("token", "sn", "nobody")
    assert (result.exit_code, result.output) == (
        1,
        "error[R404]: no role `nobody` in `sn`\n  = help: there are: agent\n",
    )


def test_an_affiliate_that_is_none_is_told_with_those_that_are(home: Path) -> None:
    result = run("token", "zz", "agent")
    assert result.exit_code == 1
    assert result.output.startswith("error[R404]: no affiliate `zz`")
    assert "sn" in result.output


def test_an_account_is_added_listed_and_signs_in(home: Path) -> None:
    assert (add().exit_code, add("fatou").exit_code) == (0, 0)
    assert run("user", "list", "sn").output.splitlines() == [
        "awa\tAwa Ndiaye\tagent\tactive",
        "fatou\tAwa Ndiaye\tagent\tactive",
    ]
    assert entrance().sign_in("awa", PASSWORD, address="127.0.0.1").actor.name == "Awa Ndiaye"


def test_a_login_is_given_once(home: Path) -> None:
    add()
    again = add()
    assert again.exit_code == 1
    assert again.output.startswith("error[R410]: the login is taken")


def test_a_disabled_account_is_out_with_all_its_sessions(home: Path) -> None:
    add()
    token = entrance().sign_in("awa", PASSWORD, address="127.0.0.1").token
    assert run("user", "disable", "sn", "awa").output == "awa is shut out of sn; 1 sessions ended.\n"
    assert entrance().person(token) is None
    assert run("user", "list", "sn").output == "awa\tAwa Ndiaye\tagent\tdisabled\n"


def test_a_new_password_ends_what_was_opened_with_the_old_one(home: Path) -> None:
    add()
    token = entrance().sign_in("awa", PASSWORD, address="127.0.0.1").token
    assert run("user", "password", "sn", "awa", "--password", "another long sentence").exit_code == 0
    assert entrance().person(token) is None
    assert entrance().sign_in("awa", "another long sentence", address="127.0.0.1").token


def test_an_account_that_is_none_is_told(home: Path) -> None:
    for words in (("disable", "sn", "nobody"), ("password", "sn", "nobody", "--password", PASSWORD)):
        assert run("user", *words).output.startswith("error[R404]: there is no such account")
