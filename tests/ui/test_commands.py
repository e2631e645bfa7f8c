from importlib.metadata import entry_points
from pathlib import Path

import pytest
from click.testing import CliRunner

from sidra.cli.program import COMMANDS
from sidra_ui import assets_build
from sidra_ui.commands import assets


def test_command_is_known_by_its_entry_point() -> None:
    assert "assets" in {entry.name for entry in entry_points(group=COMMANDS)}


def test_build_that_fails_says_why_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(destination: Path) -> None:
        raise assets_build.AssetsError(f"no node for {destination.name}; install one")

    monkeypatch.setattr(assets_build, "build_assets", refuse)
    result = CliRunner().invoke(assets)
    assert result.exit_code == 1
    assert "no node for static; install one" in result.output


def test_build_that_works_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets_build, "build_assets", print)
    assert CliRunner().invoke(assets).exit_code == 0
