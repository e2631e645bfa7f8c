import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-assets.lock"]
SENTENCE_ENDS = re.compile(r"\.(?=\s|$)")


@pytest.fixture
def requirements(root: Path) -> list[str]:
    """What `pyproject.toml` declares, extras too."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return [*project["dependencies"], *(requirement for extra in extras for requirement in extra)]


def test_each_dependency_says_why_it_is_here_its_licence_and_what_would_replace_it(
    root: Path, requirements: list[str]
) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    reasons = {
        requirement: above.strip()
        for above, line in pairwise(text.splitlines())
        for requirement in requirements
        if f'"{requirement}"' in line
    }
    assert set(reasons) == set(requirements)
    assert [
        requirement
        for requirement, reason in reasons.items()
        if not reason.startswith("#") or len(SENTENCE_ENDS.findall(reason)) < 3
    ] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_each_locked_version_has_a_hash(root: Path, lock: str) -> None:
    pins = re.split(r"^(?=[a-zA-Z])", (root / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert pins
    assert [pin.splitlines()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_every_dependency_is_locked(root: Path, requirements: list[str]) -> None:
    locked = {
        match[1]
        for lock in LOCKS
        for match in re.finditer(r"^([\w.-]+)(?:\[[^\]]*\])?==", (root / lock).read_text(), re.MULTILINE)
    }
    names = {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~;, ]", requirement)[0]).lower() for requirement in requirements}
    assert names - locked == set()
