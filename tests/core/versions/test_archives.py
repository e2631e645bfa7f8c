"""Baselines as archives: whole, or not taken at all."""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from sidra.settings import Settings
from sidra.versions.archives import BadBaseline, add, pack
from sidra_metamodel.versions.manifest import MANIFEST, fault_of, manifest

LAYER = b"layer: meridian\nlevel: group\nversion: 1.1.0\n"
FILES = {"layer.yaml": LAYER, "core/pack.yaml": b"pack: core\ntier: core\n"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    installed = tmp_path / "installed"
    write(installed, {**FILES, "layer.yaml": LAYER.replace(b"1.1.0", b"1.0.0")})
    return Settings(home=tmp_path / "var", affiliates=(), baseline=installed)


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def archive(tmp_path: Path, files: Mapping[str, bytes], **kinds: bytes) -> Path:
    """An archive of files as they are said, also with what an honest one never holds."""
    file = tmp_path / "sent.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        for path, data in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.type = len(data), kinds.get(path.partition("/")[0], tarfile.REGTYPE)
            entry.linkname = "/etc/passwd"
            tar.addfile(entry, io.BytesIO(data))
    return file


def test_what_is_packed_is_taken_as_it_was(settings: Settings, tmp_path: Path) -> None:
    sent = tmp_path / "sent.tar.gz"
    sent.write_bytes(pack(write(tmp_path / "next", FILES), "1.1.0"))
    assert add(settings, sent, "", "1.0.0") == ("1.1.0", True)
    place = settings.baselines / "1.1.0"
    assert {path: (place / path).read_bytes() for path in FILES} == FILES
    assert fault_of(place, "1.1.0") == ""
    assert add(settings, sent, "", "1.0.0") == ("1.1.0", False)


def test_the_same_files_give_the_same_archive(tmp_path: Path) -> None:
    assert pack(write(tmp_path / "one", FILES), "1.1.0") == pack(write(tmp_path / "other", FILES), "1.1.0")


def test_a_folder_is_taken_without_a_manifest(settings: Settings, tmp_path: Path) -> None:
    write(tmp_path / "next", {**FILES, "__init__.py": b"", ".hidden": b"", "py.typed": b""})
    assert add(settings, tmp_path / "next", "1.1.0", "1.0.0") == ("1.1.0", True)
    assert sorted(file.name for file in (settings.baselines / "1.1.0").rglob("*") if file.is_file()) == [
        "layer.yaml",
        "manifest.json",
        "pack.yaml",
    ]


def test_a_damaged_version_is_mended_by_taking_it_again(settings: Settings, tmp_path: Path) -> None:
    source = write(tmp_path / "next", FILES)
    add(settings, source, "1.1.0", "1.0.0")
    place = settings.baselines / "1.1.0"
    (place / "core/pack.yaml").unlink()
    assert fault_of(place, "1.1.0") == "`core/pack.yaml` is missing"
    assert add(settings, source, "1.1.0", "1.0.0") == ("1.1.0", False)
    assert fault_of(place, "1.1.0") == ""


def refused(settings: Settings, source: Path, version: str = "1.1.0") -> str:
    with pytest.raises(BadBaseline) as found:
        add(settings, source, version, "1.0.0")
    assert found.value.hint
    assert not [one for one in settings.home.rglob("*") if one.is_file() and "1.0.9" in str(one)]
    return found.value.reason


def test_a_version_with_other_content_is_refused(settings: Settings, tmp_path: Path) -> None:
    source = write(tmp_path / "next", FILES)
    add(settings, source, "1.1.0", "1.0.0")
    write(source, {"core/more.yaml": b"enum: more\nvalues: [a]\n"})
    assert refused(settings, source) == "there is another baseline 1.1.0"
    assert refused(settings, source, "1.0.0") == "there is another baseline 1.0.0"
    assert fault_of(settings.baselines / "1.1.0", "1.1.0") == ""


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../outside.yaml", "the archive holds `../outside.yaml`, which is no plain file below its folder"),
        ("core/../../x.yaml", "the archive holds `core/../../x.yaml`, which is no plain file below its folder"),
        ("/etc/x.yaml", "the archive holds `/etc/x.yaml`, which is no plain file below its folder"),
        ("C:x.yaml", "the archive holds `C:x.yaml`, which is no plain file below its folder"),
        ("..\\x.yaml", "the archive holds `..\\x.yaml`, which is no plain file below its folder"),
    ],
)
def test_an_archive_that_leads_out_of_its_folder_is_refused(
    settings: Settings, tmp_path: Path, path: str, reason: str
) -> None:
    files = {**FILES, path: b"x"}
    assert refused(settings, archive(tmp_path, {MANIFEST: manifest("1.1.0", files), **files})) == reason
    assert not settings.baselines.exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_an_archive_with_anything_but_files_is_refused(settings: Settings, tmp_path: Path, kind: bytes) -> None:
    sent = archive(tmp_path, {MANIFEST: manifest("1.1.0", FILES), "link": b"", **FILES}, link=kind)
    assert refused(settings, sent) == "the archive holds `link`, which is no plain file below its folder"


