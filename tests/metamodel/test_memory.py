from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.metamodel.layering.layered import REGISTRY

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.layering.effective import effective
from sidra_metamodel.memory import Memory
from sidra_metamodel.reading.cache import Cache
from sidra_metamodel.render import render

CUSTOMER = "entity: customer\nattributes: {name: {type: string}}"


def asked(memory: Memory, owner: str, *names: str) -> list[str]:
    """Which of these an owner's load had to make."""
    made: list[str] = []
    with memory.load(owner):
        for name in names:
            memory.of((name,), lambda: made.append(name))  # noqa: B023 - called at once
    return made


def test_what_was_made_of_the_same_is_not_made_again() -> None:
    memory = Memory()
    assert asked(memory, "sn", "a", "b") == ["a", "b"]
    assert asked(memory, "sn", "a", "b", "c") == ["c"]
    assert asked(memory, "pl", "a", "c") == []


def test_what_no_load_uses_any_more_is_forgotten() -> None:
    memory = Memory()
    asked(memory, "sn", "a")
    asked(memory, "pl", "b")
    asked(memory, "sn", "c", "d")
    assert asked(memory, "sn", "a", "b", "c") == ["a"]


def written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    written(tmp_path / "baseline/core/pack.yaml", "pack: core\ntier: core")
    written(tmp_path / "baseline/core/customer.yaml", CUSTOMER)
    for name in ("b2b", "mature"):
        written(tmp_path / f"baseline/{name}/pack.yaml", f"pack: {name}\ntier: {name}")
        written(tmp_path / f"baseline/{name}/customer.yaml", f"entity: customer\nicon: {name}")
    written(tmp_path / "affiliates/sn/layer.yaml", "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [b2b, mature]")
    written(tmp_path / "affiliates/pl/layer.yaml", "layer: pl\nlevel: affiliate\nprefix: pl\ntiers: [b2b]")
    return tmp_path


def icons(folders: Path, cache: Cache, affiliates: Sequence[str] = ("sn", "pl")) -> list[tuple[object, str]]:
    layers = discover(folders / "baseline", [folders / "affiliates"], REGISTRY, cache)
    found: list[tuple[object, str]] = []
    for affiliate in affiliates:
        diagnostics = Diagnostics()
        icon = effective(layers.stack(affiliate), REGISTRY, diagnostics)["entity", "customer"].root.get("icon")
        found.append((icon and icon.value, render(diagnostics)[:12]))
    return found


def test_affiliates_of_other_tiers_merge_on_their_own_and_findings_come_with_each_load(folders: Path) -> None:
    cache = Cache()
    expected = [("mature", "error[E301]:"), ("b2b", "")]
    assert icons(folders, cache) == icons(folders, cache) == icons(folders, Cache()) == expected


def test_an_edit_of_the_group_is_seen_in_the_next_load_and_an_overlay_never_reaches_another(folders: Path) -> None:
    cache = Cache()
    icons(folders, cache)
    written(folders / "baseline/b2b/customer.yaml", "entity: customer\nicon: briefcase")
    written(folders / "affiliates/sn/customer.yaml", "entity: customer\nicon: star")
    assert icons(folders, cache) == [("star", "error[E301]:"), ("briefcase", "")]
