"""Each class of LAYERING.md §5 on the shipped overlays of Egypt, Poland and Senegal: from the archive to a clean check.

| class              | Egypt                       | Poland                        | Senegal                     |
|--------------------|-----------------------------|-------------------------------|-----------------------------|
| clean              | all other overrides         | all other overrides           | all other overrides         |
| ABSORBED           | length of the timeline      | where a consent was given     | French label of a date      |
| CHANGED UNDERNEATH | label (kept), retention     | label (kept), retention       | label (kept), retention,    |
|                    | (accepted)                  | (edited)                      | (adopted), task (accepted)  |
| RENAMED            | section that is put before  | task that waits for 14 days   | section that is put before  |
| ORPHAN             | holiday after another       | holiday after another         | holiday after another       |
| OVERTAKEN          | columns of a role (adopted) | length of a name (edited)     | length of a name (edited)   |
| UNLOCKED           | retention, transition       | retention                     | retention                   |
| LOCKED             | hours of a day              | label of a region             | hours of a day              |
| NEW NEAR YOU       | view that is replaced       | task that is replaced         | task that is replaced       |
| codemods           |                             |                               | move, split, value          |
| in its tests       |                             | path that is configured       | move, split                 |
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from tests.core.cli.new_baseline import BEFORE, CHANGES, REWRITTEN, UPGRADE, WAYS, WON
from tests.core.cli.workshops import SETTINGS, baseline, change, done, edit, lines, run, snapshot

from sidra_metamodel.upgrading.findings import Class

DIFFS: Final = Path(__file__).parent / "new_baseline_diffs"
"""What the files of each overlay become, `overlay.lock` among them."""
AFFILIATES: Final = ("eg", "pl", "sn")
TO: Final = ("--to", "2.0.0")
PLUGINS: Final = "plugins: [sidra_sn_ninea, sidra_eg_national_number, sidra_pl_checksums]\n"


@pytest.fixture(scope="module")
def country(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the three overlays on 1.0.0, and 2.0.0 taken from the archive that the group packed."""
    folder = tmp_path_factory.mktemp("upgrades")
    with pytest.MonkeyPatch.context() as patch:
        for name in SETTINGS:
            patch.delenv(name, raising=False)
        for name in AFFILIATES:
            for place in ("country", "group"):
                shutil.copytree(root / "affiliates" / name, folder / place / "affiliates" / name)
        edit(folder / "country/affiliates/eg/screens/sales_opportunity_list.yaml", ("views", "won"), WON)
        baseline(root, folder / "country/installed", *BEFORE)
        shutil.copytree(folder / "country/installed", folder / "group/next")
        change(folder / "group/next", *CHANGES)
        (folder / "group/next/core/upgrades").mkdir()
        (folder / "group/next/core/upgrades/2.0.yaml").write_text(UPGRADE, encoding="utf-8")
        (folder / "group/sidra.yaml").write_text(f"baseline: next\n{PLUGINS}", encoding="utf-8")
        (folder / "country/sidra.yaml").write_text(f"baseline: installed\n{PLUGINS}", encoding="utf-8")
        patch.chdir(folder / "group")
        done("baseline", "add", "../country/installed")
        assert done("baseline", "version", "--since", "1.0.0").endswith("2.0.0 at least; its layer.yaml says 2.0.0\n")
        done("baseline", "pack")
        patch.chdir(folder / "country")
        done("baseline", "lock", "eg")
        assert done("baseline", "add", "../group/baseline-2.0.0.tar.gz") == "baseline 2.0.0: taken\n"
    return folder / "country"


@pytest.fixture
def workshop(country: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, as the folder in which commands are run; each test is about another affiliate."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(country)
    return country / "affiliates"


def test_each_class_is_on_each_affiliate() -> None:
    assert {name: {one.cls for one in ways} for name, ways in WAYS.items()} == {name: set(Class) for name in AFFILIATES}


@pytest.mark.parametrize("affiliate", AFFILIATES)
def test_an_overlay_takes_a_version_class_by_class(workshop: Path, affiliate: str) -> None:
    overlay, ways = workshop / affiliate, WAYS[affiliate]
    said = report(affiliate)
    assert {told(one) for one in said["findings"]} == {(*way[:5], bool(way.decision)) for way in ways}
    assert [(one["path"], one["to"]) for one in said["rewritten"]] == list(REWRITTEN[affiliate])
    assert said["errors"] == []
    before = snapshot(overlay)
    undecided = run("upgrade", affiliate, *TO, "--apply")
    assert undecided.exit_code == 3
    assert f"error[E249]: {sum(bool(way.decision) for way in ways)} to be decided" in undecided.output
    assert snapshot(overlay) == before
    done("upgrade", affiliate, *TO, "--apply", *(word for way in ways for word in way.words))
    assert done("check", affiliate) == f"{affiliate}: nothing wrong\n"
    after = snapshot(overlay)
    assert difference(before, after) == (DIFFS / f"{affiliate}.diff").read_text(encoding="utf-8")
    assert done("upgrade", affiliate, *TO).startswith(f"{affiliate}: from the baseline 2.0.0 to 2.0.0, ")
    [there] = [row for row in json.loads(done("baseline", "list", "--json")) if row["version"] == "2.0.0"]
    assert affiliate in there["affiliates"]


def report(affiliate: str) -> Any:  # noqa: ANN401 - JSON
    """What the command says before anything is decided."""
    result = run("upgrade", affiliate, *TO, "--json")
    assert result.exit_code == 1, result.output
    return json.loads(result.output)


def told(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    """A finding as the table has it."""
    return tuple(finding[name] for name in ("class", "path", "saw", "now", "yours", "blocks"))


def difference(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """The lines that went and came, below the path of each file; what is clean stands nowhere."""
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    said = [line for path in changed for line in (path, *lines(before, after, path))]
    return "".join(f"{line}\n" for line in said if not line[1:].startswith("seal: "))
