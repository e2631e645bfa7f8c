"""What a check tells of how an affiliate stands to the baseline."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from tests.metamodel.configurations import expected
from tests.metamodel.versions.versioned import install, pack

from sidra.configuration import read_configuration
from sidra.settings import Settings
from sidra.versions.placing import place
from sidra_metamodel.render import render

CUSTOMER = "entity: customer\nattributes:\n  name: {type: string, max_length: 60}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    install(tmp_path, "1.0.1", {"customer.yaml": CUSTOMER}, {})
    return tmp_path


def said(folder: Path) -> str:
    settings = Settings(home=folder, affiliates=(folder / "affiliates/sn",), baseline=folder / "baseline", plugins=())
    (loaded,) = read_configuration(settings).check(None, datetime.date(2026, 11, 23))
    return render(loaded.diagnostics)


def test_a_baseline_whose_number_is_too_small_is_told(folder: Path) -> None:
    pack(folder, "1.0.0", {"customer.yaml": CUSTOMER.replace("60", "50")})
    assert said(folder) == expected("""
        error[E244]: the version must be 1.1.0 at least: `entity.customer.attributes.name.max_length` has another value
         --> baseline/layer.yaml:5:10   (layer group)
        5 | version: 1.0.1
          |          ^^^^^
          = help: `sidra baseline version` tells all that has changed
    """)


def test_a_baseline_that_was_changed_under_its_number_is_told(folder: Path) -> None:
    pack(folder, "1.0.1", {"customer.yaml": CUSTOMER + "label: Customer\n"})
    assert "error[E244]: the version must be 1.0.2 at least" in said(folder)


def test_a_number_that_is_large_enough_is_not_told(folder: Path) -> None:
    pack(folder, "1.0.0", {"customer.yaml": CUSTOMER + "label: Customer\n"})
    pack(folder, "1.0.1", {"customer.yaml": CUSTOMER})
    pack(folder, "1.2.0", {})
    assert said(folder) == ""


def test_an_upgrade_that_was_stopped_midway_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    head = folder / "affiliates/sn/layer.yaml"
    text = head.read_text(encoding="utf-8")
    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        place(folder / "affiliates/sn", {head: f"{text}# The same.\n"})
    monkeypatch.undo()
    assert said(folder) == expected("""
        error[E250]: an upgrade was stopped midway, and not all files are written
         --> affiliates/sn/layer.yaml:2:8   (layer affiliate:sn)
        2 | level: affiliate
          |        ^^^^^^^^^
          = help: run `sidra upgrade sn` again, which writes the files that wait
    """)
