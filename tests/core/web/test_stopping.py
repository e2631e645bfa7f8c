"""A server ends when it is told to, whatever it is doing."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import skip_or_fail
from tests.core.cli.test_serve import FILES, free_port
from tests.metamodel.configurations import write

from sidra.web.stopping import REPEAT_SECONDS, repeat_until_heard

PATIENCE_SECONDS = 60.0


class Server:
    """`sidra serve` with one worker, on a store that is not there yet."""

    def __init__(self, folder: Path) -> None:
        write(folder, FILES)
        environ = {"SIDRA_BASELINE": "baseline", "SIDRA_AFFILIATES": "affiliates/*", "SIDRA_HOME": "var"}
        environ |= {"SIDRA_PLUGINS": "", "SIDRA_WORKERS": "1", "PATH": ""}
        self.port = free_port()
        command = [sys.executable, "-c", "from sidra.cli import main; main()", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE)

    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def wait_for_worker(self) -> list[int]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and not self.workers():
            time.sleep(0.005)
        return self.workers()

    def wait_for_answer(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            url = f"http://127.0.0.1:{self.port}/health"
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
                return
            time.sleep(0.01)
        pytest.fail("the server did not come up")

    def ends(self) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE_SECONDS)
            return True
        return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    if not Path("/proc/self/task").is_dir():
        skip_or_fail("workers are found by /proc")
    found = Server(tmp_path)
    try:
        yield found
    finally:
        found.process.kill()
        found.process.communicate()


def is_alive(process: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, 0)
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:1]
    return False


def test_a_signal_is_repeated_until_somebody_hears_it() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    try:
        repeat_until_heard(parent=os.getppid())
        os.kill(os.getpid(), signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and len(heard) < 3:
            time.sleep(0.01)
    finally:
        signal.set_wakeup_fd(-1)
        time.sleep(3 * REPEAT_SECONDS)
        signal.signal(signal.SIGTERM, before)
    assert heard[:3] == [signal.SIGTERM] * 3


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.4])
def test_a_server_whose_worker_still_loads_ends_when_it_is_told(server: Server, delay: float) -> None:
    workers = server.wait_for_worker()
    time.sleep(delay)
    server.process.send_signal(signal.SIGTERM)
    assert server.ends()
    assert not any(is_alive(worker) for worker in workers)


def test_a_server_that_has_just_answered_ends_when_it_is_told(server: Server) -> None:
    server.wait_for_answer()
    workers = server.workers()
    server.process.send_signal(signal.SIGTERM)
    assert server.ends()
    assert not any(is_alive(worker) for worker in workers)


def test_a_worker_does_not_outlive_a_server_that_is_killed(server: Server) -> None:
    server.wait_for_answer()
    workers = server.workers()
    server.process.kill()
    server.process.wait()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and any(is_alive(worker) for worker in workers):
        time.sleep(0.05)
    assert not any(is_alive(worker) for worker in workers)


def test_a_worker_that_is_told_while_it_is_forked_ends() -> None:
    program = """
import os, signal
from sidra.web.stopping import let_workers_die
signal.signal(signal.SIGTERM, lambda *_: None)
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
let_workers_die()
worker = os.fork()
if not worker:
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) == -signal.SIGTERM
