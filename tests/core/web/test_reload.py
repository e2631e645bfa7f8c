import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.core.web.conftest import State

from sidra.web.reload import Reloader, snapshot, watch
from sidra_metamodel.diagnostics import Diagnostic
from sidra_metamodel.nodes import Place


class Registry:
    """A registry that remembers what it was told."""

    def __init__(self) -> None:
        self.changed: list[list[str]] = []
        self.states: dict[str, State] = {"sn": State(None), "pl": State(None)}
        self.found: tuple[Diagnostic, ...] = ()

    @property
    def names(self) -> list[str]:
        return list(self.states)

    def state(self, name: str) -> State | None:
        return self.states[name]

    def reload(self, changed: Iterable[Path]) -> None:
        self.changed.append([path.name for path in changed])
        self.states["sn"].diagnostics = self.found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "entities").mkdir()
    (tmp_path / "layer.yaml").write_text("layer: sn\n")
    (tmp_path / "entities" / "customer.yaml").write_text("entity: customer\n")
    return tmp_path


def test_nothing_is_reloaded_where_nothing_was_saved(folder: Path) -> None:
    registry = Registry()
    refresh = Reloader(registry, [folder])
    refresh()
    refresh()
    assert registry.changed == []


def test_a_saved_file_a_new_one_and_a_removed_one_are_each_seen_once(folder: Path) -> None:
    registry = Registry()
    refresh = Reloader(registry, [folder])
    (folder / "layer.yaml").write_text("layer: sn # changed\n")
    refresh()
    (folder / "entities" / "individual.yaml").write_text("entity: individual\n")
    refresh()
    (folder / "entities" / "customer.yaml").unlink()
    refresh()
    refresh()
    assert registry.changed == [["layer.yaml"], ["individual.yaml"], ["customer.yaml"]]


def test_a_file_that_another_one_takes_the_place_of_is_seen_though_time_and_size_are_the_same(folder: Path) -> None:
    registry = Registry()
    refresh = Reloader(registry, [folder])
    old = folder / "layer.yaml"
    stamp = old.stat()
    new = folder / ".layer.yaml.new"
    new.write_text("layer: pl\n")
    os.utime(new, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    new.replace(old)
    refresh()
    assert registry.changed == [["layer.yaml"]]


def test_what_begins_with_a_dot_and_folders_that_are_not_there_are_passed_over(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "x.yaml").write_text("")
    assert {Path(path).name for path in snapshot([folder, folder / "absent"])} == {"layer.yaml", "customer.yaml"}


def test_a_file_that_breaks_is_told_in_the_log_once(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    registry = Registry()
    refresh = Reloader(registry, [folder])
    registry.found = (Diagnostic("E101", "no `nme` here", Place("affiliates/sn/x.yaml", 3, 5)),)
    for text in ("a: 1", "a: 22"):
        (folder / "layer.yaml").write_text(text)
        refresh()
    logged = capfdbinary.readouterr()
    told = logged.err + logged.out
    assert told.count(b"no `nme` here") == 1
    assert b"affiliates/sn/x.yaml:3:5" in told


def test_looking_at_a_thousand_files_takes_milliseconds(tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / f"{number}.yaml").touch()
    began = time.process_time()
    snapshot([tmp_path])
    # The promise is 5 ms for a few hundred files; the bound is wide, since machines differ.
    assert time.process_time() - began < 0.1


def test_a_watcher_refreshes_without_any_request(folder: Path) -> None:
    seen, stop = threading.Event(), threading.Event()
    thread = watch([folder, folder / "absent"], seen.set, stop)
    deadline = time.monotonic() + 10
    while not seen.wait(0.1) and time.monotonic() < deadline:
        (folder / "layer.yaml").write_text(f"layer: sn # {time.monotonic()}\n")
    stop.set()
    thread.join(10)
    assert seen.is_set()
    assert not thread.is_alive()
