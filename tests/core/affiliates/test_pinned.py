"""Affiliates on several versions of the baseline, served by one process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.metamodel.versions.versioned import install, pack

from sidra.affiliates.registry import Affiliates
from sidra.settings import Settings

CUSTOMER = "entity: customer\ntitle: name\nattributes:\n  name: {type: string, max_length: 60}\n"
LAYER = "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\n"
EGYPT = LAYER.replace("sn", "eg")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """1.1.0 is installed and 1.0.0 kept; Egypt is pinned to it."""
    rest = {"affiliates/sn/layer.yaml": LAYER, "affiliates/eg/layer.yaml": f"{EGYPT}baseline: 1.0.0\n"}
    install(tmp_path, "1.1.0", {"customer.yaml": CUSTOMER}, rest)
    pack(tmp_path, "1.0.0", {"customer.yaml": CUSTOMER.replace("60", "50")})
    return tmp_path


@pytest.fixture
def affiliates(folder: Path) -> Iterator[Affiliates]:
    overlays = (folder / "affiliates/eg", folder / "affiliates/sn")
    found = Affiliates(Settings(home=folder, affiliates=overlays, baseline=folder / "baseline", plugins=()))
    yield found
    found.close()


def longest_name(affiliates: Affiliates, name: str) -> int | None:
    runtime = affiliates.get(name)
    assert runtime is not None
    return runtime.model.entities["customer"].attributes["name"].max_length


def pinned(folder: Path, version: str) -> None:
    (folder / "affiliates/eg/layer.yaml").write_text(f"{EGYPT}baseline: {version}\n", encoding="utf-8")


def test_each_affiliate_is_served_on_its_own_version(affiliates: Affiliates) -> None:
    assert (longest_name(affiliates, "sn"), longest_name(affiliates, "eg")) == (60, 50)


def test_another_pin_is_in_force_after_a_reload_for_its_affiliate_alone(folder: Path, affiliates: Affiliates) -> None:
    affiliates.load_all()
    pinned(folder, "1.1.0")
    assert affiliates.reload() == ("eg",)
    assert (longest_name(affiliates, "sn"), longest_name(affiliates, "eg")) == (60, 60)


def test_an_unknown_version_leaves_in_force_what_was_until_it_is_there(folder: Path, affiliates: Affiliates) -> None:
    affiliates.load_all()
    pinned(folder, "1.2.0")
    assert affiliates.reload() == ("eg",)
    state = affiliates.state("eg")
    assert state is not None
    assert [one.code for one in state.diagnostics] == ["E241"]
    assert (longest_name(affiliates, "sn"), longest_name(affiliates, "eg")) == (60, 50)
    pack(folder, "1.2.0", {"customer.yaml": CUSTOMER.replace("60", "70")})
    assert affiliates.reload() == ("eg",)
    assert (longest_name(affiliates, "sn"), longest_name(affiliates, "eg")) == (60, 70)


def test_a_version_that_is_damaged_later_leaves_in_force_what_was(folder: Path, affiliates: Affiliates) -> None:
    affiliates.load_all()
    (folder / "baselines/1.0.0/customer.yaml").write_text(CUSTOMER, encoding="utf-8")
    assert affiliates.reload() == ("eg",)
    state = affiliates.state("eg")
    assert state is not None
    assert [one.code for one in state.diagnostics] == ["E242"]
    assert longest_name(affiliates, "eg") == 50


def test_what_the_group_bounds_counts_at_once_for_who_has_another_version(folder: Path, affiliates: Affiliates) -> None:
    overlay = "entity: customer\nattributes:\n  name: {max_length: 40, $why: Cards are narrow}\n"
    for name, text in (
        ("affiliates/eg/entities/customer.yaml", overlay),
        ("baseline/ceilings/all.yaml", "ceiling: all\nlevel: L4\n"),
    ):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    affiliates.reload()
    affiliates.load_all()
    assert longest_name(affiliates, "eg") == 40
    (folder / "baseline/ceilings/all.yaml").write_text("ceiling: all\nlevel: L0\n", encoding="utf-8")
    assert affiliates.reload() == ("eg", "sn")
    state = affiliates.state("eg")
    assert state is not None
    assert any("ceiling" in str(one.notes) for one in state.diagnostics)
