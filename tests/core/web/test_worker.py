"""A server with open streams: they have no thread, tell what happens, and do not keep it from ending."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.core.web.test_stopping import Server

from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.live.signals import tell
from sidra.settings import load_settings
from sidra.web.cookies import cookie_name
from sidra.web.serving import KILL_SECONDS

STREAMS = 40
ACCOUNTS = 5


class Streaming(Server):
    """A server, and what its store is opened with beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.closing: list[http.client.HTTPConnection | http.client.HTTPResponse] = []
        self.wait_for_answer()
        given = {"SIDRA_BASELINE": "baseline", "SIDRA_AFFILIATES": "affiliates/*", "SIDRA_HOME": "var"}
        self.affiliates = Affiliates(load_settings({**given, "SIDRA_PLUGINS": ""}, folder))
        runtime = self.affiliates.get("sn")
        assert runtime is not None
        self.runtime = runtime
        entrance = Entrance.of("sn", runtime.store)
        people = [entrance.accounts.create(f"a{number}", "Awa", None, []) for number in range(ACCOUNTS)]
        self.cookies = [
            f"{cookie_name('sn', is_secure=False)}={entrance.sessions.open(one.actor('sn'))}" for one in people
        ]

    def open(self, number: int = 0) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/sn/live?topic=job:care", headers={"Cookie": self.cookies[number % ACCOUNTS]})
        answer = connection.getresponse()
        self.closing += [connection, answer]
        return answer

    def threads(self) -> int:
        return sum(len(list(Path(f"/proc/{worker}/task").iterdir())) for worker in self.workers())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Streaming]:
    found = Streaming(tmp_path)
    try:
        yield found
    finally:
        for one in found.closing:
            one.close()
        found.affiliates.close()
        found.process.kill()
        found.process.communicate()


def read_until(answer: http.client.HTTPResponse, part: bytes) -> bytes:
    found = b""
    while part not in found:
        line = answer.readline()
        assert line, "the stream has ended"
        found += line
    return found


def test_open_streams_hold_no_thread_are_told_and_do_not_keep_the_server_from_ending(server: Streaming) -> None:
    before = server.threads()
    opened = []
    for number in range(STREAMS):
        answer = server.open(number)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        read_until(answer, b"event: begin")
        opened.append(answer)
    assert server.threads() - before < STREAMS / 2
    with server.runtime.unit_of_work(server.runtime.system_actor) as unit:
        tell(unit, "job:care", "changed")
    for answer in opened:
        assert b'"job:care"' in read_until(answer, b'"changed"')
    began = time.monotonic()
    server.process.terminate()
    assert server.ends()
    assert time.monotonic() - began < KILL_SECONDS
    assert server.process.returncode == 0
    for answer in opened:
        answer.read()


def test_what_has_several_pieces_or_a_body_is_answered_as_ever(server: Streaming) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    server.closing.append(connection)
    for path, status in (("/health", 200), ("/%ff", 400), ("/nowhere/é".replace("é", "%C3%A9"), 404)):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (status, True)
    connection.request("HEAD", "/health")
    answer = connection.getresponse()
    assert answer.read() == b""
    connection.request("POST", "/sn/tmf-api/party/v4/individual", body=b"x" * 100_000, headers={"Cookie": "a=b"})
    answer = connection.getresponse()
    assert answer.status in {401, 413}
    answer.read()
