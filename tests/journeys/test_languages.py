"""No page of an affiliate says in English what it has in its own language."""

from __future__ import annotations

import httpx
import pytest
from tests.journeys.conftest import PASSWORD, Served
from tests.journeys.english import English

LOCALES = {"sn": "fr", "eg": "ar", "pl": "pl"}
PAGES = {
    "agent": (
        "", "customer", "customer/filter", "customer/{customer}", "customer/{customer}/360", "customer/{customer}/edit",
        "individual/{person}", "individual/{person}/edit", "individual/{person}/merge", "individual/new", "household",
        "trouble_ticket", "trouble_ticket/new", "trouble_ticket/board", "trouble_ticket/calendar",
        "trouble_ticket/calendar?span=agenda", "trouble_ticket/chart", "party_interaction/console",
        "party_interaction/console/new", "search?q=a", "search?q=nobody-at-all", "notifications", "my-account",
        "dashboards/service_quality", "wizards/new_customer", "customer/why", "nowhere",
    ),
    "back_office": ("", "duplicates", "feeds", "feeds/subscriber_load", "customer/{customer}", "customer_bill"),
}  # fmt: skip
"""Who looks at what."""


@pytest.mark.parametrize("affiliate", LOCALES)
def test_pages_in_another_language_hold_no_english(served: Served, affiliate: str) -> None:
    runtime = served.affiliates.get(affiliate)
    assert runtime is not None
    english, customer = English(runtime.model, LOCALES[affiliate]), served.customers[affiliate]
    subjects = {"customer": customer.id, "person": customer["engaged_party_id"]}
    found = []
    for who, pages in PAGES.items():
        with httpx.Client(base_url=served.address, follow_redirects=True, trust_env=False, timeout=60) as client:
            sign_in(client, affiliate, who)
            for page in pages:
                html = client.get(f"/{affiliate}/{page.format(**subjects)}").text
                found += [(who, page, text) for text in english.on(html)]
    assert found == []


def sign_in(client: httpx.Client, affiliate: str, who: str) -> None:
    """Come in at the door."""
    page = client.get(f"/{affiliate}/sign-in").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    said = {"username": who, "password": PASSWORD, "csrf_token": token}
    assert client.post(f"/{affiliate}/sign-in", data=said).url.path == f"/{affiliate}/"


def test_english_on_a_page_is_found_wherever_it_is_said(served: Served) -> None:
    runtime = served.affiliates.get("sn")
    assert runtime is not None
    english = English(runtime.model, "fr")
    said = '<html lang="fr"><p>Customers</p><button title="Sign out">Fermer</button><p>Read by the team</p>'
    own = '<a hreflang="en">English</a><p lang="en">Customers</p><p>Client</p><bdi>Fibre 100</bdi>'
    assert english.on(said + own) == ["Customers", "Read by the team", "Sign out"]
