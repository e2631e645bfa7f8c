"""Clients that write over HTTP and know what they were told: what is acknowledged, and what nobody told them."""

from __future__ import annotations

import http.client
import json
import threading
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from tests.proofs.served import Served

PATIENCE_SECONDS = 60.0
PATCHES = 4
LINES = ("one", "two")
TIMEOUT_SECONDS = 30

Json = dict[str, Any]


class Unknown(Exception):
    """Nobody told what became of a request: the server is gone, or was hindered in the middle of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a server answered."""

    status: int
    tag: str
    body: Json

    @property
    def version(self) -> int:
        """Of the record, as its tag says."""
        return int(self.tag.strip('"').partition("-")[0])


class Api:
    """One connection to the API of an installation."""

    def __init__(self, served: Served) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=TIMEOUT_SECONDS)
        self._headers = {"Authorization": f"Bearer {served.token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: Json | None = None, **headers: str) -> Told:
        """Return the answer of any status below 500; raises Unknown for the others, and for none."""
        sent = self._headers | {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._connection.request(
                method, f"/sn/tmf-api/proofs/v4{path}", None if body is None else json.dumps(body), sent
            )
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unknown(repr(error)) from error
        if answer.status >= http.client.INTERNAL_SERVER_ERROR:
            raise Unknown(f"{answer.status}: {text[:300]!r}")
        return Told(answer.status, answer.headers.get("ETag", ""), json.loads(text) if text else {})

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()


@dataclass
class Account:
    """What one client knows of an account that it made, and nobody else changes."""

    id: str
    code: str
    total: int = 0
    version: int = 1
    doubt: int | None = None
    """The total of a change of which nobody told what became of it."""
    tickets: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    """Tickets that were deleted."""
    unsure: set[str] = field(default_factory=set)
    """Tickets of which nobody told whether they were deleted."""


class Writer(threading.Thread):
    """Writes one thing after the other, until the server is gone."""

    def __init__(self, served: Served, name: str, stop: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self._served, self._stopped = served, stop
        self.accounts: list[Account] = []
        self.doubtful: set[str] = set()
        """Codes of accounts of which nobody told whether they are there."""
        self.acknowledged = 0
        self.hindered = 0
        self.refused: list[str] = []

    def run(self) -> None:
        """Make accounts, change them, give them tickets and take some of these away."""
        with closing(Api(self._served)) as api:
            number = 0
            while not self._stopped.is_set() and not self.refused:
                try:
                    self._turn(api, f"{self.name}-{number}")
                except Unknown:
                    self.hindered += 1
                    self._stopped.wait(0.05)
                number += 1

    def _turn(self, api: Api, code: str) -> None:
        self.doubtful.add(code)
        lines = [{"text": text} for text in LINES]
        made = self._good(api.ask("POST", "/account", {"name": f"Account {code}", "code": code, "lines": lines}))
        account = Account(made.body["id"], code, version=made.version)
        self.doubtful.discard(code)
        self.accounts.append(account)
        for number in range(1, PATCHES + 1):
            account.doubt = number
            tag = f'"{account.version}"'
            told = self._good(api.ask("PATCH", f"/account/{account.id}", {"total": number}, If_Match=tag))
            account.total, account.version, account.doubt = number, told.version, None
        for text in ("kept", "removed"):
            ticket = self._good(api.ask("POST", "/ticket", {"text": text, "account": {"id": account.id}})).body["id"]
            account.tickets.add(ticket)
        account.unsure.add(ticket)
        self._good(api.ask("DELETE", f"/ticket/{ticket}"))
        account.unsure.discard(ticket)
        account.tickets.discard(ticket)
        account.gone.add(ticket)

    def _good(self, told: Told) -> Told:
        if told.status >= http.client.BAD_REQUEST:
            self.refused.append(f"{told.status}: {told.body}")
            raise Unknown(self.refused[-1])
        self.acknowledged += 1
        return told
