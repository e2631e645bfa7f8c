import contextlib
import json
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.metamodel.configurations import write

from sidra.cli import main

FILES = {
    "baseline/individual.yaml": "entity: individual\nattributes:\n  given_name: {type: string}\n",
    "affiliates/sn/individual.yaml": "entity: individual\nattributes:\n  given_name: {max_length: 40, $why: Law}\n",
}
PATIENCE_SECONDS = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installation whose server would never end, were it started."""
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    for name, value in {"BASELINE": "baseline", "AFFILIATES": "affiliates/*", "HOME": "var", "PLUGINS": ""}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    monkeypatch.setattr("sidra.web.serving.serve", lambda *_, **__: None)
    return tmp_path


def serve(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["serve", "--port", str(free_port()), *words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a server of its own, with `--reload`."""
    write(tmp_path, FILES)
    environ = {"SIDRA_BASELINE": "baseline", "SIDRA_AFFILIATES": "affiliates/*", "SIDRA_HOME": "var", "PATH": ""}
    port = free_port()
    command = [sys.executable, "-c", "from sidra.cli import main; main()", "serve", "--reload", "--port", str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, env={**environ, "SIDRA_PLUGINS": ""})
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def answer(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=5) as found:
            return int(found.status), found.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def wait_for(url: str) -> tuple[int, bytes]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            return answer(url)
        time.sleep(0.1)
    pytest.fail("the server did not come up")


def test_a_server_comes_up_and_tells_that_a_saved_file_is_broken(server: str, tmp_path: Path) -> None:
    status, body = wait_for(f"{server}/health")
    assert (status, json.loads(body)["affiliates"]) == (200, {"sn": "served"})
    assert answer(f"{server}/sn/tmf-api/party/v4/individual")[0] == 401
    (tmp_path / "affiliates/sn/individual.yaml").write_text("entity: [")
    status, body = answer(f"{server}/health")
    assert (status, json.loads(body)["affiliates"]) == (200, {"sn": "last good"})


def test_a_server_has_a_worker_beside_it(server: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    found = wait_for(f"{server}/health")
    while json.loads(found[1])["work"] != "up" and time.monotonic() < deadline:
        time.sleep(0.2)
        found = answer(f"{server}/health")
    assert json.loads(found[1])["work"] == "up"


def test_a_wrong_setting_is_told_before_anything_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIDRA_PROT", "1")
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 2
    assert result.output.startswith("error[R001]: no setting `prot` (SIDRA_PROT)")


@pytest.mark.parametrize("port", ["0", "65536", "x"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    assert CliRunner().invoke(main, ["serve", "--port", port]).exit_code == 2


@pytest.mark.usefixtures("home")
def test_a_port_that_is_taken_is_told_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, text = serve("--port", str(taken.getsockname()[1]))
    assert code == 4
    assert text.startswith("error[R006]: Sidra cannot listen at 127.0.0.1, port ")
    assert "--port" in text


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("host", ["203.0.113.7", "a b", "x" * 300])
def test_a_host_that_is_not_of_this_machine_is_told(host: str) -> None:
    code, text = serve("--host", host)
    assert (code, text[:12]) == (4, "error[R006]:")


@pytest.mark.usefixtures("home")
def test_a_host_may_be_named() -> None:
    assert serve("--host", "localhost")[0] == 0


def test_a_damaged_database_and_a_data_folder_that_is_none_are_told(home: Path) -> None:
    (home / "var").write_text("")
    assert serve()[1].startswith("error[R002]: `sn` is not served: the database sn.db cannot be opened")
    (home / "var").unlink()
    (home / "var").mkdir()
    (home / "var/sn.db").write_bytes(b"no database" * 1000)
    code, text = serve()
    assert code == 4
    assert "file is not a database" in text
    assert "restore its last backup" in text


def test_one_affiliate_that_cannot_be_served_is_told_and_the_others_are_served(home: Path) -> None:
    write(home, {**FILES, "affiliates/pl/layer.yaml": "layer: pl\nlevel: affiliate\nprefix: pl\ntiers: [core]\n"})
    (home / "var").mkdir()
    (home / "var/sn.db").write_bytes(b"no database" * 1000)
    code, text = serve()
    assert code == 0
    assert "`sn` is not served" in text
    assert "Sidra serves http://127.0.0.1" in text


def test_with_reload_files_that_are_broken_can_be_mended_while_it_serves(home: Path) -> None:
    (home / "affiliates/sn/individual.yaml").write_text("entity: [", encoding="utf-8")
    assert serve()[0] == 3
    assert serve("--reload")[0] == 0


def test_a_disk_that_fails_under_a_command_is_told_without_a_traceback(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("sidra.access.tokens.Tokens.list", fail)
    result = CliRunner().invoke(main, ["token", "list", "sn"])
    assert (result.exit_code, result.output.splitlines()[0]) == (
        4,
        "error[R002]: the data folder or a database in it fails: database or disk is full",
    )
