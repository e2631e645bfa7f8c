"""A group of its own folder, and the questionnaires of countries that join it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sidra.configuration import Configuration, read_configuration
from sidra.onboarding.answers import no_answers, read_answers
from sidra.onboarding.proposing import Onboarding, Proposal
from sidra.settings import load_settings
from sidra_metamodel.diagnostics import Diagnostics

Propose = Callable[..., Proposal]


@pytest.fixture(scope="session")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    folder = tmp_path_factory.mktemp("group")
    return read_configuration(load_settings({"SIDRA_HOME": str(folder / "var")}, folder))


@pytest.fixture
def propose(configuration: Configuration) -> Propose:
    """What becomes of answers: YAML below the header."""

    def made(answers: str = "", name: str = "jo") -> Proposal:
        found = Diagnostics()
        said = read_answers(f"questionnaire: {name}\n{answers}", "answers.yaml", name, found) if answers else None
        assert not list(found)
        return Onboarding(configuration, name).propose(said or no_answers(name))

    return made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which commands are run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
