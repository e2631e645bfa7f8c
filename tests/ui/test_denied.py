"""A screen that names an attribute which a role may not see simply lacks it: every screen, for every role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.ui.served import DAKAR, ROLES, Site

from sidra.access.actor import Actor
from sidra.access.entrance import Entrance
from sidra.records.record import Record

SECRETS = {"hush": "Zhushz", "reason_for_gold": "Zgoldz", "fee": "987654"}
"""By attribute of a customer a value that nothing else has."""


def pages(customer: Record) -> Iterator[str]:
    """Every screen of a customer."""
    yield "/sn/customer"
    for part in ("", "/360", "/edit", "/why", "/comments"):
        yield f"/sn/customer/{customer.id}{part}"
    yield "/sn/customer/new"
    yield "/sn/search?q=Awa"
    yield "/sn/customer/lookup?q=Awa&field=f-customer"


@pytest.mark.parametrize("role", ROLES)
def test_no_screen_shows_what_its_reader_may_not_see(site: Site, role: str) -> None:
    values = {**SECRETS, "segment": "gold", "unit": DAKAR, "fee": "987654"}
    customer = site.customer(**values)
    site.system.update("customer", customer.id, {"risk": 3})
    actor = Actor("reader", "Reader", frozenset({role}), (DAKAR,), affiliate="sn")
    access = site.runtime.records(actor).access("customer")
    browser = site.browser(role)
    for page in pages(customer):
        answer = browser.get(page, expect_errors=True)
        text = answer.text.replace("\N{NARROW NO-BREAK SPACE}", "").replace("\N{NO-BREAK SPACE}", "")
        assert answer.status_int in {200, 403, 404}, page
        for name, value in SECRETS.items():
            is_seen = access.level(name) in {"read", "edit"} and "read" in access.policies
            assert is_seen or value not in text, (page, name)
            assert access.level(name) != "none" or f'name="{name}"' not in text, (page, name)


def test_a_token_of_the_api_changes_nothing_by_a_page_whatever_its_account_may(site: Site) -> None:
    # What pages begin goes on by the rights of the account, of which a token has a part.
    customer = site.customer(segment="standard")
    one = f"/sn/customer/{customer.id}"
    entrance = Entrance.of("sn", site.runtime.store)
    account = entrance.accounts.existing("agent")
    headers = {"Authorization": f"Bearer {entrance.tokens.issue_for(account, ['*:read'], name='x')}"}
    asked = {"v.segment": "gold", "sure": "1", "count": "1", "id": customer.id, "text": "Hello", "do": "save"}
    places = ("/sn/customer/bulk/set.segment", f"{one}/comments", f"{one}/draft", "/sn/customer/views", f"{one}/edit")
    for place in (*places, "/sn/customer/arrange", "/sn/notifications/read", "/sn/customer/upload/portrait"):
        site.browser().post(place, asked, headers=headers, status=403)
    assert "bulk.asked" not in [row.event for row in site.runtime.outbox.oldest(100)]
    assert site.browser().get(one, headers=headers).status_int == 200


def test_the_values_are_seen_by_who_may(site: Site) -> None:
    customer = site.customer(segment="gold", reason_for_gold="Zgoldz", fee="987654", unit=DAKAR)
    text = site.browser("agent").get(f"/sn/customer/{customer.id}").text
    assert "Zgoldz" in text
