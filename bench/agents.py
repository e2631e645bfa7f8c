"""An agent of a CRM, as a browser and as a client of the API: what both ask, and what they need to be let in."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

import orjson
from crm import AFFILIATE, EVERY, People
from measuring import MICROSECONDS, Environ, Processor

from sidra.access.entrance import Entrance
from sidra.runtime import Runtime
from sidra.web.cookies import cookie_name

API = f"/{AFFILIATE}/tmf-api"
CUSTOMERS = f"{API}/customerManagement/v4/customer"
ROLE = "agent"


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    address: str
    body: bytes = b""
    kind: str = "application/json"


@dataclass(frozen=True)
class Agent:
    """What lets an agent in."""

    token: str
    cookie: str

    @classmethod
    def of(cls, runtime: Runtime, login: str = "bench") -> Agent:
        """Return an agent of all units, signed in."""
        entrance, units = Entrance.of(runtime.affiliate, runtime.store), tuple(runtime.model.layer.units)
        account = entrance.accounts.find(login)
        if account is None:
            account = entrance.accounts.create(login, "Bench Agent", "wide open barn doors", [ROLE], units=units)
        session = entrance.sessions.open(account.actor(runtime.affiliate))
        return cls(
            entrance.tokens.issue(ROLE, units=units), f"{cookie_name(runtime.affiliate, is_secure=False)}={session}"
        )


def get(people: People, chance: Random) -> Asked:
    """One customer, by the API."""
    return Asked("GET", f"{CUSTOMERS}/{people.id('customer', chance.randrange(people.customers))}")


def listed(people: People, chance: Random) -> Asked:
    """The newest customers of a segment, by the API."""
    del people
    segment = chance.choice(("standard", "silver", "gold", "platinum"))
    return Asked("GET", f"{CUSTOMERS}?segment={segment}&sort=-createdAt&limit=20")


def view360(people: People, chance: Random) -> Asked:
    """All around one customer, as a page."""
    return Asked("GET", f"/{AFFILIATE}/customer/{people.id('customer', chance.randrange(people.customers))}/360")


def searched(people: People, chance: Random) -> Asked:
    """Who is called so, as a page."""
    _, family = people.name(chance.randrange(people.customers))
    return Asked("GET", f"/{AFFILIATE}/search?q={quote(family)}")


def interaction(people: People, chance: Random) -> Asked:
    """A new interaction of a customer, by the API."""
    customer = people.id("customer", chance.randrange(people.customers))
    body = {
        "reason": "Asks about a bill",
        "direction": "inbound",
        "channel": [{"name": "voice"}],
        "relatedParty": [{"id": customer, "role": "customer", "@referredType": "Customer"}],
    }
    return Asked("POST", f"{API}/partyInteraction/v4/partyInteraction", orjson.dumps(body))


def ticket(people: People, chance: Random) -> Asked:
    """Another severity of a ticket, by the API."""
    every = EVERY["trouble_ticket"]
    number = chance.randrange(people.customers // every) * every
    body = {"severity": chance.choice(("minor", "major", "critical"))}
    address = f"{API}/troubleTicket/v4/troubleTicket/{people.id('trouble_ticket', number)}"
    return Asked("PATCH", address, orjson.dumps(body), "application/merge-patch+json")


READS: dict[str, Callable[[People, Random], Asked]] = {
    "get": get,
    "list": listed,
    "360": view360,
    "search": searched,
}
WRITES: dict[str, Callable[[People, Random], Asked]] = {"interaction": interaction, "ticket": ticket}


@dataclass
class Desk:
    """An application in this process, and an agent who asks it."""

    app: Any
    agent: Agent

    def environ(self, asked: Asked) -> Environ:
        """What a WSGI server hands over."""
        path, _, query = asked.address.partition("?")
        environ: Environ = {
            "REQUEST_METHOD": asked.method,
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(asked.body),
        }
        if asked.body:
            environ |= {"CONTENT_LENGTH": str(len(asked.body)), "CONTENT_TYPE": asked.kind}
        if path.startswith(API):
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.agent.token}"
        else:
            environ["HTTP_COOKIE"] = self.agent.cookie
        return environ

    def ask(self, asked: Asked) -> tuple[str, dict[str, str], bytes]:
        """Return status, headers and body of an answer."""
        told: list[tuple[str, list[tuple[str, str]]]] = []
        body = b"".join(self.app(self.environ(asked), lambda status, headers, *_: told.append((status, headers))))
        status, headers = told[0]
        return status, dict(headers), body

    def window(self, requests: list[Asked], processor: Processor) -> float:
        """CPU microseconds of one request."""
        environs, statuses = [self.environ(asked) for asked in requests], []
        began = processor.seconds()
        for environ in environs:
            for _ in self.app(environ, lambda status, *_: statuses.append(status)):
                pass
        spent = processor.seconds() - began
        if wrong := [status for status in statuses if not status.startswith("2")]:
            sys.exit(f"{requests[0].address}: {wrong[0]}; the run is thrown away")
        return spent * MICROSECONDS / len(requests)
