from collections.abc import Mapping

import msgspec
import pytest
from tests.core.access.conftest import Audit, Clock

from sidra.access.accounts import Accounts
from sidra.access.admission import Mapped, Provider
from sidra.access.oidc.identities import Identities
from sidra.access.oidc.provider import Arrival
from sidra.access.oidc.refusals import NoAccount
from sidra.access.passwords import Passwords
from sidra.access.sessions import Sessions
from sidra.access.tables import AccessTables
from sidra.store.database import Store

ISSUER = "https://login.example"
PLAIN = Provider(label={"en": "Company"}, issuer=ISSUER, client_id="sidra")
ROLES = Mapped(claim="groups", values={"crm-agents": ["agent"], "crm-leads": ["agent", "team_lead"]})
UNITS = Mapped(claim="office", values={"DKR": ["dakar"]})
OPEN = msgspec.structs.replace(PLAIN, creates_accounts=True)
MAPPED = msgspec.structs.replace(OPEN, roles=ROLES, units=UNITS)
LINKING = msgspec.structs.replace(PLAIN, links_verified_email=True)


def arrival(subject: str = "1", /, **claims: object) -> Arrival:
    return Arrival(ISSUER, subject, {"preferred_username": "awa", "name": "Awa Diop", **claims}, "", is_strong=False)


@pytest.fixture
def accounts(store: Store, tables: AccessTables, clock: Clock, quick_passwords: Passwords) -> Accounts:
    return Accounts(store, tables, clock=clock, passwords=quick_passwords)


@pytest.fixture
def identities(store: Store, tables: AccessTables, accounts: Accounts, clock: Clock) -> Identities:
    return Identities(store, tables, accounts, clock)


def test_whom_nobody_knows_stays_outside(identities: Identities) -> None:
    with pytest.raises(NoAccount) as caught:
        identities.account_of(arrival(), PLAIN, ["fr"])
    assert caught.value.why == "unknown"


def test_an_account_is_made_at_the_first_sign_in_and_found_at_the_next(
    identities: Identities, accounts: Accounts, audit: Audit
) -> None:
    first = identities.account_of(arrival(locale="fr-SN"), OPEN, ["en", "fr"])
    assert (first.login, first.name, first.locale, first.has_password) == ("awa", "Awa Diop", "fr", False)
    assert identities.account_of(arrival(preferred_username="another"), OPEN, ["en"]).id == first.id
    assert [row[:2] for row in audit.rows] == [
        ("system:identity provider", "account_create"),
        ("system:identity provider", "identity_link"),
    ]


def test_a_name_that_is_taken_here_makes_nobody_the_account_that_has_it(
    identities: Identities, accounts: Accounts
) -> None:
    accounts.create("awa", "Awa", "correct horse battery", ["administrator"])
    with pytest.raises(NoAccount) as caught:
        identities.account_of(arrival(email="awa", email_verified=True), OPEN, ["en"])
    assert caught.value.why == "login taken"


@pytest.mark.parametrize(
    ("declared", "claims", "is_linked"),
    [
        (LINKING, {"email": "awa@example.org", "email_verified": True}, True),
        (LINKING, {"email": "AWA@example.org", "email_verified": True}, True),
        (LINKING, {"email": "awa@example.org"}, False),
        (LINKING, {"email": "awa@example.org", "email_verified": "true"}, False),
        (LINKING, {"email": "other@example.org", "email_verified": True}, False),
        (LINKING, {"email": ["awa@example.org"], "email_verified": True}, False),
        (PLAIN, {"email": "awa@example.org", "email_verified": True}, False),
    ],
)
def test_an_address_makes_an_account_theirs_only_where_it_is_verified_and_the_operator_says_so(
    identities: Identities, accounts: Accounts, declared: Provider, claims: Mapping[str, object], is_linked: bool
) -> None:
    account = accounts.create("awa@example.org", "Awa", "correct horse battery", ["agent"])
    if is_linked:
        assert identities.account_of(arrival(**claims), declared, ["en"]).id == account.id
        return
    with pytest.raises(NoAccount):
        identities.account_of(arrival(**claims), declared, ["en"])


def test_an_address_makes_nobody_an_account_that_another_person_of_the_provider_has(
    identities: Identities, accounts: Accounts
) -> None:
    accounts.create("awa@example.org", "Awa", "correct horse battery", ["agent"])
    claims = {"email": "awa@example.org", "email_verified": True}
    identities.account_of(arrival("1", **claims), LINKING, ["en"])
    with pytest.raises(NoAccount):
        identities.account_of(arrival("2", **claims), LINKING, ["en"])


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (["crm-agents"], {"agent"}),
        (["crm-leads", "canteen"], {"agent", "team_lead"}),
        ("crm-agents", {"agent"}),
        (["canteen"], None),
        ([], None),
        (None, None),
        ({"crm-agents": 1}, None),
        (["administrator", "system"], None),
    ],
)
def test_a_claim_gives_the_roles_that_the_operator_wrote_down_and_no_others(
    identities: Identities, groups: object, roles: set[str] | None
) -> None:
    if roles is None:
        with pytest.raises(NoAccount) as caught:
            identities.account_of(arrival(groups=groups), MAPPED, ["en"])
        assert caught.value.why == "no role"
        return
    account = identities.account_of(arrival(groups=groups, office="DKR"), MAPPED, ["en"])
    assert (account.roles, account.units) == (frozenset(roles), ("dakar",))


def test_roles_that_were_taken_away_there_are_gone_here_with_the_sessions(
    identities: Identities, accounts: Accounts, store: Store, tables: AccessTables, clock: Clock
) -> None:
    account = identities.account_of(arrival(groups=["crm-leads"]), MAPPED, ["en"])
    sessions = Sessions(store, tables, clock=clock)
    token = sessions.open(account.actor("sn"))
    assert identities.account_of(arrival(groups=["crm-leads"]), MAPPED, ["en"]).roles == {"agent", "team_lead"}
    assert sessions.get(token)
    with pytest.raises(NoAccount):
        identities.account_of(arrival(groups=[]), MAPPED, ["en"])
    assert sessions.get(token) is None
    found = accounts.get(account.id)
    assert found is not None
    assert found.roles == frozenset()


def test_a_disabled_account_stays_outside(identities: Identities, accounts: Accounts) -> None:
    identities.account_of(arrival(), OPEN, ["en"])
    accounts.disable("awa")
    with pytest.raises(NoAccount) as caught:
        identities.account_of(arrival(), OPEN, ["en"])
    assert caught.value.why == "disabled"


@pytest.mark.parametrize("login", ["", None, 7, "a" * 300, "a\0b"])
def test_what_is_no_login_makes_no_account(identities: Identities, accounts: Accounts, login: object) -> None:
    with pytest.raises(NoAccount):
        identities.account_of(arrival(preferred_username=login), OPEN, ["en"])
    assert accounts.list() == []
