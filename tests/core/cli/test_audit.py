import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.metamodel.configurations import write

from sidra.access.actor import system_actor
from sidra.cli import main
from sidra.cli.opening import open_runtime

PASSWORD = "correct horse battery"
FILES = {
    "baseline/individual.yaml": "entity: individual\nhistory: true\n"
    "attributes:\n  given_name: {type: string, pii: [identity]}\n",
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


@pytest.fixture
def person(home: Path) -> str:
    """The id of a person whose record was made and changed, by somebody with an account."""
    added = run("user", "add", "sn", "awa", "--name", "Awa Ndiaye", "--role", "agent", "--password", PASSWORD)
    assert added.exit_code == 0, added.output
    records = open_runtime("sn").records(system_actor("test"))
    made = records.create("individual", {"given_name": "Fatou"})
    records.update("individual", made.id, {"given_name": "Aminata"})
    return made.id


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["audit", *words] if words[0] != "user" else list(words))


def tamper(home: Path, sql: str) -> None:
    with closing(sqlite3.connect(home / "var" / "sn.db", isolation_level=None)) as connection:
        connection.execute(sql)


def test_an_audit_that_nobody_touched_is_whole(person: str) -> None:
    assert run("head", "sn", "--keep").exit_code == 0
    result = run("verify", "sn")
    assert (result.exit_code, result.output) == (0, "3 entries in 1 lane, 1 head: whole\n")


def test_what_was_changed_is_told_with_its_place_and_the_exit_code_is_1(home: Path, person: str) -> None:
    tamper(home, "UPDATE audit_entry SET actor_name = 'Nobody' WHERE action = 'create'")
    result = run("verify", "sn")
    first, last, *refusal = result.output.splitlines()
    assert result.exit_code == 1
    assert first.startswith("edited at 20")
    assert first.endswith("): the entry is not what was written, or what came before it was replaced")
    assert last == "3 entries in 1 lane, 0 heads: 1 faults"
    assert refusal[0] == "error[R041]: the audit of `sn` is not what was written"
    told = run("verify", "sn", "--json")
    assert json.loads(told.stdout)[0]["kind"] == "edited"


def test_the_newest_entries_that_are_gone_are_found_by_a_head_kept_elsewhere(home: Path, person: str) -> None:
    assert "3 entries" in run("head", "sn", "--to", str(home / "elsewhere.head")).output
    tamper(home, "DELETE FROM record_history WHERE entry = (SELECT max(sequence) FROM audit_entry)")
    tamper(home, "DELETE FROM audit_entry WHERE number = 3")
    tamper(
        home,
        "UPDATE audit_head SET number = 2, (sequence, digest) = "
        "(SELECT sequence, digest FROM audit_entry WHERE number = 2)",
    )
    assert run("verify", "sn").exit_code == 0
    result = run("verify", "sn", "--head", str(home / "elsewhere.head"))
    assert result.exit_code == 1
    assert result.output.startswith("cut off at ")


def test_a_head_is_printed_with_its_signature(person: str) -> None:
    body, signature = run("head", "sn").output.splitlines()
    head = json.loads(body)
    assert (head["affiliate"], head["lanes"][0]["number"], signature[0]) == ("sn", 3, "k")


def test_a_file_that_is_no_head_is_told(home: Path, person: str) -> None:
    (home / "x.head").write_text("nothing")
    result = run("verify", "sn", "--head", str(home / "x.head"))
    assert result.exit_code == 1
    assert "unreadable head: the file holds no head" in result.output


def test_a_head_that_cannot_be_written_is_refused(home: Path, person: str) -> None:
    (home / "blocked").write_text("")
    result = run("head", "sn", "--to", str(home / "blocked" / "x.head"))
    assert result.exit_code == 4
    assert "error[R040]: the head cannot be written" in result.output


def test_who_did_what_is_listed_without_values(person: str) -> None:
    lines = [line.split("\t") for line in run("list", "sn").output.splitlines()]
    assert [line[1:5] for line in lines] == [
        ["system:test", "update", f"individual/{person}", "given_name"],
        ["system:test", "create", f"individual/{person}", "given_name"],
        ["system:operator", "account_create", lines[2][3], ""],
    ]
    assert "Aminata" not in str(lines)


def test_a_list_is_narrowed_and_goes_on_where_it_ended(person: str) -> None:
    first = run("list", "sn", "--record", f"individual/{person}", "--limit", "1")
    (line,) = first.stdout.splitlines()
    before = line.split("\t")[-1]
    assert first.stderr == f"There may be more: go on with --before {before}\n"
    (second,) = run(
        "list", "sn", "--record", f"individual/{person}", "--before", before, "--limit", "1"
    ).stdout.splitlines()
    assert second.split("\t")[2] == "create"
    assert run("list", "sn", "--actor", "awa").stdout == ""
    assert len(json.loads(run("list", "sn", "--actor", "system:test", "--action", "update", "--json").stdout)) == 1
    assert run("list", "sn", "--until", "2001-01-01").stdout == ""


def test_wrong_words_are_refused_by_a_code(person: str) -> None:
    for words, code in (
        (("list", "sn", "--record", "individual/x"), "R400"),
        (("list", "sn", "--before", "x"), "R400"),
        (("verify", "xx"), "R404"),
        (("head", "xx"), "R404"),
        (("list", "xx"), "R404"),
    ):
        result = run(*words)
        assert (result.exit_code, f"error[{code}]" in result.output) == (2, True), result.output


def test_the_audit_of_an_affiliate_whose_configuration_is_broken_is_verified_all_the_same(
    home: Path, person: str
) -> None:
    (home / "affiliates" / "sn" / "individual.yaml").write_text("entity: individual\nattributes: 7\n")
    assert run("verify", "sn").output.endswith("whole\n")
