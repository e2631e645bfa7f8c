import contextlib
import socket
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
PATIENCE_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
    assert wait_for(f"{server}/health") == (200, b'{"status":"up","affiliates":{"sn":"served"}}')
    assert answer(f"{server}/sn/tmf-api/party/v4/individual")[0] == 401
    (tmp_path / "affiliates/sn/individual.yaml").write_text("entity: [")
    assert answer(f"{server}/health") == (200, b'{"status":"up","affiliates":{"sn":"last good"}}')


def test_a_wrong_setting_is_told_before_anything_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIDRA_PROT", "1")
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 1
    assert result.output.startswith("error[R001]: no setting `prot` (SIDRA_PROT)")


@pytest.mark.parametrize("port", ["0", "65536", "x"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    assert CliRunner().invoke(main, ["serve", "--port", port]).exit_code == 2
