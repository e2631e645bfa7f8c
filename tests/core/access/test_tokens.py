import datetime
import threading

import pytest
from tests.core.access.conftest import Audit, Clock

from sidra.access.accounts import Account, Accounts
from sidra.access.passwords import Passwords
from sidra.access.tables import AccessTables
from sidra.access.tokens import Tokens
from sidra.errors import Forbidden, Invalid
from sidra.store.database import Store


@pytest.fixture
def tokens(store: Store, tables: AccessTables, clock: Clock) -> Tokens:
    return Tokens(store, tables, "sn", clock=clock)


def test_a_client_acts_with_the_role_and_units_of_its_token(tokens: Tokens) -> None:
    actor = tokens.actor(tokens.issue("agent", name="billing", units=["dakar"]), locale="fr")
    assert actor is not None
    assert (actor.name, actor.roles, actor.units) == ("token:billing", frozenset({"agent"}), ("dakar",))
    assert (actor.affiliate, actor.locale) == ("sn", "fr")


@pytest.mark.parametrize("text", ["", "sidra_sn_guess", "\ud800"])
def test_an_unknown_token_is_nobody(tokens: Tokens, text: str) -> None:
    assert tokens.actor(text) is None


def test_a_token_is_good_in_its_own_affiliate_only(
    tokens: Tokens, store: Store, tables: AccessTables, clock: Clock
) -> None:
    text = tokens.issue("agent")
    assert text.startswith("sidra_sn_")
    assert Tokens(store, tables, "pl", clock=clock).actor(text) is None


def test_a_token_ends_at_its_time(tokens: Tokens, clock: Clock) -> None:
    text = tokens.issue("agent", lifetime=datetime.timedelta(hours=1))
    clock.forward(minutes=59)
    assert tokens.actor(text)
    clock.forward(minutes=1)
    assert tokens.actor(text) is None


def test_a_revoked_token_is_nobody_and_stays_in_the_list(tokens: Tokens, clock: Clock) -> None:
    text = tokens.issue("agent")
    (issued,) = tokens.list()
    assert (issued.name, issued.role, issued.revoked_at) == ("agent", "agent", None)
    assert tokens.revoke(issued.id)
    assert not tokens.revoke(issued.id)
    assert tokens.actor(text) is None
    assert tokens.list()[0].revoked_at == clock.now


def test_a_token_in_use_ends_at_once_where_the_same_process_revokes_it(tokens: Tokens) -> None:
    text = tokens.issue("agent")
    assert tokens.actor(text) is not None
    tokens.revoke(tokens.list()[0].id)
    assert tokens.actor(text) is None


def test_a_token_in_use_that_another_process_revokes_ends_within_five_seconds(
    tokens: Tokens, store: Store, tables: AccessTables, clock: Clock
) -> None:
    text = tokens.issue("agent")
    assert tokens.actor(text) is not None
    Tokens(store, tables, "sn", clock=clock).revoke(tokens.list()[0].id)
    clock.forward(seconds=5)
    assert tokens.actor(text) is None


def test_a_token_in_use_ends_at_its_time_to_the_second(tokens: Tokens, clock: Clock) -> None:
    text = tokens.issue("agent", lifetime=datetime.timedelta(minutes=1))
    clock.forward(seconds=58)
    assert tokens.actor(text) is not None
    clock.forward(seconds=2)
    assert tokens.actor(text) is None


