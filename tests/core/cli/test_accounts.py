import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.metamodel.configurations import write

from sidra.access.actor import system_actor
from sidra.access.entrance import Entrance
from sidra.cli import main
from sidra.cli.opening import open_gate, open_runtime

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
    return open_gate("sn").entrance


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
        2,
        "error[R404]: no role `nobody` in `sn`\n  = help: there are: agent\n",
    )


UNITS = "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\nunits:\n  dakar: {kind: region}\n"


@pytest.mark.parametrize(
    "words",
    [
        ("token", "sn", "agent", "--unit", "dakkar"),
        ("user", "add", "sn", "ada", "--name", "A", "--role", "agent", "--password", PASSWORD, "--unit", "dakkar"),
        ("user", "roles", "sn", "awa", "--role", "agent", "--unit", "dakkar"),
    ],
)
def test_a_unit_that_is_none_is_given_to_nobody(home: Path, words: tuple[str, ...]) -> None:
    (home / "affiliates/sn/layer.yaml").write_text(UNITS, encoding="utf-8")
    add()
    told = run(*words)
    assert (told.exit_code, told.output.splitlines()[:1]) == (2, ["error[R404]: no unit `dakkar` in `sn`"])
    assert "did you mean `dakar`?" in told.output
    right = [word.replace("dakkar", "dakar") for word in words]
    assert run(*right).exit_code == 0


def test_an_affiliate_that_is_none_is_told_with_those_that_are(home: Path) -> None:
    result = run("token", "zz", "agent")
    assert result.exit_code == 2
    assert result.output.startswith("error[R404]: no affiliate `zz`")
    assert "sn" in result.output


def test_an_account_is_added_listed_and_signs_in(home: Path) -> None:
    assert (add().exit_code, add("fatou").exit_code) == (0, 0)
    assert run("user", "list", "sn").output.splitlines() == [
        "awa\tAwa Ndiaye\tagent\t\tactive",
        "fatou\tAwa Ndiaye\tagent\t\tactive",
    ]
    assert entrance().sign_in("awa", PASSWORD, address="127.0.0.1").actor.name == "Awa Ndiaye"


@pytest.mark.parametrize("words", [("add", "sn", "awa", "--name", "Awa", "--role", "agent"), ("password", "sn", "awa")])
def test_without_a_terminal_a_password_is_not_asked_for(home: Path, words: tuple[str, ...]) -> None:
    add()
    command = [sys.executable, "-c", "from sidra.cli import main; main()", "user", *words]
    asked = subprocess.run(
        command, input=PASSWORD, capture_output=True, text=True, start_new_session=True, timeout=180, check=False
    )
    assert (asked.returncode, asked.stdout) == (2, "")
    assert asked.stderr.endswith("There is no terminal to ask for the password at: give it with --password.\n")
    assert "Warning" not in asked.stderr


def test_a_password_is_asked_for_twice(home: Path) -> None:
    words = ["user", "add", "sn", "awa", "--name", "Awa", "--role", "agent"]
    assert CliRunner().invoke(main, words, input=f"{PASSWORD}\n{PASSWORD}\n").exit_code == 0
    assert entrance().sign_in("awa", PASSWORD, address="127.0.0.1").actor.name == "Awa"


def test_a_login_is_given_once(home: Path) -> None:
    add()
    again = add()
    assert again.exit_code == 3
    assert again.output.startswith("error[R410]: the login is taken")


def test_a_disabled_account_is_out_with_all_its_sessions(home: Path) -> None:
    add()
    token = entrance().sign_in("awa", PASSWORD, address="127.0.0.1").token
    assert run("user", "disable", "sn", "awa").output == "awa is shut out of sn; 1 sessions ended.\n"
    assert entrance().person(token) is None
    assert run("user", "list", "sn").output == "awa\tAwa Ndiaye\tagent\t\tdisabled\n"


def test_a_new_password_ends_what_was_opened_with_the_old_one(home: Path) -> None:
    add()
    token = entrance().sign_in("awa", PASSWORD, address="127.0.0.1").token
    assert run("user", "password", "sn", "awa", "--password", "another long sentence").exit_code == 0
    assert entrance().person(token) is None
    assert entrance().sign_in("awa", "another long sentence", address="127.0.0.1").token


def test_an_account_that_is_none_is_told(home: Path) -> None:
    for words in (("disable", "sn", "nobody"), ("password", "sn", "nobody", "--password", PASSWORD)):
        assert run("user", *words).output.startswith("error[R404]: there is no such account")


def test_tokens_are_listed_and_one_is_revoked_by_its_id(home: Path) -> None:
    kept = run("token", "sn", "agent", "--name", "Till").output.splitlines()[-1]
    lost = run("token", "issue", "sn", "agent", "--name", "Billing").output.splitlines()[-1]
    listed = [line.split("\t") for line in run("token", "list", "sn").output.splitlines()]
    assert [(name, role, state) for _, name, role, _, state in listed] == [
        ("Till", "agent", "valid"),
        ("Billing", "agent", "valid"),
    ]
    assert run("token", "revoke", "sn", listed[1][0]).output == f"The token {listed[1][0]} of sn is revoked.\n"
    assert entrance().client(lost) is None
    assert entrance().client(kept) is not None
    assert [line.split("\t")[-1] for line in run("token", "list", "sn").output.splitlines()] == ["valid", "revoked"]


