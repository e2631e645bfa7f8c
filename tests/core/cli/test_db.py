"""`sidra db`, as an operator runs it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sidra.access.actor import system_actor
from sidra.affiliates.registry import RETRY, Affiliates
from sidra.cli import main
from sidra.settings import load_settings

FILES = {
    "baseline/layer.yaml": "layer: meridian\nlevel: group\nlocales: [en]\ncurrency: EUR\n",
    "baseline/core/pack.yaml": "pack: core\ntier: core\n",
    "affiliates/sn/layer.yaml": "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\nlocales: [fr]\n",
}
NOTE = "entity: note\ntitle: text\nattributes:\n  text: {{type: string}}\n{}"
COUNT = "  n: {type: string}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An affiliate whose configuration has one entity, in the folder where the commands run."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name, value in {"BASELINE": "baseline", "PLUGINS": "", "HOME": "var"}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    return tmp_path


def written(folder: Path, more: str) -> None:
    (folder / "baseline/core/note.yaml").write_text(NOTE.format(more), encoding="utf-8")


def run(*words: str, says: str = "") -> Result:
    return CliRunner().invoke(main, ["db", *words], input=says)


def loaded(folder: Path, clock: object = None) -> Affiliates:
    settings = load_settings({"SIDRA_BASELINE": "baseline", "SIDRA_PLUGINS": "", "SIDRA_HOME": "var"}, folder)
    return Affiliates(settings) if clock is None else Affiliates(settings, clock=clock)  # type: ignore[arg-type]


def test_a_change_is_planned_applied_and_told(folder: Path) -> None:
    written(folder, COUNT)
    affiliates = loaded(folder)
    runtime = affiliates.get("sn")
    assert runtime is not None
    runtime.records(system_actor("test")).create("note", {"text": "a", "n": "7"})
    assert (run("plan", "sn").exit_code, run("plan", "sn").output) == (0, "nothing is to do\n")
    written(folder, COUNT.replace("string", "integer"))
    plan = run("plan", "sn")
    assert plan.exit_code == 1
    assert plan.output.startswith("migrated\t`note.n` is kept as text and would become integer\t1\t\t")
    assert "core/note.yaml:5" in plan.output
    assert json.loads(run("plan", "sn", "--json").output)[0]["subject"] == "note.n"
    assert "ADD COLUMN next_n" in run("plan", "sn", "--sql").output
    assert run("apply", "sn", says="n\n").exit_code == 3
    assert run("plan", "sn").exit_code == 1
    applied = run("apply", "sn", "--yes")
    assert (applied.exit_code, applied.output.splitlines()[-1]) == (0, "sn: the database fits its configuration")
    assert run("plan", "sn").exit_code == 0
    told = run("status", "sn").output.splitlines()
    assert told[0].startswith("in force since")
    assert told[1].startswith("aside\tnote.n (text)\t1 values since ")
    dropped = run("drop-aside", "sn", "--older-than", "0", "--yes")
    assert dropped.output.splitlines()[-1] == "1 dropped"
    assert len(run("status", "sn").output.splitlines()) == 1
    affiliates.close()


def test_who_serves_waits_for_apply_and_takes_the_configuration_then(folder: Path) -> None:
    written(folder, COUNT)
    now = [datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.UTC)]
    affiliates = loaded(folder, lambda: now[0])
    good = affiliates.get("sn")
    assert good is not None
    good.records(system_actor("test")).create("note", {"n": "7"})
    written(folder, COUNT.replace("string", "integer"))
    affiliates.reload()
    state = affiliates.state("sn")
    assert state is not None
    assert (state.runtime, state.is_waiting, [found.code for found in state.diagnostics]) == (good, True, ["R100"])
    assert run("apply", "sn", "--yes").exit_code == 0
    now[0] += RETRY
    after = affiliates.get("sn")
    assert after is not None
    assert after is not good
    assert [record["n"] for record in after.records(system_actor("test")).list("note").records] == [7]
    affiliates.close()


def test_what_goes_is_set_aside_with_consent_only(folder: Path) -> None:
    written(folder, COUNT)
    assert run("apply", "sn", "--yes").exit_code == 0
    written(folder, "")
    told = run("apply", "sn", "--yes")
    assert told.output.splitlines()[-1] == "left\tdestructive\t`note.n` is in the configuration no more"
    assert run("apply", "sn", "--yes", "--consent").output.splitlines()[0] == "1. set note.n aside"
    assert run("plan", "sn").exit_code == 0


def test_what_cannot_be_is_told_by_its_code(folder: Path) -> None:
    written(folder, COUNT)
    assert run("apply", "sn", "--yes").exit_code == 0
    affiliates = loaded(folder)
    runtime = affiliates.get("sn")
    assert runtime is not None
    runtime.records(system_actor("test")).create("note", {"n": "seven"})
    written(folder, COUNT.replace("string", "integer"))
    refused = run("apply", "sn", "--yes")
    assert refused.exit_code == 3
    assert "R003" in refused.output
    assert "some values do not fit" in refused.output
    assert run("plan", "xx").exit_code == 2
    affiliates.close()
