"""One of several clients that work on the same records at once; run as a program it prints what it was told."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from http import HTTPStatus

from tests.proofs.asking import Api, Json, Told, Unknown

CODES = 60
"""That all clients would give their accounts."""


class Client:
    """Does one thing after the other, at random, and keeps what the server answered."""

    def __init__(self, api: Api, number: int, shared: Json) -> None:
        """shared: ids of the accounts that all clients change, by what they do to them."""
        self._api, self._number, self._shared = api, number, shared
        self._chance = random.Random(number)
        self._mine: dict[str, str] = {}
        self._made: list[str] = []
        self.told: list[Json] = []

    def run(self, operations: int) -> None:
        """Do so many things."""
        choices: list[Callable[[], Json]] = [
            *[self._count] * 4, *[self._open] * 3, *[self._close] * 2, self._make, self._befriend,
        ]  # fmt: skip
        for _ in range(operations):
            do = self._chance.choice(choices)
            try:
                self.told.append({"did": do.__name__.strip("_"), **do()})
            except Unknown as error:
                self.told.append({"did": do.__name__.strip("_"), "status": 503, "why": str(error)})

    def _count(self) -> Json:
        """Add one to what was read."""
        id = self._chance.choice(self._shared["counters"])
        read = self._api.ask("GET", f"/account/{id}")
        total = read.body["total"] + 1
        told = self._api.ask("PATCH", f"/account/{id}", {"total": total}, If_Match=read.tag)
        return {**_kept(told), "id": id, "total": total}

    def _open(self) -> Json:
        """Open a ticket, a new one or one that was closed: few may be open at a time."""
        closed = [ticket for ticket, status in self._mine.items() if status == "closed"]
        if closed and self._chance.random() < 0.5:
            ticket = self._chance.choice(closed)
            told = self._api.ask("PATCH", f"/ticket/{ticket}", {"status": "open"})
        else:
            account = self._chance.choice(self._shared["limited"])
            told = self._api.ask("POST", "/ticket", {"text": f"of {self._number}", "account": {"id": account}})
            ticket = told.body.get("id", "")
        if told.status < HTTPStatus.BAD_REQUEST:
            self._mine[ticket] = "open"
        return {**_kept(told), "id": ticket}

    def _close(self) -> Json:
        """Close a ticket."""
        opened = [ticket for ticket, status in self._mine.items() if status == "open"]
        if not opened:
            return self._open()
        ticket = self._chance.choice(opened)
        told = self._api.ask("PATCH", f"/ticket/{ticket}", {"status": "closed"})
        if told.status < HTTPStatus.BAD_REQUEST:
            self._mine[ticket] = "closed"
        return {**_kept(told), "id": ticket}

    def _make(self) -> Json:
        """Make an account whose code another one may have."""
        code = f"code {self._chance.randrange(CODES)}"
        told = self._api.ask("POST", "/account", {"name": f"Of {self._number}", "code": code})
        if told.status == HTTPStatus.CREATED:
            self._made.append(told.body["id"])
        return {**_kept(told), "code": code, "number": told.body.get("number")}

    def _befriend(self) -> Json:
        """Add an account to the list that was read."""
        if not self._made:
            return self._make()
        id, friend = self._chance.choice(self._shared["befriended"]), self._made.pop()
        while True:
            read = self._api.ask("GET", f"/account/{id}")
            friends = [{"id": one["id"]} for one in read.body.get("friends", [])] + [{"id": friend}]
            told = self._api.ask("PATCH", f"/account/{id}", {"friends": friends}, If_Match=read.tag)
            if told.status != HTTPStatus.PRECONDITION_FAILED:
                return {**_kept(told), "id": id, "friend": friend}


def _kept(told: Told) -> Json:
    version = told.version if told.tag else None
    return {"status": told.status, "version": version, "why": told.body.get("problems")}


def main(port: int, token: str, number: int, operations: int) -> None:
    """Read what is shared, do so many things, and print what was told."""
    client = Client(Api(port, token), number, json.load(sys.stdin))
    client.run(operations)
    json.dump(client.told, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
