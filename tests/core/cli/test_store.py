from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.core.affiliates.installations import Installation, installation
from tests.servers import PASSWORD, PostgresqlServer

from sidra.access.actor import system_actor
from sidra.affiliates.registry import Affiliates
from sidra.cli import main


@pytest.fixture
def made(
    tmp_path: Path, postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """`sn` in a file and `eg` in a schema, in the folder where the commands run."""
    with installation(tmp_path, postgresql_server) as found:
        found.add("sn", "{sqlite: sn.db}")
        found.add("eg", "{schema: eg}")
        monkeypatch.chdir(tmp_path)
        shared = f"postgresql://postgres@127.0.0.1:{postgresql_server.port}/{found.name}"
        for name, value in {"BASELINE": "baseline", "DATABASE": shared, "PLUGINS": ""}.items():
            monkeypatch.setenv(f"SIDRA_{name}", value)
        found.made.add(found.place("eg"))
        yield found


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def listed() -> dict[str, dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(run("store", "list", "--json").stdout)
    return {str(row["affiliate"]): row for row in rows}


def test_a_store_is_made_and_listed(made: Installation) -> None:
    before = listed()
    assert (before["sn"]["state"], before["eg"]["size"]) == ("not made yet", None)
    assert str(before["eg"]["state"]).startswith("R002: ")
    told = run("store", "create", "eg")
    role = f"{made.name}_eg"
    assert told.output.splitlines()[0] == f"eg: made the role {role}"
    after = listed()["eg"]
    assert (after["kind"], after["role"], after["state"], after["size"]) == ("schema", role, "reachable", 0)
    assert run("store", "create", "eg").output == "eg: nothing was to do\n"
    assert run("store", "create", "sn").output == "sn: nothing was to do\n"


def test_no_output_has_a_password(made: Installation) -> None:
    told = run("store", "create", "eg").output + run("store", "list").output + run("store", "list", "--json").output
    passwords = {line.rpartition(":")[2] for line in (made.folder / "var/pgpass").read_text("utf-8").splitlines()}
    assert len(passwords) == 1
    assert not any(password in told for password in {*passwords, PASSWORD})


def test_a_place_that_cannot_be_is_listed_with_its_reason(made: Installation) -> None:
    made.add("eg", "{schema: public}")
    assert listed()["eg"]["state"] == "R005: `public` is no name of a schema"
    told = run("store", "create", "eg")
    assert told.exit_code == 2
    assert told.output.startswith("error[R005]: `public` is no name of a schema (affiliates/eg/layer.yaml:6:17)")


def test_an_affiliate_that_is_none_is_told_with_those_that_are(made: Installation) -> None:
    told = run("store", "create", "zz")
    assert (told.exit_code, "there are: eg, sn" in told.output) == (2, True)


def test_who_may_not_make_roles_is_given_the_statements(made: Installation) -> None:
    made.server.execute(f"CREATE DATABASE {made.name}")
    made.server.execute(f"CREATE ROLE {made.name}_plain LOGIN PASSWORD '{PASSWORD}'")
    try:
        told = run("store", "create", "eg", "--as", f"{made.name}_plain")
        assert told.exit_code == 3
        assert "error[R032]" in told.stderr
        assert f'CREATE ROLE "{made.name}_eg" LOGIN' in told.stdout
        assert told.stdout.startswith("\\connect postgres\n")
    finally:
        made.server.execute(f"DROP ROLE {made.name}_plain")


def test_a_report_of_the_group_is_a_table_or_json(made: Installation) -> None:
    made.write(
        "baseline/core/note.yaml",
        "entity: note\nattributes:\n  is_open: {type: boolean, filter: true, default: true}\n  size: {type: integer}\n",
    )
    run("store", "create", "eg")
    assert run("report", "group", "note", "--by", "affiliate").output == "affiliate\tcount\neg\t0\nsn\t0\n"
    fill(made)
    told = run("report", "group", "note", "--by", "affiliate", "--by", "is_open", "--sum", "size")
    assert told.output == "affiliate\tis_open\tcount\tsize\neg\ttrue\t6\t15\nsn\ttrue\t6\t15\n"
    body = json.loads(run("report", "group", "note", "--sum", "size", "--json").stdout)
    assert body == {
        "columns": [],
        "lines": [{"count": 12, "size": "30"}],
        "affiliates": ["eg", "sn"],
        "missing": {},
        "left_out": 0,
    }
    assert run("report", "group", "note", "--where", "is_open=false", "--in", "sn").output == "count\n0\n"


def test_a_report_that_an_affiliate_does_not_answer_says_so_and_ends_with_1(made: Installation) -> None:
    told = run("report", "group", "note")
    assert (told.exit_code, told.stdout) == (1, "count\n0\n")
    assert told.stderr.startswith("eg did not answer and is not in it:\nerror[R002]: ")


@pytest.mark.parametrize("words", [("--by", "x_sn_a"), ("--where", "is_open"), ("--by", "text")])
def test_a_report_that_cannot_be_is_refused(made: Installation, words: tuple[str, ...]) -> None:
    told = run("report", "group", "note", "--in", "sn", *words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith("error[R")


def fill(made: Installation) -> None:
    """Give both affiliates six notes."""
    with closing(Affiliates(made.settings)) as affiliates:
        for name in ("sn", "eg"):
            runtime = affiliates.get(name)
            assert runtime is not None
            for number in range(6):
                runtime.records(system_actor("test")).create("note", {"size": number})


def test_a_store_is_checked_thoroughly(made: Installation) -> None:
    made.provision("eg")
    for affiliate in ("sn", "eg"):
        runtime = Affiliates(made.settings).get(affiliate)
        assert runtime is not None
        runtime.records(system_actor("test")).create("note", {"text": "Bonjour"})
        runtime.store.close()
        told = run("store", "check", affiliate)
        whole = f"{affiliate}: the store holds together. Of its audit, ask `sidra audit verify {affiliate}`\n"
        assert (told.exit_code, told.output) == (0, whole)
        assert json.loads(run("store", "check", affiliate, "--json").stdout) == []


def test_a_store_with_faults_is_told_with_their_codes_and_ends_with_one(made: Installation) -> None:
    runtime = Affiliates(made.settings).get("sn")
    assert runtime is not None
    runtime.records(system_actor("test")).create("note", {"text": "Bonjour"})
    with runtime.store.writing() as connection:
        connection.execute("UPDATE sidra_search SET root = 'elsewhere'")
    runtime.store.close()
    told = run("store", "check", "sn")
    assert told.exit_code == 1
    assert told.output.startswith(
        "sn: R034: 1 texts of `note` are not what the search knows; keep the database as it is"
    )
    assert "error[R034]: the store of `sn` has 1 faults" in told.output
    [fault] = json.loads(run("store", "check", "sn", "--json").stdout)
    assert fault["code"] == "R034"


def test_a_store_of_nobody_is_not_checked(made: Installation) -> None:
    told = run("store", "check", "zz")
    assert (told.exit_code, "there are: eg, sn" in told.output) == (2, True)
