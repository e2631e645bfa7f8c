from typing import Any

import pyotp
import pytest
from tests.ui.served import GROUP, PASSWORD, Site
from tests.ui.test_accounts import account_id, entrance, form_of

from sidra.errors import SidraError

# WebTest ships no types.
Untyped = Any

LIST = "/sn/user-accounts"


@pytest.fixture
def browser(site: Site, monkeypatch: pytest.MonkeyPatch) -> Untyped:
    """A browser of somebody who administers accounts."""
    role = site.overlay.parent / "base/core/roles/steward.yaml"
    role.parent.mkdir(parents=True, exist_ok=True)
    assert "core/roles/steward.yaml" not in GROUP
    role.write_text("role: steward\nlabel: {en: Steward, fr: Intendant}\nfunctions: [administer]\n", encoding="utf-8")
    site.affiliates.reload()
    entrance(site).accounts.create("steward", "Awa Steward", PASSWORD, ["steward"], locale="fr")
    return site.browser("steward")


def test_an_administrator_sees_all_accounts_and_the_way_to_them(site: Site, browser: Untyped) -> None:
    assert LIST in browser.get("/sn/").text
    page = browser.get(LIST)
    assert all(name in page.text for name in ("Fatou Agent", "Fatou Reader", "Awa Steward"))
    browser.get(f"{LIST}/{account_id(site)}", status=200)
    browser.get(f"{LIST}/nonsense", status=404)


@pytest.mark.parametrize("part", ["", "/unlock", "/reset-second-factor", "/sessions/all", "/tokens/x"])
def test_nobody_else_sees_or_changes_accounts_of_others(site: Site, browser: Untyped, part: str) -> None:
    agent, other = site.browser("agent"), site.browser("reader")
    assert LIST not in agent.get("/sn/").text
    agent.get(LIST, status=403)
    address = f"{LIST}/{account_id(site, 'reader')}"
    csrf = form_of(agent.get("/sn/my-account"), "/sign-out")["csrf_token"].value
    if part:
        agent.post(f"{address}{part}", {"csrf_token": csrf}, status=403)
    else:
        agent.get(address, status=403)
    other.get("/sn/", status=200)


def test_an_administrator_unlocks_ends_sessions_revokes_tokens_and_resets_a_second_factor(
    site: Site, browser: Untyped
) -> None:
    there, account = entrance(site), entrance(site).accounts.existing("agent")
    agent, address = site.browser("agent"), f"{LIST}/{account.id}"
    there.tokens.issue_for(account, ["*:read"], name="Export")
    program = pyotp.TOTP(there.codes.offer(account.id, "agent").secret)
    there.codes.confirm(account.id, program.now(), by=account.actor("sn"), address="192.0.2.1")
    for _ in range(6):
        with pytest.raises(SidraError):
            there.accounts.sign_in("agent", "wrong horse", address="192.0.2.1")
    form_of(browser.get(address), "/unlock").submit(status=303)
    assert there.accounts.sign_in("agent", PASSWORD, address="192.0.2.1").login == "agent"
    form_of(browser.get(address), f"/tokens/{there.tokens.list_of(account.id)[0].id}").submit(status=303)
    assert there.tokens.list_of(account.id)[0].revoked_at is not None
    form_of(browser.get(address), "/sessions/all").submit(status=303)
    agent.get("/sn/customer", status=303)
    form_of(browser.get(address), "/reset-second-factor").submit(status=303)
    assert not there.codes.is_on(account.id)
