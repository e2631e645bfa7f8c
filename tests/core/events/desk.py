"""A service desk that tells of its tickets: its documents, a subscriber on loopback, and work done at once."""

from __future__ import annotations

import dataclasses
import datetime
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from sidra.events.delivering import deliver_events
from sidra.jobs.service import Wish
from sidra.jobs.work import JobWork, Reports
from sidra.runtime import Runtime
from sidra.settings import Settings

CUSTOMER = """
entity: customer
label: Customer
title: name
api: {path: customerManagement/v4}
attributes:
  name: {type: string, required: true, filter: true}
  owner: {type: string, filter: true}
"""
TICKET = """
entity: trouble_ticket
label: Ticket
domain: service
title: name
closed: true
api:
  path: troubleTicket/v4
  events: status
  state_events: {resolved: Resolved, pending: InformationRequired}
attributes:
  name: {type: string, filter: true}
  description: {type: string, required: true}
  severity: {type: enum, enum: severity, filter: true}
  reported_at: {type: datetime, filter: true}
  wanted_by: {type: date, filter: true}
  cost: {type: money, filter: true}
  score: {type: integer, filter: true}
  remark: {type: string, filter: true}
  status: {type: enum, enum: ticket_status, filter: true}
relations:
  customer: {to: customer, filter: true}
lifecycle:
  attribute: status
  initial: acknowledged
  transitions:
    start: {from: [acknowledged], to: in_progress}
    wait: {from: [in_progress], to: pending}
    resolve: {from: [in_progress], to: resolved}
    accept: {from: [resolved], to: closed}
"""
SEVERITY = "enum: severity\nvalues: {low: {}, very_high: {}}\n"
STATUS = "enum: ticket_status\nvalues: {acknowledged: {}, in_progress: {}, pending: {}, resolved: {}, closed: {}}\n"
AGENT = """
role: agent
may:
  customer: {do: [create, read, update, delete]}
  trouble_ticket: {do: [create, read, update, delete, start, wait, resolve, accept]}
"""
DEALER = """
role: dealer
may:
  customer: {do: [read]}
  trouble_ticket: {do: [read], rows: ["severity == 'low'"], columns: {remark: none}}
"""
GUARD = """
role: guard
may:
  trouble_ticket: {do: [read], columns: {status: none, remark: mask}}
"""
OUTSIDER = "role: outsider\nmay:\n  customer: {do: [read]}\n"
DOCUMENTS = (CUSTOMER, TICKET, SEVERITY, STATUS, AGENT, DEALER, GUARD, OUTSIDER)
ROLES = ("agent", "dealer", "guard", "outsider")

Json = dict[str, Any]


@dataclass
class Subscriber:
    """A server on loopback that keeps what it is told."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    """The status of each answer to come; 201 when there is none left."""
    headers: Json = field(default_factory=dict)
    """Headers of every answer."""
    silent: threading.Event = field(default_factory=threading.Event)
    """While it is set, nobody is answered."""
    told: list[tuple[str, Json, bytes, int]] = field(default_factory=list)
    """Path, headers, body and the status that was answered."""
    connections: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/listener"

    @property
    def events(self) -> list[Json]:
        """What it took."""
        return [orjson.loads(body) for _, _, body, status in self.told if status < 300]

    @property
    def types(self) -> list[str]:
        """The types of what it took, in order."""
        return [event["eventType"] for event in self.events]


@contextmanager
def listening() -> Iterator[Subscriber]:
    """A subscriber, as long as it is needed."""
    found = Subscriber()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            found.connections += 1

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                # Who told it was killed meanwhile: it was not told.
                return
            while found.silent.is_set():
                found.silent.wait(0.01)
                if closing.wait(0.01):
                    return
            status = found.answers.pop(0) if found.answers else 201
            found.told.append((self.path, dict(self.headers), body, status))
            self.send_response(status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    closing = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Later:
    """Takes what is asked for later."""

    wishes: list[Wish] = field(default_factory=list)

    def enqueue(
        self, affiliate: str, name: str, payload: Json, *, key: str, not_before: datetime.datetime | None
    ) -> str:
        wish = Wish(affiliate, name, payload, key, not_before=not_before)
        self.wishes.append(wish)
        return wish.id


def deliver(runtime: Runtime, settings: Settings, *ids: str) -> Later:
    """Keep all that happened and tell whoever waits for it, as relay and worker do; returns what is asked for later.

    ids: of the subscriptions that are told; default: all that something waits for.
    """
    waiting: dict[str, None] = dict.fromkeys(ids)
    while rows := runtime.outbox.oldest(100):
        waiting.update(dict.fromkeys(runtime.events.keep(rows)))
        runtime.outbox.done(row.id for row in rows)
    later, reports = Later(), Reports(lambda *_: None, lambda: "ours")
    for one in ids or waiting:
        work = JobWork(runtime, f"job:{one}", deliver_events.name, reports, settings, later)  # type: ignore[arg-type]
        deliver_events.run(work, {"subscription": one})
    return later


def told_at(settings: Settings, callbacks: str) -> Settings:
    """The same settings with another word for where events may be sent."""
    return dataclasses.replace(settings, callbacks=callbacks)  # type: ignore[arg-type]  # one of its words
