"""Every example of the tutorials is run, and prints what the page says.

`WRITE_DOCS=1 make test T=tests/docs` puts into the pages what the commands print now; review the difference.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.pages import Unmarked, Workshop, rewritten

PAGES = [
    "docs/governance.md",
    "docs/tutorials/compare-affiliates.md",
    "docs/tutorials/configurator.md",
    "docs/tutorials/country.md",
    "docs/tutorials/onboard-a-country.md",
    "docs/tutorials/operator.md",
    "docs/tutorials/plugin-developer.md",
    "docs/tutorials/take-a-new-baseline.md",
    "docs/reference/feeds.md",
]


@pytest.fixture
def workshop(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    for name in [name for name in os.environ if name.startswith("SIDRA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.syspath_prepend(str(tmp_path / "plugins"))
    return Workshop(root, tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_every_example_does_what_the_page_says(root: Path, workshop: Workshop, page: str) -> None:
    text = (root / page).read_text(encoding="utf-8")
    now = rewritten(text, workshop)
    if os.environ.get("WRITE_DOCS"):
        (root / page).write_text(now, encoding="utf-8")
    assert now == text


def test_the_plugin_of_the_tutorial_is_small_and_passes_its_own_tests(root: Path, workshop: Workshop) -> None:
    rewritten((root / "docs/tutorials/plugin-developer.md").read_text(encoding="utf-8"), workshop)
    code = (workshop.folder / "plugins/sidra_sn_card/__init__.py").read_text(encoding="utf-8")
    assert len(code.splitlines()) < 50
    file = workshop.folder / "tests/plugins/test_sidra_sn_card.py"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(workshop.folder),
        str(file),
    ]
    environment = {**os.environ, "PYTHONPATH": str(workshop.folder / "plugins")}
    run = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=workshop.folder, check=False)
    assert run.returncode == 0, run.stdout
    assert "3 passed" in run.stdout


def test_an_output_that_is_no_longer_true_is_seen(workshop: Workshop) -> None:
    page = "```console\n$ sidra check sn\nsn: all is well\n```\n"
    assert rewritten(page, workshop) == "```console\n$ sidra check sn\nsn: nothing wrong\n```\n"


def test_a_block_does_what_stands_before_it(workshop: Workshop) -> None:
    page = """
<!-- file: affiliates/sn/entities/note.yaml -->
```yaml
entity: note
attributes:
```

<!-- in: affiliates/sn/entities/note.yaml, after: attributes: -->
```yaml
  x_sn_mood: {type: strin, $why: A test}
```

```console
$ sidra check sn
```

<!-- start again -->
```console
$ sidra check sn
```
"""
    first, second = re.findall(r"\$ sidra check sn\n(.*?)```", rewritten(page, workshop), re.DOTALL)
    assert "no type `strin`" in first
    assert second == "sn: nothing wrong\n"


def test_yaml_that_is_not_run_must_say_so(workshop: Workshop) -> None:
    assert rewritten("<!-- shown -->\n```yaml\na: b\n```\n", workshop) == "<!-- shown -->\n```yaml\na: b\n```\n"
    with pytest.raises(Unmarked):
        rewritten("```yaml\na: b\n```\n", workshop)
