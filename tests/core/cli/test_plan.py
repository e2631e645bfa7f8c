"""`sidra plan approve apply releases rollback drift`, as configurators, approvers and operators run them."""

import datetime
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import click
import pyotp
import pytest
from click.testing import CliRunner, Result
from tests.core.releases.installed import CORE, PASSWORD, SMALL

from sidra.access.actor import OPERATOR, system_actor
from sidra.cli import main
from sidra.cli.opening import open_gate, open_runtime
from sidra.releases.claims import Claims

LAST_WORDS = """
import os, signal, sys
from sidra.cli import main
from sidra.releases.{module} import {name}

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

{name}.{method} = die
main()
"""


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run commands in a folder in which nothing is in force that was not applied."""
    monkeypatch.chdir(folder)
    values = {"BASELINE": "baseline/sidra_baseline", "PLUGINS": "", "HOME": "var", "RELEASES": "required"}
    for name, value in values.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small installation whose files are in force, with three people."""
    made = tmp_path_factory.mktemp("released")
    with pytest.MonkeyPatch.context() as patch:
        saved(made)
        stand_in(made, patch)
        released()
    return made


@pytest.fixture
def folder(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the installation, as the folder where commands run."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    stand_in(tmp_path, monkeypatch)
    return tmp_path


def saved(folder: Path) -> None:
    for path, text in SMALL.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(dedent(text).lstrip("\n"), encoding="utf-8")


def run(*words: str, says: str = "") -> Result:
    return CliRunner().invoke(main, words, input=says)


def revision() -> str:
    """What is saved, as far as people are told it."""
    name = str(json.loads(run("plan", "sn", "--json").output)["proposed"]["name"])
    assert len(name) == 64
    return name[:12]


def released() -> None:
    """Put what is saved in force, and let people in."""
    assert run("apply", "sn", "--revision", revision(), "--why", "the beginning").exit_code == 0
    for login, role in (("ousmane", "configurator"), ("aminata", "configurator"), ("marieme", "administrator")):
        words = ("--name", login.title(), "--role", role, "--password", PASSWORD)
        assert run("user", "add", "sn", login, *words).exit_code == 0


def edit(folder: Path, path: str, before: str, after: str) -> None:
    file = folder / path
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def wider(folder: Path) -> str:
    """Propose that agents read what they see masked, as a configurator; return the revision."""
    edit(folder, "affiliates/sn/roles/agent.yaml", "salary: mask", "salary: read")
    proposed = run("plan", "sn", "--propose", "Salaries", "--as", "ousmane", says=f"{PASSWORD}\n")
    assert proposed.exit_code == 0, proposed.output
    return revision()


def test_the_plan_of_a_first_release_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(tmp_path)
    stand_in(tmp_path, monkeypatch)
    first = run("plan", "sn")
    assert first.exit_code == 1
    assert "nothing was released yet" in first.output


def test_a_plan_is_printed_with_what_is_widened_first(folder: Path) -> None:
    assert (run("plan", "sn").exit_code, "what is saved is in force" in run("plan", "sn").output) == (0, True)
    edit(folder, "affiliates/sn/roles/agent.yaml", "salary: mask", "salary: read")
    edit(folder, f"{CORE}/entities/person.yaml", "label: {en: Name}", "label: {en: Full name}")
    told = run("plan", "sn")
    assert told.exit_code == 1
    lines = told.output.splitlines()
    assert lines[1] == "Permissions widened (1), for `approve_access`"
    assert lines[2] == "  L2  agent.may.person.columns.salary  mask -> read"
    assert lines[3].startswith(
        "      `agent` sees more of `salary`; 0 of 3 people; why: Nobody in a shop needs it; affil"
    )
    assert lines[4] == "Safe (1), for `configure`"
    assert lines[-1] == "gates  configure, approve_access"
    plan = json.loads(run("plan", "sn", "--json", "--no-counts").output)
    assert [one["class"] for one in plan["items"]] == ["widened", "safe"]
    assert not plan["counted"]
    assert [one["affiliate"] for one in json.loads(run("plan", "--all", "--json").output)] == ["sn"]


def test_a_change_is_proposed_approved_applied_and_taken_back(folder: Path) -> None:
    was = revision()
    now = wider(folder)
    refused = run("apply", "sn", "--revision", now, "--why", "GAP-1")
    assert (refused.exit_code, "R702" in refused.stderr) == (3, True)
    own = run("approve", "sn", "--revision", now, "--as", "ousmane", "--password", PASSWORD)
    assert (own.exit_code, "who proposes does not approve" in own.stderr) == (3, True)
    wrong = run("approve", "sn", "--revision", now, "--as", "aminata", "--password", "another long word")
    assert (wrong.exit_code, "R401" in wrong.stderr) == (3, True)
    lacks = ("approve", "sn", "--revision", now, "--as", "aminata", "--password", PASSWORD)
    assert "this needs the function `approve_access`" in run(*lacks, "--function", "approve_access").stderr
    assert run(*lacks).output.splitlines() == ["configure\tapproved\tAminata", "approve_access\twaiting"]
    security = ("approve", "sn", "--revision", now, "--as", "marieme", "--password", PASSWORD)
    no = run(*security, "--function", "approve_access", "--refuse", "--comment", "Why?")
    assert no.output.splitlines()[-1] == "approve_access\trefused\tMarieme"
    assert run(*security, "--function", "approve_access").exit_code == 0
    done = run("apply", "sn", "--revision", now, "--why", "GAP-1")
    assert (done.exit_code, done.output) == (0, f"sn: {now} is in force, as release 2\n")
    same = ("apply", "sn", "--revision", now, "--why", "GAP-1")
    assert run(*same).output == done.output.replace("is in force", "is already in force")
    assert json.loads(run(*same, "--json").output)["already_in_force"] is True
    assert run("drift", "sn").exit_code == 0
    back = run("rollback", "sn", "--why", "too wide")
    assert (back.exit_code, back.output) == (0, f"sn: {was} is in force, as release 3\n")
    stays = run("rollback", "sn", "--to", "3", "--why", "too wide")
    assert stays.output == back.output.replace("is in force", "is already in force")
    forward = ("rollback", "sn", "--to", "2", "--why", "it was right")
    assert run(*forward).exit_code == 3
    assert run(*forward, "--propose", "--as", "ousmane", "--password", PASSWORD).exit_code == 0
    assert run(*security).output == "configure\tapproved\tMarieme\napprove_access\tapproved\tMarieme\n"
    again = run(*forward)
    assert again.output.splitlines()[1] == "again: agent.may.person.columns.salary: `agent` sees more of `salary`"
    told = json.loads(run("releases", "sn", "--json").output)
    assert [(one["number"], one["kind"], one["why"]) for one in told][:2] == [
        (4, "rollback", "it was right"),
        (3, "rollback", "too wide"),
    ]


def test_who_decides_of_records_says_for_how_many(folder: Path) -> None:
    with click.Context(main):
        open_runtime("sn").records(system_actor("test")).create("person", {"name": "Khady-Rose"})
    edit(folder, "affiliates/sn/entities/person.yaml", "max_length: 40", "max_length: 5")
    assert run("plan", "sn", "--propose", "Short", "--as", "ousmane", "--password", PASSWORD).exit_code == 0
    now, key = revision(), "entity:person.attributes.name.max_length:narrower::"
    assert f"(`sidra approve --decide '{key}=1'`)" in run("plan", "sn").output
    words = ("approve", "sn", "--revision", now, "--as", "marieme", "--password", PASSWORD, "--decide")
    for wrong in (key, f"{key}=0", f"{key}=2"):
        refused = run(*words, wrong)
        assert (refused.exit_code, "another number of records" in refused.stderr) == (3, True)
    assert run(*words, f"{key}=1").exit_code == 0


def test_what_is_called_wrongly_says_so(folder: Path) -> None:
    assert run("plan").exit_code == 2
    assert run("plan", "sn", "--all").exit_code == 2
    assert run("plan", "gh").exit_code == 2
    assert run("plan", "--all", "--withdraw", "123").exit_code == 2
    nobody = run("plan", "sn", "--propose", "Nobody's")
    assert (nobody.exit_code, "say by --as who proposes" in nobody.stderr) == (2, True)
    assert run("plan", "sn", "--propose", "x", "--as", "aminata", "--withdraw", "123").exit_code == 2
    assert run("plan", "sn", "--withdraw", "123").exit_code == 2
    unknown = run("apply", "sn", "--revision", "123", "--why", "x")
    assert (unknown.exit_code, "R706" in unknown.stderr) == (2, True)
    now = wider(folder)
    for login in ("aminata", "marieme"):
        run("approve", "sn", "--revision", now, "--as", login, "--password", PASSWORD)
    edit(folder, f"{CORE}/entities/person.yaml", "label: {en: Name}", "label: {en: Full name}")
    other = run("plan", "sn", "--propose", "Both", "--as", "ousmane", "--password", PASSWORD)
    assert other.exit_code == 0
    both = revision()
    assert run("apply", "sn", "--revision", now, "--why", "first").exit_code == 0
    for login in ("aminata", "marieme"):
        assert run("approve", "sn", "--revision", both, "--as", login, "--password", PASSWORD).exit_code == 3
    moved = run("apply", "sn", "--revision", both, "--why", "second")
    assert (moved.exit_code, "R701" in moved.stderr) == (3, True)


@pytest.mark.parametrize(
    ("module", "name", "method"), [("releasing", "Releasing", "_record"), ("history", "Releases", "add")]
)
def test_an_apply_that_is_killed_leaves_what_is_in_force(folder: Path, module: str, name: str, method: str) -> None:
    was = revision()
    now = wider(folder)
    for login in ("aminata", "marieme"):
        assert run("approve", "sn", "--revision", now, "--as", login, "--password", PASSWORD).exit_code == 0
    script = LAST_WORDS.format(module=module, name=name, method=method)
    words = ("apply", "sn", "--revision", now, "--why", "killed")
    killed = subprocess.run(
        (sys.executable, "-c", script, *words), cwd=folder, env=dict(os.environ), check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    [live] = json.loads(run("releases", "sn", "--json").output)[1:]
    assert live["revision"].startswith(was)
    assert run("drift", "sn").exit_code == 0
    assert run(*words).output == f"sn: {now} is in force, as release 2\n"


def test_who_has_a_second_factor_gives_its_code_too(folder: Path) -> None:
    now = wider(folder)
    program = second_factor("marieme")
    words = ("approve", "sn", "--revision", now, "--as", "marieme", "--password", PASSWORD)
    none = run(*words, "--json")
    assert (none.exit_code, "give --code" in none.output) == (2, True)
    for wrong in (run(*words, says="123\n"), run(*words, "--code", "000000")):
        assert (wrong.exit_code, "the code is not right" in wrong.stderr) == (3, True)
    right = run(*words, says=f"{program.at(datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=30))}\n")
    assert (right.exit_code, right.output.splitlines()[-1]) == (0, "approve_access\tapproved\tMarieme")
    withdrawn = run("plan", "sn", "--withdraw", now, "--comment", "later", "--as", "ousmane", "--password", PASSWORD)
    assert (withdrawn.exit_code, withdrawn.output) == (0, f"withdrawn {now}: Salaries\n")


def second_factor(login: str) -> pyotp.TOTP:
    """Have somebody asked for a code from now on."""
    with click.Context(main):
        entrance = open_gate("sn").entrance
        person = entrance.accounts.existing(login).actor("sn")
        program = pyotp.TOTP(entrance.codes.offer(person.id, login).secret)
        entrance.codes.confirm(person.id, program.now(), by=person, address="test")
    return program


def test_a_database_is_not_brought_while_somebody_puts_a_release_in_force(folder: Path) -> None:
    store = open_runtime("sn").store
    with Claims(store).held("apply `123`", OPERATOR):
        told = run("db", "apply", "sn", "--yes")
    assert (told.exit_code, "R708" in told.output, "has begun to apply `123`" in told.output) == (3, True, True)
    assert run("db", "apply", "sn", "--yes").exit_code == 0
    store.close()
