"""A system on loopback that answers as a test says, and a connector that asks it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.core.models import model_of

from sidra.connectors.protocols import Client, Endpoint
from sidra.connectors.rest import RestClient
from sidra.connectors.service import Connector

VARIABLE = "BILLING_URL"
ENUM = "enum: state\nvalues: [open, paid]\n"
CONNECTOR = """
interface: billing
kind: connector
base_url: {environment: BILLING_URL}
timeout: 1s
retries: 1
circuit: {failures: 2, open_for: 30s}
auth: AUTH
operations:
  bills:
    takes: {account: string}
    get: "/bills/{account}?of={account}"
    each: "$.items[*]"
    returns:
      number: id
      amount: {path: due, type: money}
      day: {path: day, type: date}
      state: {path: state, type: enum, enum: state, lookup: {P: paid}}
    cache: 60s
  pay: {takes: {account: string}, post: "/pay", body: {to: "{account}"}, returns: {number: id}}
"""
BILL = {"id": "B-1", "due": {"value": 12.5, "unit": "EUR"}, "day": "2026-11-01", "state": "P"}


@dataclass
class Stub:
    """What the system does: statuses and bodies in turn, the last one from then on."""

    answers: list[tuple[int, bytes]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    seen: list[tuple[str, str, bytes, str]] = field(default_factory=list)
    address: str = ""

    def next(self) -> tuple[int, bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def stub() -> Iterator[Stub]:
    found = Stub()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            found.seen.append(
                (self.command, self.path, self.rfile.read(length), self.headers.get("Authorization") or "")
            )
            time.sleep(found.delay)
            status, body = found.next()
            self.send_response(status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = answer  # noqa: N815 - the names that the server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    found.address = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()


@dataclass
class Watch:
    """A clock that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


Connect = Callable[..., Connector]


@pytest.fixture
def connect(stub: Stub, watch: Watch) -> Connect:
    def made(auth: str = "{kind: none}", client: Client | None = None, **environ: str) -> Connector:
        model = model_of(ENUM, CONNECTOR.replace("AUTH", auth).lstrip())
        words = model.interfaces["billing"]
        known = {VARIABLE: stub.address, **environ}
        return Connector(model, words, client or RestClient(Endpoint(words, "sn", known)), watch)

    return made
