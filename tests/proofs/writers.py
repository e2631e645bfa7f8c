"""Clients that write over HTTP and know what they were told: what is acknowledged, and what nobody told them."""

from __future__ import annotations

import http.client
import threading
from contextlib import closing
from dataclasses import dataclass, field

from tests.proofs.asking import Api, Told, Unknown
from tests.proofs.served import Served

PATCHES = 4
LINES = ("one", "two")


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
        with closing(Api(self._served.port, self._served.token)) as api:
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
