"""`sidra why`: the rules that show or hide a record, whether they hold, and the answer in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.metamodel.configurations import expected, write

from sidra.access.actor import system_actor
from sidra.cli import main
from sidra.cli.opening import open_runtime

PASSWORD = "correct horse battery"
FILES = {
    "baseline/customer.yaml": (
        "entity: customer\nattributes:\n  name: {type: string}\n  number: {type: string, pii: [sensitive]}\n"
    ),
    "baseline/agent.yaml": """
        role: agent
        may:
          customer: {do: [read, update], rows: "unit == null || unit in user.units"}
        functions: [search, reveal]
    """,
    "affiliates/sn/agent.yaml": """
        role: agent
        may:
          customer: {rows: "name != 'x'", $why: Test}
        functions: {$drop: [reveal], $why: Test}
    """,
}


@pytest.fixture
def customer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A customer of Thiès; Awa is an agent of Dakar."""
    monkeypatch.chdir(tmp_path)
    for name, value in {"BASELINE": "baseline", "AFFILIATES": "affiliates/*", "HOME": "var"}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    monkeypatch.delenv("SIDRA_PLUGINS", raising=False)
    write(tmp_path, FILES)
    system = open_runtime("sn").records(system_actor("test"))
    made = system.create("customer", {"name": "Xyzzy", "number": "Plugh", "unit": "thies"})
    added = run("user", "add", "sn", "awa", "--name=Awa", "--role=agent", "--unit=dakar", f"--password={PASSWORD}")
    assert added.exit_code == 0, added.output
    return f"customer/{made.id}"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_it_tells_the_rules_whether_they_hold_and_the_answer(customer: str) -> None:
    result = run("why", "sn", "awa", customer)
    assert result.exit_code == 0
    *lines, sentence = result.output.splitlines()
    assert sentence == (
        "awa may not see this customer: the user's units [dakar] do not contain the record's unit [thies] "
        "(role agent, affiliates/sn/agent.yaml:3)."
    )
    assert "\n".join(lines).replace(customer, "customer/ID").strip() == expected("""
        user        awa   roles agent   units dakar
        record      customer/ID

        role        agent   baseline/agent.yaml:3   narrowed in affiliates/sn/agent.yaml:3
          read      no
            no  unit == null || unit in user.units   baseline/agent.yaml:3
                no  unit == null
                no  unit in user.units   the record's unit: thies
            yes name != 'x'   affiliates/sn/agent.yaml:3

        actions     read no   update no   delete no   merge no
        functions   search (agent)

        name    edit
                  agent: edit, as the grant's actions say   baseline/agent.yaml:3
        number  mask
                  agent: mask, sensitive, and no line of its own   baseline/customer.yaml:4
    """)


def test_it_tells_no_value_of_the_record(customer: str) -> None:
    for options in ((), ("--json",), ("--action", "update"), ("--attribute", "number")):
        result = run("why", "sn", "awa", customer, *options)
        assert result.exit_code == 0, result.output
        assert "Xyzzy" not in result.output
        assert "Plugh" not in result.output


def test_programs_get_it_as_json(customer: str) -> None:
    found = json.loads(run("why", "sn", "role:agent", customer, "--json", "--attribute", "number").output)
    assert (found["exists"], found["allowed"], list(found["attributes"])) == (True, False, ["number"])
    assert found["grants"][0]["rows"][0][0]["rule"] == "unit == null || unit in user.units"


def test_a_record_that_is_not_there_is_said_to_be_none(customer: str) -> None:
    result = run("why", "sn", "awa", "customer/00000000-0000-7000-8000-000000000001")
    assert result.exit_code == 0
    assert "There is no such customer" in result.output
    del customer


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nobody", "customer/x"), "no account `nobody` in `sn`"),
        (("role:nobody", "customer/x"), "no role `nobody` in `sn`"),
        (("awa", "nonsense/x"), "no entity `nonsense` in `sn`"),
        (("awa", "customer/x", "--action", "fly"), "no action `fly` of `customer`"),
        (("awa", "customer/x", "--attribute", "wings"), "no attribute `wings` of `customer`"),
    ],
)
def test_what_is_none_is_told(customer: str, words: tuple[str, ...], told: str) -> None:
    del customer
    result = run("why", "sn", *words)
    assert (result.exit_code, told in result.output) == (2, True)
