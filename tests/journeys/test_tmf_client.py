"""A client written from TM Forum's documents alone serves a customer, hears of the ticket and finds all on one page."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.core.events.desk import deliver, listening
from tests.journeys.conftest import Served, SignIn, only

from sidra.access.entrance import Entrance
from sidra.settings import load_settings

Json = dict[str, Any]

STATES = ("inProgress", "resolved", "closed")
TOLD = [
    ("TroubleTicketCreateEvent", "acknowledged"),
    ("TroubleTicketStatusChangeEvent", "inProgress"),
    ("TroubleTicketStatusChangeEvent", "resolved"),
    ("TroubleTicketResolvedEvent", "resolved"),
    ("TroubleTicketAttributeValueChangeEvent", "resolved"),
    ("TroubleTicketStatusChangeEvent", "closed"),
]


@dataclass
class Client:
    """Speaks HTTP and JSON, and knows nothing of Sidra."""

    base: str
    token: str

    def ask(self, method: str, address: str, body: Json | None = None, expected: int = 200) -> Any:  # noqa: ANN401
        """Give the JSON of an answer of the expected status, whose identity is looked at where it has one."""
        whole = address if address.startswith("http") else f"{self.base}/{address}"
        parts = urlsplit(whole)
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, target, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        assert answer.status == expected, (method, address, answer.status, text)
        found: Any = json.loads(text) if text else None
        if expected == 201 and "href" in found:
            assert answer.headers["Location"] == found["href"]
            assert self.ask("GET", found["href"])["id"] == found["id"]
        return found

    def make(self, resource: str, body: Json) -> Json:
        """Give a new record as it was answered."""
        made: Json = self.ask("POST", resource, body, 201)
        return made


def role_of(customer: Json) -> list[Json]:
    """Say who a record is about, as TM Forum's `relatedParty` has it."""
    return [{"id": customer["id"], "role": "customer", "@referredType": "Customer"}]


def serve_a_customer(client: Client) -> dict[str, Json]:
    """Make a party, a customer, an account, a product and an interaction."""
    party = client.make("party/v4/individual", {"givenName": "Ines", "familyName": "Marchetti"})
    customer = client.make(
        "customerManagement/v4/customer",
        {"name": "Ines Marchetti", "engagedParty": {"id": party["id"], "@referredType": "Individual"}},
    )
    account = client.make(
        "accountManagement/v4/billingAccount", {"name": "Account of Ines", "relatedParty": role_of(customer)}
    )
    product = client.make(
        "productInventory/v4/product",
        {
            "name": "Fibre of Ines",
            "status": "active",
            "billingAccount": {"id": account["id"]},
            "relatedParty": role_of(customer),
        },
    )
    interaction = client.make(
        "partyInteraction/v4/partyInteraction",
        {
            "interactionDate": {"startDateTime": "2026-11-17T09:30:00Z"},
            "reason": "Question about the bill of Ines",
            "status": "opened",
            "direction": "inbound",
            "channel": [{"id": "voice", "name": "voice"}],
            "relatedParty": role_of(customer),
        },
    )
    return {"party": party, "customer": customer, "account": account, "product": product, "interaction": interaction}


@pytest.mark.parametrize("affiliate", only("sn", ("sn", "eg", "pl")))
def test_a_plain_client_finds_its_work_on_one_page(served: Served, sign_in: SignIn, root: Path, affiliate: str) -> None:
    runtime = served.affiliates.get(affiliate)
    assert runtime is not None
    token = Entrance.of(affiliate, runtime.store).tokens.issue("administrator")
    client = Client(f"{served.address}/{affiliate}/tmf-api", token)
    made = serve_a_customer(client)
    settings = load_settings({"SIDRA_HOME": str(served.home), "SIDRA_CALLBACKS": "loopback"}, root)
    deliver(runtime, settings)
    with listening() as subscriber:
        hub = client.make("troubleTicket/v4/hub", {"callback": subscriber.url, "query": ""})
        ticket = client.make(
            "troubleTicket/v4/troubleTicket",
            {
                "description": "Fibre of Ines is slow",
                "severity": "major",
                "ticketType": "fault",
                "relatedParty": role_of(made["customer"]),
            },
        )
        deliver(runtime, settings)
        for state in STATES:
            changed = client.ask("PATCH", ticket["href"], {"status": state})
            assert changed["status"] == state
            deliver(runtime, settings)
        client.ask("DELETE", f"troubleTicket/v4/hub/{hub['id']}", expected=204)
    tickets = [event["event"]["troubleTicket"] for event in subscriber.events]
    assert [*zip(subscriber.types, (one["status"] for one in tickets), strict=True)] == TOLD
    assert {one["id"] for one in tickets} == {ticket["id"]}
    page = sign_in(affiliate)
    page.goto(f"/{affiliate}/customer/{made['customer']['id']}/360")
    main = page.locator("main")
    for shown in ("Ines Marchetti", "Account of Ines", "Fibre of Ines", "bill of Ines", "Fibre of Ines is slow"):
        expect(main).to_contain_text(shown)