def test_only_so_many_tokens_are_remembered(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidra.access.tokens.MAX_REMEMBERED", 1)
    texts = [tokens.issue("agent") for _ in range(3)]
    assert all(tokens.actor(text) is not None for text in (*texts, *texts))


def test_no_token_is_issued_for_the_program_itself(tokens: Tokens) -> None:
    with pytest.raises(Forbidden):
        tokens.issue("system")


def test_a_token_that_is_revoked_while_it_is_read_is_not_believed_afterwards(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = tokens.issue("agent")
    is_read, is_revoked = threading.Event(), threading.Event()
    read = tokens._get.one

    def slowly(**given: object) -> object:
        row = read(**given)
        is_read.set()
        assert is_revoked.wait(10)
        return row

    monkeypatch.setattr(tokens._get, "one", slowly)
    request = threading.Thread(target=tokens.actor, args=(text,))
    request.start()
    assert is_read.wait(10)
    assert tokens.revoke(tokens.list()[0].id)
    is_revoked.set()
    request.join(10)
    assert tokens.actor(text) is None


@pytest.mark.parametrize("token_id", ["", "x", "00000000-0000-7000-8000-000000000000", "é"])
def test_no_token_is_revoked_by_an_id_that_is_none(tokens: Tokens, token_id: str) -> None:
    text = tokens.issue("agent")
    assert not tokens.revoke(token_id)
    assert tokens.actor(text) is not None


def test_a_token_that_comes_and_goes_stands_in_the_audit_without_its_secret(tokens: Tokens, audit: Audit) -> None:
    text = tokens.issue("agent", name="billing")
    (issued,) = tokens.list()
    tokens.revoke(issued.id)
    tokens.revoke(issued.id)
    assert audit.rows == [
        ("system:operator", "token_issue", "access_token"),
        ("system:operator", "token_revoke", "access_token"),
    ]
    assert text not in audit.text


@pytest.fixture
def account(store: Store, tables: AccessTables, clock: Clock, quick_passwords: Passwords) -> Account:
    accounts = Accounts(store, tables, clock=clock, passwords=quick_passwords)
    return accounts.create("awa", "Awa Diop", "correct horse battery", ["agent", "team_lead"], units=["dakar"])


@pytest.fixture
def accounts(store: Store, tables: AccessTables, clock: Clock, quick_passwords: Passwords) -> Accounts:
    return Accounts(store, tables, clock=clock, passwords=quick_passwords)


def test_a_token_of_a_person_acts_as_the_person_within_its_scopes(tokens: Tokens, account: Account) -> None:
    actor = tokens.actor(tokens.issue_for(account, ["customer:read"], name="billing"))
    assert actor is not None
    assert (actor.id, actor.name) == (account.id, "Awa Diop (token:billing)")
    assert (actor.roles, actor.units, actor.scopes) == (account.roles, ("dakar",), frozenset({"customer:read"}))


def test_a_token_loses_the_role_that_its_account_loses(
    tokens: Tokens, accounts: Accounts, account: Account, clock: Clock
) -> None:
    text = tokens.issue_for(account, ["role:team_lead"], name="leading")
    found = tokens.actor(text)
    assert found is not None
    assert found.roles == {"team_lead"}
    accounts.set_roles("awa", ["agent"], units=["thies"])
    clock.forward(seconds=5)
    found = tokens.actor(text)
    assert found is not None
    assert (found.roles, found.units) == (frozenset(), ("thies",))


def test_a_token_of_an_account_that_is_shut_out_lets_nobody_in(
    tokens: Tokens, accounts: Accounts, account: Account, clock: Clock
) -> None:
    text = tokens.issue_for(account, ["*:read"], name="x")
    accounts.disable("awa")
    clock.forward(seconds=5)
    assert tokens.actor(text) is None


def test_the_list_tells_how_to_recognise_a_token_and_when_it_was_used(
    tokens: Tokens, account: Account, clock: Clock, store: Store
) -> None:
    text = tokens.issue_for(account, ["*:read"], name=" Export ")
    tokens.issue("agent")
    (issued,) = tokens.list_of(account.id)
    assert (issued.name, issued.scopes, issued.used_at) == ("Export", ("*:read",), None)
    assert text.startswith(f"sidra_sn_{issued.beginning}")
    assert len(issued.beginning) == 6
    clock.forward(minutes=2)
    tokens.actor(text)
    assert tokens.list_of(account.id)[0].used_at == clock.now
    with store.reading() as connection:
        assert text not in str(connection.execute("SELECT * FROM access_token").fetchall())


@pytest.mark.parametrize(("name", "days"), [("", 1), ("x" * 81, 1), ("x", 366)])
def test_a_token_without_a_name_or_an_end_is_refused(tokens: Tokens, account: Account, name: str, days: int) -> None:
    with pytest.raises(Invalid):
        tokens.issue_for(account, ["*:read"], name=name, lifetime=datetime.timedelta(days=days))


def test_a_person_has_so_many_tokens_and_no_more(
    tokens: Tokens, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidra.access.tokens.MAX_OF_ACCOUNT", 2)
    for _ in range(2):
        tokens.issue_for(account, ["*:read"], name="x")
    with pytest.raises(Invalid):
        tokens.issue_for(account, ["*:read"], name="x")
    tokens.revoke(tokens.list_of(account.id)[0].id)
    assert tokens.issue_for(account, ["*:read"], name="x")
