"""A client of the API over HTTP, which needs nothing of Sidra: eight of them start in a moment."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

TIMEOUT_SECONDS = 120

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

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

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
