import os
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.core.web.conftest import State

from sidra.web.log import configure
from sidra.web.reload import Reloader, code_of, snapshot, watch
from sidra_metamodel.diagnostics import Diagnostic
from sidra_metamodel.nodes import Place

BROKEN = Diagnostic("E101", "no `nme` here", Place("affiliates/sn/x.yaml", 3, 5))


class Registry:
    """A registry that counts how often it read the files, and has a new state of `sn` after each time."""

    def __init__(self) -> None:
        self.reads = 0
        self.states: dict[str, State] = {"sn": State(None), "pl": State(None)}
        self.found: tuple[Diagnostic, ...] = ()
        self.error: Exception | None = None

    @property
    def names(self) -> list[str]:
        return list(self.states)

    def state(self, name: str) -> State | None:
        return self.states[name]

    def reload(self) -> None:
        if self.error is not None:
            raise self.error
        self.reads += 1
        self.states["sn"] = State(None, self.found)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "entities").mkdir()
    (tmp_path / "layer.yaml").write_text("layer: sn\n")
    (tmp_path / "entities" / "customer.yaml").write_text("entity: customer\n")
    return tmp_path


@pytest.fixture(autouse=True)
def _logging() -> None:
    configure("info")


def told(capture: pytest.CaptureFixture[bytes]) -> bytes:
    logged = capture.readouterr()
    return logged.err + logged.out


def test_nothing_is_read_where_nothing_was_saved(folder: Path) -> None:
    registry = Registry()
    refresh = Reloader(registry, [folder])
    refresh()
    refresh()
    assert registry.reads == 0


def test_a_saved_file_a_new_one_and_a_removed_one_are_each_seen_once(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    registry = Registry()
    refresh = Reloader(registry, [folder])
    (folder / "layer.yaml").write_text("layer: sn # changed\n")
    refresh()
    (folder / "entities" / "individual.yaml").write_text("entity: individual\n")
    refresh()
    (folder / "entities" / "customer.yaml").unlink()
    refresh()
    refresh()
    assert registry.reads == 3
    logged = told(capfdbinary)
    assert [logged.count(name) for name in (b"layer.yaml", b"individual.yaml", b"customer.yaml")] == [1, 1, 1]


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
    assert registry.reads == 1


@pytest.mark.parametrize("error", [OSError("secret"), ZeroDivisionError("secret")])
def test_files_that_cannot_be_read_are_told_once_and_read_at_the_next_request(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], error: Exception
) -> None:
    registry = Registry()
    refresh = Reloader(registry, [folder])
    (folder / "layer.yaml").write_text("layer: sn # changed\n")
    registry.error = error
    refresh()
    refresh()
    logged = told(capfdbinary)
    assert logged.count(b"reload failed") == 1
    assert b"secret" not in logged
    registry.error = None
    refresh()
    refresh()
    assert registry.reads == 1


def test_what_begins_with_a_dot_and_folders_that_are_not_there_are_passed_over(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "x.yaml").write_text("")
    assert {Path(path).name for path in snapshot([folder, folder / "absent"])} == {"layer.yaml", "customer.yaml"}


def test_a_file_that_breaks_is_told_in_the_log_once(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    registry = Registry()
    refresh = Reloader(registry, [folder])
    registry.found = (BROKEN,)
    for text in ("a: 1", "a: 22"):
        (folder / "layer.yaml").write_text(text)
        refresh()
        refresh.settle()
    logged = told(capfdbinary)
    assert logged.count(b"no `nme` here") == 1
    assert b"affiliates/sn/x.yaml:3:5" in logged
    assert b"reloaded" not in logged
    registry.found = ()
    (folder / "layer.yaml").write_text("a: 333")
    refresh()
    refresh.settle()
    assert told(capfdbinary).count(b"reloaded") == 1


def test_saved_code_of_a_plugin_is_told_with_what_to_do(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    package, file = tmp_path_factory.mktemp("plugin"), tmp_path_factory.mktemp("single") / "single.py"
    for path in (package / "__init__.py", file):
        path.write_text("")
    registry = Registry()
    refresh = Reloader(registry, [folder], [package, file])
    refresh.settle()
    assert b"plugin" not in told(capfdbinary)
    (package / "__init__.py").write_text("# saved")
    file.write_text("# saved")
    refresh()
    refresh.settle()
    refresh.settle()
    logged = told(capfdbinary)
    assert logged.count(b"start it again") == 1
    assert b"__init__.py" in logged
    assert b"single.py" in logged
    assert registry.reads == 0


def test_the_code_of_a_plugin_is_found_by_the_name_in_the_settings() -> None:
    assert code_of(["sidra_metamodel", "no_such_plugin"]) == (
        Path(str(sys.modules["sidra_metamodel"].__file__)).parent,
    )


def test_looking_at_a_thousand_files_takes_milliseconds(tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / f"{number}.yaml").touch()
    began = time.process_time()
    snapshot([tmp_path])
    # The promise is 5 ms for a few hundred files; the bound is wide, since machines differ.
    assert time.process_time() - began < 0.1


def test_a_watcher_loads_without_any_request(folder: Path) -> None:
    registry, stop = Registry(), threading.Event()
    thread = watch(Reloader(registry, [folder, folder / "absent"]), stop)
    deadline = time.monotonic() + 60
    while not registry.reads and time.monotonic() < deadline:
        (folder / "layer.yaml").write_text(f"layer: sn # {time.monotonic()}\n")
        time.sleep(0.1)
    stop.set()
    thread.join(10)
    assert registry.reads
    assert not thread.is_alive()
