"""An integrator works with the TM Forum API of each affiliate of the demonstration, overlay attributes included."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import webtest

from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.settings import load_settings
from sidra.web.app import create_app

# WebTest ships no types.
Answer = Any


@dataclass
class Integrator:
    """A client with a token of each affiliate."""

    app: Any
    tokens: dict[str, str]
    affiliates: Affiliates

    def ask(self, method: str, affiliate: str, path: str, body: object = None) -> Answer:
        url = path if path.startswith("http") else f"/{affiliate}/tmf-api/{path}"
        headers = {"Authorization": f"Bearer {self.tokens[affiliate]}"}
        if body is None:
            return self.app.request(url, method=method, headers=headers, expect_errors=True)
        return getattr(self.app, f"{method.lower()}_json")(url, body, headers=headers, expect_errors=True)


@pytest.fixture(scope="module")
def integrator(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Integrator]:
    home = tmp_path_factory.mktemp("demonstration")
    settings = dataclasses.replace(load_settings({}, root), home=home, log_level="error", durability="normal")
    affiliates = Affiliates(settings)
    tokens = {}
    for name in affiliates.names:
        runtime = affiliates.get(name)
        assert runtime is not None, affiliates.state(name)
        tokens[name] = Entrance.of(name, runtime.store).tokens.issue("administrator")
    yield Integrator(webtest.TestApp(create_app(settings, affiliates)), tokens, affiliates)
    affiliates.close()


AFFILIATES = ["sn", "eg", "pl"]


def resources(integrator: Integrator, affiliate: str) -> list[str]:
    """Where the resources of an affiliate are."""
    runtime, site = integrator.affiliates.get(affiliate), integrator.app.app.registry.sites.get(affiliate)
    return sorted(site.api(runtime).shapes.resources)


@pytest.mark.parametrize("affiliate", AFFILIATES)
def test_every_resource_of_every_affiliate_answers_as_the_specification_has_it(
    integrator: Integrator, affiliate: str
) -> None:
    found = resources(integrator, affiliate)
    assert {"party/v4/individual", "party/v4/organization", "customerManagement/v4/customer"} <= set(found)
    for path in found:
        listed = integrator.ask("GET", affiliate, path)
        assert (listed.status_code, listed.headers["X-Result-Count"]) == (200, str(len(listed.json))), path
        assert integrator.ask("GET", affiliate, f"{path}?limit=1&fields=none").status_code in {200, 206}, path
        for wrong, status in (
            (f"{path}?nonsense=1", 400),
            (f"{path}?sort=nonsense", 400),
            (f"{path}?limit=-1", 400),
            (f"{path}/01234567-0000-7000-8000-000000000000", 404),
        ):
            answer = integrator.ask("GET", affiliate, wrong)
            assert (answer.status_code, answer.json["status"]) == (status, str(status)), wrong
            assert answer.json["code"]
            assert answer.json["reason"]
        assert integrator.ask("PUT", affiliate, path).status_code == 405, path
        refused = integrator.ask("POST", affiliate, path, {"nonsenseAttribute": {"deep": [1]}})
        assert refused.status_code in {201, 400, 405}, (path, refused.text)


@pytest.mark.parametrize("affiliate", AFFILIATES)
def test_a_person_becomes_a_customer_and_raises_a_ticket(integrator: Integrator, affiliate: str) -> None:
    names = {"givenName": "Nour", "familyName": "Haddad"}
    person = integrator.ask("POST", affiliate, "party/v4/individual", names)
    if person.status_code == 400:
        # What a country demands beside a name, its own tests are about.
        assert {problem["code"] for problem in person.json["problems"]} <= {"R601", "R610", "R617"}
        return
    reference = {"id": person.json["id"]}
    customer = integrator.ask("POST", affiliate, "customerManagement/v4/customer", {"engagedParty": reference})
    assert customer.status_code == 201, customer.text
    assert customer.json["engagedParty"]["href"] == person.json["href"]
    assert customer.json["name"] == customer.json["engagedParty"]["name"] == "Nour Haddad"
    found = integrator.ask("GET", affiliate, f"customerManagement/v4/customer?engagedParty.id={person.json['id']}")
    assert [one["id"] for one in found.json] == [customer.json["id"]]
    changed = integrator.ask("PATCH", affiliate, person.json["href"], {"familyName": "Haddad-Diop"})
    assert changed.json["displayName"] == "Nour Haddad-Diop"
    again = integrator.ask("GET", affiliate, customer.json["href"])
    assert again.json["engagedParty"]["name"] == "Nour Haddad-Diop"


def test_senegal_shows_its_own_attributes_as_a_subtype_of_the_groups(integrator: Integrator) -> None:
    created = integrator.ask("POST", "sn", "party/v4/individual", {"givenName": "Awa", "familyName": "Ndiaye"})
    assert (created.json["@type"], created.json["@baseType"]) == ("SnIndividual", "Individual")


def test_a_token_of_one_country_opens_no_other(integrator: Integrator) -> None:
    for affiliate in AFFILIATES:
        for other in AFFILIATES:
            headers = {"Authorization": f"Bearer {integrator.tokens[affiliate]}"}
            url = f"/{other}/tmf-api/party/v4/individual"
            answer = integrator.app.get(url, headers=headers, expect_errors=True)
            assert answer.status_code == (200 if affiliate == other else 401)
