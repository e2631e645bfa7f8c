"""Files that have settled are known by their stamps; those that changed just now are read."""

import os
from pathlib import Path

import pytest

from sidra import settled
from sidra.settled import SettledFiles
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.nodes import Node, Source
from sidra_metamodel.reading.cache import Cache
from sidra_metamodel.reading.parsing import ReadDocument

SOURCE = Source("a.yaml", "group", 0)


class Counting(SettledFiles):
    """Counts what is read."""

    def __init__(self) -> None:
        self.read_times = 0

    def read(self, path: Path, source: Source, diagnostics: Diagnostics) -> bytes | None:
        self.read_times += 1
        return super().read(path, source, diagnostics)


def finish(document: ReadDocument, _found: Diagnostics) -> ReadDocument:
    return document


def read(cache: Cache, path: Path) -> Node | None:
    shelf = cache.shelf("layer")
    document = shelf.read(path, SOURCE, Diagnostics(), finish)
    shelf.save()
    return document.node if document is not None else None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text("entity: a\nicon: one\n", encoding="utf-8")
    return path


def icon(node: Node | None) -> object:
    found = node.get("icon") if node is not None else None
    return found and found.value


def test_a_file_that_has_settled_is_read_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "SETTLED_NANOSECONDS", -(10**12))
    files = Counting()
    cache = Cache(files=files)
    assert read(cache, file) is read(cache, file)
    assert files.read_times == 1


def test_a_file_that_changed_just_now_is_read_each_time(file: Path) -> None:
    files = Counting()
    cache = Cache(files=files)
    assert read(cache, file) is read(cache, file)
    assert files.read_times == 2


def test_a_change_is_seen_also_of_the_same_size_and_with_the_time_of_the_last_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(files=SettledFiles())
    before = file.stat()
    assert icon(read(cache, file)) == "one"
    monkeypatch.setattr(settled, "SETTLED_NANOSECONDS", -(10**12))
    assert icon(read(cache, file)) == "one"
    file.write_text("entity: a\nicon: two\n", encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert icon(read(cache, file)) == "two"


def test_another_file_that_takes_the_place_of_one_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "SETTLED_NANOSECONDS", -(10**12))
    cache = Cache(files=SettledFiles())
    assert icon(read(cache, file)) == "one"
    other = file.with_suffix(".new")
    other.write_text("entity: a\nicon: two\n", encoding="utf-8")
    other.replace(file)
    assert icon(read(cache, file)) == "two"


def test_a_file_that_is_gone_has_no_stamp_and_no_document(file: Path) -> None:
    cache = Cache(files=SettledFiles())
    assert icon(read(cache, file)) == "one"
    file.unlink()
    assert SettledFiles().stamp(file) is None
    assert read(cache, file) is None
