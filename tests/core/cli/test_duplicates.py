"""`sidra duplicates`: pairs are found and listed, and a merge is taken back."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sidra.access.actor import system_actor
from sidra.affiliates.registry import Affiliates
from sidra.cli import main
from sidra.identity.merging import Order, merge
from sidra.settings import installation

FILES = {
    "base/layer.yaml": "layer: meridian\nlevel: group\nlocales: [en]\ncurrency: EUR\n",
    "base/core/pack.yaml": "pack: core\ntier: core\n",
    "base/core/thing.yaml": """
entity: thing
title: name
attributes: {name: {type: string}, code: {type: string}, kept: {type: string}}
identity: {strong: [code], weak: {alike: {block: kept, when: "similarity(name, other.name) > 0.8"}}}
""",
    "affiliates/sn/layer.yaml": "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\nlocales: [en]\n"
    "currency: XOF\ntime_zone: Africa/Dakar\n",
}


@pytest.fixture
def ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An installation with three things, of which two have one code and two are alike."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name, value in {"BASELINE": "base", "AFFILIATES": "affiliates/*", "HOME": "var", "PLUGINS": ""}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    affiliates = Affiliates(installation(os.environ, tmp_path))
    runtime = affiliates.get("sn")
    assert runtime is not None
    records = runtime.records(system_actor("test"))
    given = ({"name": "Awa", "code": "7"}, {"name": "Awa B", "code": "7", "kept": "x"}, {"name": "Awa Ba", "kept": "x"})
    made = [records.create("thing", values).id for values in given]
    affiliates.close()
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["duplicates", *words])


def test_pairs_are_found_once_and_listed_by_likeness(ids: list[str]) -> None:
    found = run("find", "sn")
    assert (found.exit_code, found.stdout) == (
        0,
        "4 records read; 2 pairs compared; 2 may be one thing, 2 of them new.\n",
    )
    assert "2 may be one thing, 0 of them new" in run("find", "sn", "--entity", "thing").stdout
    listed = json.loads(run("list", "sn", "--json").stdout)
    assert [(one["rule"], one["score"], {one["left"], one["right"]}) for one in listed] == [
        ("code", "1.00", set(ids[:2])),
        ("alike", "0.91", set(ids[1:])),
    ]


def test_an_entity_that_is_none_is_refused_with_the_way_out(ids: list[str]) -> None:
    del ids
    refused = run("find", "sn", "--entity", "thong")
    assert refused.exit_code == 2
    assert "no entity `thong`" in refused.stderr
    assert "= help: " in refused.stderr


def test_a_merge_is_listed_and_taken_back_by_its_id(ids: list[str], tmp_path: Path) -> None:
    affiliates = Affiliates(installation(os.environ, tmp_path))
    runtime = affiliates.get("sn")
    assert runtime is not None
    runtime.transact(system_actor("test"), lambda unit: merge(unit, Order("thing", ids[0], ids[1], reason="one")))
    affiliates.close()
    (listed,) = json.loads(run("merges", "sn", ids[0], "--json").stdout)
    assert (listed["survivor"], listed["dropped"], listed["reason"]) == (ids[0], ids[1], "one")
    undone = run("undo", "sn", listed["merge"])
    assert (undone.exit_code, undone.stdout) == (0, f"thing {ids[1]} is back; 0 references lead to it again.\n")
    again = run("undo", "sn", listed["merge"])
    assert again.exit_code == 3
    assert "R080" in again.stderr
