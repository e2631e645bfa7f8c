"""A client that knows nothing but HTTP, and the smallest body of each resource."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sidra.affiliates.registry import Affiliates

AFFILIATES = ("sn", "eg", "pl")

# WebTest ships no types.
Answer = Any
Json = dict[str, Any]
NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Client:
    """Asks the API of one affiliate."""

    app: Any
    affiliate: str
    token: str

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """The answer to a request; `path` is below `tmf-api/`, or an absolute address."""
        url = path if path.startswith("http") else f"/{self.affiliate}/tmf-api/{path}"
        sent = {"Authorization": f"Bearer {self.token}"} | {name.replace("_", "-"): headers[name] for name in headers}
        if body is None:
            return self.app.request(url, method=method, headers=sent, expect_errors=True)
        return getattr(self.app, f"{method.lower()}_json")(url, body, headers=sent, expect_errors=True)

    def made(self, path: str, **more: object) -> Json:
        """A new record of a resource, of its smallest body."""
        answer = self.ask("POST", path, smallest(self, path) | more)
        assert answer.status_code == 201, answer.text
        found: Json = answer.json
        return found

    def reference(self, path: str) -> Json:
        """A reference to a new record, as TM Forum writes it."""
        record = self.made(path)
        return {"id": record["id"], "name": record.get("name", "-"), "@referredType": path.rpartition("/")[2].title()}


@dataclass(frozen=True)
class Served:
    """The installation, and a client of each affiliate."""

    affiliates: Affiliates
    app: Any
    clients: Mapping[str, Client]


def smallest(client: Client, path: str) -> Json:
    """The mandatory attributes that TM Forum's schema names for a POST, and no others."""
    return SMALLEST[path](client)


CUSTOMER, INDIVIDUAL = "customerManagement/v4/customer", "party/v4/individual"
ORGANIZATION = "party/v4/organization"


def _named(_client: Client) -> Json:
    return {"name": f"Example {next(NUMBERS)}"}


def _opportunity(client: Client) -> Json:
    return _named(client) | {
        "amount": {"value": 10, "unit": "EUR"},
        "closeDate": "2030-01-31",
        "organization": client.reference(ORGANIZATION),
    }


def _agreement(client: Client) -> Json:
    party = client.reference(INDIVIDUAL)
    return _named(client) | {"agreementType": "commercial", "agreementItem": [{}], "engagedParty": [party]}


def _interaction(_client: Client) -> Json:
    return {
        "interactionDate": {"startDateTime": "2026-03-20T09:00:00Z"},
        "reason": "A question",
        "status": "opened",
        "direction": "inbound",
        "channel": [{"id": "web", "href": "https://example.com/channel/web"}],
    }


SMALLEST: Mapping[str, Callable[[Client], Json]] = {
    INDIVIDUAL: lambda _: {"givenName": f"Nour {next(NUMBERS)}", "familyName": "Haddad"},
    ORGANIZATION: lambda _: {"tradingName": f"Example {next(NUMBERS)}"},
    CUSTOMER: lambda client: _named(client) | {"engagedParty": client.reference(INDIVIDUAL)},
    "partyRoleManagement/v4/partyRole": _named,
    "accountManagement/v4/billingAccount": lambda client: (
        _named(client) | {"relatedParty": [client.reference(CUSTOMER)]}
    ),
    "agreementManagement/v4/agreement": _agreement,
    "partyInteraction/v4/partyInteraction": _interaction,
    "troubleTicket/v4/troubleTicket": lambda _: {
        "description": "No signal",
        "severity": "major",
        "ticketType": "fault",
    },
    "productInventory/v4/product": lambda _: {"status": "active"},
    "productCatalogManagement/v4/productOffering": _named,
    "productCatalogManagement/v4/productOfferingPrice": _named,
    "productCatalogManagement/v4/productSpecification": _named,
    "geographicAddressManagement/v4/geographicAddress": lambda _: {},
    "sales/v4/salesLead": _named,
    "ext/v1/salesOpportunity": _opportunity,
    "loyaltyManagement/v1/loyaltyAccount": lambda client: {"customer": client.reference(CUSTOMER)},
}
"""By resource. TM Forum asks nothing for a loyalty account, which belongs to a customer here."""