@pytest.mark.parametrize("token_id", ["x", "00000000-0000-7000-8000-000000000000"])
def test_an_id_that_is_none_revokes_nothing_and_says_so(home: Path, token_id: str) -> None:
    result = run("token", "revoke", "sn", token_id)
    assert result.exit_code == 2
    assert result.output.startswith("error[R404]: no token of `sn`")


def test_options_may_stand_before_the_affiliate_of_a_new_token(home: Path) -> None:
    assert run("token", "--name", "Till", "sn", "agent").exit_code == 0
    assert run("token", "list", "sn").output.split("\t")[1] == "Till"


def test_words_that_make_no_command_are_told(home: Path) -> None:
    assert run("token", "sn").exit_code == 2
    assert run("token").exit_code == 2
    assert "revoke" in run("token", "--help").output


def test_who_gets_in_is_changed_without_touching_records_or_other_affiliates(home: Path) -> None:
    write(home, {**FILES, "affiliates/pl/layer.yaml": "layer: pl\nlevel: affiliate\nprefix: pl\ntiers: [core]\n"})
    assert (run("token", "sn", "agent").exit_code, add().exit_code) == (0, 0)
    assert [file.name for file in (home / "var").glob("*.db")] == ["sn.db"]
    with closing(sqlite3.connect(home / "var/sn.db")) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert {name.partition("_")[0] for name in tables} == {"access", "audit", "record"}
    assert "record_history" in tables


def test_the_database_of_a_new_affiliate_is_served_after_its_first_token(home: Path) -> None:
    text = run("token", "sn", "agent").output.splitlines()[-1]
    runtime = open_runtime("sn")
    assert Entrance.of("sn", runtime.store).client(text) is not None
    assert runtime.records(system_actor("test")).create("individual", {"given_name": "Awa"})["given_name"] == "Awa"


def test_somebody_is_shut_out_although_the_files_are_broken(home: Path) -> None:
    add()
    write(home, {"affiliates/sn/individual.yaml": "entity: individual\nattributes:\n  given_nam: {hidden: true}\n"})
    assert run("user", "disable", "sn", "awa").exit_code == 0
    result = run("token", "sn", "agent")
    assert (result.exit_code, result.output.splitlines()[0]) == (
        3,
        "error[E101]: `sn` is not served: no `given_nam` in `attributes`",
    )


def test_a_database_of_another_version_is_left_as_it_is(home: Path) -> None:
    add()
    with closing(sqlite3.connect(home / "var/sn.db")) as database:
        database.execute("ALTER TABLE access_token DROP COLUMN units")
    result = run("token", "list", "sn")
    assert result.exit_code == 4
    assert result.output.startswith("error[R002]: the database ")
    assert "start `sidra serve` once" in result.output


def test_an_account_that_was_shut_out_is_let_in_again(home: Path) -> None:
    add()
    run("user", "disable", "sn", "awa")
    assert run("user", "enable", "sn", "awa").output == "awa may sign in to sn again.\n"
    assert entrance().accounts.sign_in("awa", PASSWORD, address="10.0.0.1").login == "awa"
    assert run("user", "enable", "sn", "nobody").exit_code == 2


def test_roles_and_units_are_given_instead_of_those_that_were(home: Path) -> None:
    add()
    told = run("user", "roles", "sn", "awa", "--role", "agent", "--unit", "thies")
    assert told.output == "awa has the roles agent and the units thies in sn.\n"
    assert run("user", "list", "sn").output == "awa\tAwa Ndiaye\tagent\tthies\tactive\n"
    assert "no role `boss`" in run("user", "roles", "sn", "awa", "--role", "boss").output
    assert run("user", "roles", "sn", "nobody", "--role", "agent").exit_code == 2
    assert "and no unit in sn" in run("user", "roles", "sn", "awa", "--role", "agent").output


def test_a_language_is_one_of_the_affiliate_or_its_first(home: Path) -> None:
    layer = "layer: sn\nlevel: affiliate\nprefix: sn\nlocales: [fr, ar]\n"
    (home / "affiliates/sn/layer.yaml").write_text(layer, encoding="utf-8")
    assert add().exit_code == 0
    words = ("--name", "Fatou", "--role", "agent", "--password", PASSWORD)
    assert run("user", "add", "sn", "fatou", *words, "--locale", "en").exit_code == 0
    refused = run("user", "add", "sn", "moussa", *words, "--locale", "xx")
    assert (refused.exit_code, refused.output) == (
        2,
        "error[R404]: no language `xx` in `sn`\n  = help: there are: fr, ar, en\n",
    )
    listed = json.loads(run("user", "list", "sn", "--json").output)
    assert [(one["login"], one["locale"], one["roles"], one["state"]) for one in listed] == [
        ("awa", "fr", ["agent"], "active"),
        ("fatou", "en", ["agent"], "active"),
    ]


def test_tokens_are_listed_as_json(home: Path) -> None:
    run("token", "sn", "agent", "--name", "Till")
    (one,) = json.loads(run("token", "list", "sn", "--json").output)
    assert (one["name"], one["role"], one["state"], sorted(one)) == (
        "Till",
        "agent",
        "valid",
        ["id", "last_day", "name", "role", "state"],
    )
