"""`sidra keys` and `sidra privacy` on an affiliate with people."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import stat
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.metamodel.configurations import write

from sidra.access.actor import system_actor
from sidra.cli import main
from sidra.cli.opening import open_runtime

FILES = {
    "baseline/party.yaml": "entity: party\nhistory: true\nattributes:\n"
    "  name: {type: string, required: true, pii: [identity]}\n"
    "  number: {type: string, encrypt: true, search: exact, pii: [identity]}\n"
    "  gone: {type: boolean, filter: true}\n"
    "retention: {when: gone, after: 1d, since: created_at, do: anonymise}\n",
    "affiliates/sn/party.yaml": "entity: party\nattributes:\n  name: {max_length: 40, $why: Law}\n",
}
NUMBER = "1234567890"
AT = '{"id": "x", "reason": "r", "at": "2026-03-20T09:00:00+00:00"}'


@pytest.fixture
def party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    for name, value in {"BASELINE": "baseline", "AFFILIATES": "affiliates/*", "HOME": "var"}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    monkeypatch.delenv("SIDRA_PLUGINS", raising=False)
    write(tmp_path, FILES)
    records = open_runtime("sn").records(system_actor("test"))
    return records.create("party", {"name": "Awa Ndiaye", "number": NUMBER}).id


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def keys() -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("keys", "list", "sn", "--json").stdout)
    return found


@pytest.mark.usefixtures("party")
def test_keys_are_listed_with_what_they_seal_and_no_secret() -> None:
    assert {(key["purpose"], key["state"], key["values"]) for key in keys()} == {
        ("attribute", "current", 1),
        ("index", "current", 0),
        ("person", "current", 1),
    }
    secrets = [key["secret"] for key in json.loads(Path("var/keys.json").read_text())["keys"].values()]
    assert [secret for secret in secrets if secret in run("keys", "list", "sn").output] == []


@pytest.mark.usefixtures("party")
def test_a_rotation_leaves_the_old_keys_without_values_to_be_retired() -> None:
    before = {key["id"] for key in keys()}
    result = run("keys", "rotate", "sn")
    assert (result.exit_code, "2 values are under the new keys" in result.output) == (0, True)
    old = [key for key in keys() if key["state"] == "old"]
    assert [key["values"] for key in old] == [0, 0]
    assert {key["id"] for key in old} < before
    refused = run("keys", "retire", "sn", str(old[0]["id"]))
    assert (refused.exit_code, "error[R409]" in refused.output) == (3, True)
    assert run("keys", "reseal", "sn").output == "0 values were sealed anew\n"


@pytest.mark.usefixtures("party")
def test_a_key_of_a_purpose_is_added() -> None:
    result = run("keys", "add", "sn", "head")
    assert (result.exit_code, "is the current key of sn for head" in result.output) == (0, True)
    assert run("keys", "add", "sn", "index").exit_code == 2


@pytest.mark.usefixtures("party")
def test_a_missing_key_is_named_and_is_an_exit_code() -> None:
    file = Path("var/keys.json")
    content = json.loads(file.read_text())
    [missing] = [id for id, key in content["keys"].items() if key["purpose"] == "attribute"]
    del content["keys"][missing]
    file.write_text(json.dumps(content))
    result = run("keys", "list", "sn")
    assert (result.exit_code, f"{missing}\t\tmissing" in result.output) == (1, True)


def test_a_person_gets_everything_in_a_file_of_its_own(party: str) -> None:
    result = run("privacy", "package", "sn", party, "--to", "awa.zip")
    assert (result.exit_code, result.output) == (0, "1 records in awa.zip\n")
    assert stat.S_IMODE(Path("awa.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile("awa.zip") as archive:
        assert NUMBER in archive.read("data.json").decode()
        assert "Awa Ndiaye" in archive.read("index.html").decode()


def test_an_erasure_tells_what_it_would_do_and_does_it(party: str) -> None:
    planned = run("privacy", "erase", "sn", party, "--reason", "asked for", "--dry-run")
    assert planned.output == "party.name\t1 would be taken out\nparty.number\t1 would be taken out\n"
    assert run("privacy", "erase", "sn", party, "--reason", "asked for").output == planned.output.replace(
        "would be ", ""
    )
    scrubbed = run("privacy", "scrub", "sn")
    assert (scrubbed.exit_code, scrubbed.output) == (0, "")
    content = b"".join(path.read_bytes() for path in Path("var").glob("*.db*"))
    assert (b"Awa Ndiaye" in content, NUMBER.encode() in content) == (False, False)


@pytest.mark.usefixtures("party")
def test_nobody_is_told_as_such() -> None:
    for command in (["erase", "sn", "x", "--reason", "r"], ["package", "sn", "x", "--to", "x.zip"]):
        result = run("privacy", *command)
        assert (result.exit_code, "error[R404]" in result.output) == (2, True)
    assert not Path("x.zip").exists()


@pytest.mark.usefixtures("party")
def test_retention_is_counted_and_applied() -> None:
    assert run("privacy", "retention", "sn", "--dry-run").output == "party\tanonymise\t0\n"
    assert run("privacy", "retention", "sn").output == "party\tanonymise\t0\n"


def test_whoever_was_erased_and_is_back_with_a_backup_is_erased_again(party: str) -> None:
    backup = sqlite3.connect("backup.db")
    with contextlib.closing(sqlite3.connect("var/sn.db")) as served:
        served.backup(backup)
    backup.close()
    assert run("privacy", "erase", "sn", party, "--reason", "asked for").exit_code == 0
    assert run("privacy", "erase-again", "sn").output == "0 erased again\n"
    for file in Path("var").glob("sn.db*"):
        file.unlink()
    Path("var/sn.db").write_bytes(Path("backup.db").read_bytes())
    assert open_runtime("sn").records(system_actor("test")).get("party", party)["name"] == "Awa Ndiaye"
    planned = run("privacy", "erase-again", "sn", "--dry-run").output.splitlines()
    assert [line.split("\t")[0] for line in planned] == [party, "1 would be erased again"]
    assert run("privacy", "erase-again", "sn").output.splitlines()[-1] == "1 erased again"
    assert open_runtime("sn").records(system_actor("test")).get("party", party)["name"] == "(erased)"
    assert run("privacy", "erase-again", "sn").output == "0 erased again\n"
    assert stat.S_IMODE(Path("var/erased/sn.jsonl").stat().st_mode) == 0o600


def test_a_dry_run_and_a_refusal_keep_nobody_among_the_erased(party: str) -> None:
    run("privacy", "erase", "sn", party, "--reason", "asked for", "--dry-run")
    run("privacy", "erase", "sn", "x", "--reason", "asked for")
    assert not Path("var/erased").exists()


@pytest.mark.usefixtures("party")
@pytest.mark.parametrize("content", ["{", "[]", '{"id": "x"}', '{"id": "x", "reason": "r", "at": "then"}', AT])
def test_a_list_of_the_erased_that_cannot_be_read_is_refused(content: str) -> None:
    Path("var/erased").mkdir()
    Path("var/erased/sn.jsonl").write_text(content)
    result = run("privacy", "erase-again", "sn")
    assert (result.exit_code, "sn.jsonl cannot be read" in result.output) == (3, True)


def test_an_erasure_that_cannot_be_listed_says_so_after_it_is_done(party: str) -> None:
    Path("var/erased").write_text("")
    result = run("privacy", "erase", "sn", party, "--reason", "asked for")
    assert (result.exit_code, "sn.jsonl, which keeps who is erased, cannot be written" in result.output) == (3, True)
    assert open_runtime("sn").records(system_actor("test")).get("party", party)["name"] == "(erased)"
