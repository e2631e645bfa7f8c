"""Each scope of a token on each entity and method of the API, over HTTP: what it names works, all else does not."""

import itertools
from typing import Any

import pytest
from tests.core.web.conftest import CUSTOMERS, INDIVIDUALS, TICKETS, Client, World

from sidra.access.entrance import Entrance

PLACES = {"customer": CUSTOMERS, "individual": INDIVIDUALS, "trouble_ticket": TICKETS}
METHODS = ("read", "create", "update", "delete")
SCOPES = [
    f"{name}:{word}" for name in ("*", "party", *PLACES) for word in ("read", "write", "create", "update", "delete")
]


def covers(scopes: tuple[str, ...], entity: str, method: str) -> bool:
    names = {"*", entity, *({"party"} if entity == "individual" else ())}
    words = {method} if method == "read" else {method, "write"}
    return any(scope in {f"{name}:{word}" for name in names for word in words} for scope in scopes)


class Holder:
    """Makes tokens of one account that may do everything that an agent may."""

    def __init__(self, world: World) -> None:
        self._world, self._entrance = world, world.entrance()
        account = self._entrance.accounts.find("awa@sn")
        assert account is not None
        self._account = account
        self.agent = world.client()
        self.awa = self.agent.post(INDIVIDUALS, {"givenName": "Awa", "familyName": "Ndiaye"}).json

    def client(self, *scopes: str) -> Client:
        """A client with a token of these scopes."""
        return Client(self._world.app, self._entrance.tokens.issue_for(self._account, scopes, name="test"))

    def body(self, entity: str) -> dict[str, Any]:
        bodies: dict[str, dict[str, Any]] = {
            "customer": {"name": "Gold", "engagedParty": {"id": self.awa["id"], "@referredType": "Individual"}},
            "individual": {"givenName": "Moussa", "familyName": "Ba"},
            "trouble_ticket": {"description": "No signal"},
        }
        return bodies[entity]

    def try_(self, client: Client, entity: str, method: str) -> int:
        """The status of an attempt."""
        place = PLACES[entity]
        if method == "create":
            return int(client.post(place, self.body(entity)).status_code)
        one = f"{place}/{self.agent.post(place, self.body(entity)).json['id']}"
        if method == "read":
            return int(client.get(one).status_code)
        if method == "delete":
            return int(client.delete(one).status_code)
        attribute = {"customer": "name", "individual": "givenName", "trouble_ticket": "description"}[entity]
        return int(client.patch(one, {attribute: "Changed"}).status_code)


@pytest.fixture
def holder(world: World) -> Holder:
    return Holder(world)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_does_what_its_scope_names_and_is_denied_all_else(holder: Holder, scope: str) -> None:
    # Whoever changes or deletes a record must be able to read it, as everywhere.
    scopes = (scope,) if scope.endswith(":read") else (scope, "*:read")
    client = holder.client(*scopes)
    for entity, method in itertools.product(PLACES, METHODS):
        status = holder.try_(client, entity, method)
        if covers(scopes, entity, method):
            assert status in {200, 201, 204}, (scope, entity, method, status)
        else:
            assert status in {400, 403, 404}, (scope, entity, method, status)


def test_a_token_without_the_scope_learns_nothing_of_what_is_there(holder: Holder) -> None:
    client = holder.client("customer:read")
    hidden = client.get(f"{INDIVIDUALS}/{holder.awa['id']}")
    absent = client.get(f"{INDIVIDUALS}/00000000-0000-7000-8000-0000000000aa")
    assert (hidden.status_code, hidden.json["code"]) == (absent.status_code, absent.json["code"])
    assert "Awa" not in hidden.text
    assert "Awa" not in client.get(INDIVIDUALS).text


def test_what_belongs_to_a_record_follows_the_scope_of_its_owner(holder: Holder) -> None:
    medium = {"mediumType": "phone", "characteristic": {"phoneNumber": "+221771234567"}}
    body = {"givenName": "Fatou", "familyName": "Sow", "contactMedium": [medium]}
    place = f"{INDIVIDUALS}/{holder.agent.post(INDIVIDUALS, body).json['id']}"
    for scope in ("individual:read", "party:read", "*:read"):
        assert "+221771234567" in holder.client(scope).get(place).text
    assert "+221771234567" not in holder.client("organization:read").get(place).text


@pytest.mark.parametrize("where", ["query", "cookie", "basic"])
def test_a_token_is_taken_from_the_header_alone(holder: Holder, world: World, where: str) -> None:
    text = holder.client("*:read")._token
    stranger = world.stranger()
    answer = {
        "query": lambda: stranger.get(f"{CUSTOMERS}?access_token={text}"),
        "cookie": lambda: stranger.get(CUSTOMERS, Cookie=f"sidra_sn={text}"),
        "basic": lambda: stranger.get(CUSTOMERS, Authorization=f"Basic {text}"),
    }[where]()
    assert answer.status_code == 401


def test_a_token_of_one_affiliate_opens_no_other(holder: Holder, world: World) -> None:
    assert isinstance(world.entrance("pl"), Entrance)
    assert holder.client("*:read").get(CUSTOMERS.replace("/sn/", "/pl/")).status_code == 401