def test_an_archive_with_another_content_than_its_manifest_is_refused(settings: Settings, tmp_path: Path) -> None:
    said = {MANIFEST: manifest("1.1.0", FILES)}
    changed = archive(tmp_path, {**said, **FILES, "core/pack.yaml": b"pack: other\n"})
    assert refused(settings, changed) == "`core/pack.yaml` is not what was packed"
    assert (
        refused(settings, archive(tmp_path, {**said, "layer.yaml": LAYER})) == "`core/pack.yaml` is not what was packed"
    )
    more = archive(tmp_path, {**said, **FILES, "more.yaml": b""})
    assert refused(settings, more) == "`more.yaml` is not what was packed"


def test_what_is_no_archive_of_a_baseline_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no archive", encoding="utf-8")
    assert (
        refused(settings, tmp_path / "text")
        == "text is no archive of a baseline: file could not be opened successfully"
    )
    assert refused(settings, archive(tmp_path, FILES)) == "sent.tar.gz has no manifest.json"
    assert (
        refused(settings, archive(tmp_path, {MANIFEST: b"{", **FILES})) == "manifest.json cannot be read: it is no JSON"
    )
    bad = archive(tmp_path, {MANIFEST: manifest("../1.0.9", FILES), **FILES})
    assert refused(settings, bad) == "`../1.0.9` is no version of a baseline"
    assert refused(settings, write(tmp_path / "empty", {"a.yaml": b""})).endswith("holds no baseline")
    (tmp_path / "empty/layer.yaml").symlink_to(settings.baseline / "layer.yaml")
    assert refused(settings, tmp_path / "empty") == "`layer.yaml` is no plain file"


def test_an_archive_without_a_layer_is_refused(settings: Settings, tmp_path: Path) -> None:
    files = {"core/pack.yaml": b"pack: core\ntier: core\n"}
    sent = archive(tmp_path, {MANIFEST: manifest("1.1.0", files), **files})
    assert refused(settings, sent).endswith("sent.tar.gz holds no baseline")


@pytest.mark.parametrize("format_", ["gz", "xz"])
def test_an_archive_that_was_damaged_on_the_way_is_refused(settings: Settings, tmp_path: Path, format_: str) -> None:
    files = {**FILES, "large.yaml": bytes(range(256)) * 400}
    packed = pack(write(tmp_path / "next", files), "1.1.0")
    data = bytearray(lzma.compress(gzip.decompress(packed)) if format_ == "xz" else packed)
    sent = tmp_path / "sent"
    for place in range(0, len(data), max(len(data) // 50, 1)):
        sent.write_bytes(data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :])
        with contextlib.suppress(BadBaseline):
            # What is damaged where nothing stands, such as in the head of a file, is taken as it was.
            add(settings, sent, "", "1.0.0")
            assert fault_of(settings.baselines / "1.1.0", "1.1.0") == ""
