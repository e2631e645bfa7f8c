import pytest
from tests.core.access.conftest import Clock

from sidra.access.accounts import Accounts
from sidra.access.passwords import Passwords
from sidra.access.sessions import Sessions, csrf_token, is_csrf_token
from sidra.access.tables import AccessTables
from sidra.store.database import Store


@pytest.fixture
def sessions(store: Store, tables: AccessTables, clock: Clock) -> Sessions:
    return Sessions(store, tables, clock=clock)


@pytest.fixture
def account_id(store: Store, tables: AccessTables, clock: Clock, quick_passwords: Passwords) -> str:
    accounts = Accounts(store, tables, clock=clock, passwords=quick_passwords)
    return accounts.create("awa", "Awa", "correct horse battery", ["agent"]).id


def test_a_session_is_found_by_its_token_and_by_no_other(sessions: Sessions, account_id: str) -> None:
    token = sessions.open(account_id)
    session = sessions.get(token)
    assert session is not None
    assert session.account_id == account_id
    assert sessions.get(token + "x") is None
    assert sessions.get("\ud800") is None


def test_tokens_have_256_bits_and_stand_hashed_in_the_store(sessions: Sessions, store: Store, account_id: str) -> None:
    token = sessions.open(account_id)
    assert len(token) == 43
    with store.reading() as connection:
        (stored,) = connection.execute("SELECT token_hash FROM access_session").fetchone()
    assert token.encode() not in stored
    assert len(stored) == 32


def test_a_session_ends_after_half_an_hour_of_idleness(sessions: Sessions, clock: Clock, account_id: str) -> None:
    token = sessions.open(account_id)
    for _ in range(3):
        clock.forward(minutes=29)
        assert sessions.get(token)
    clock.forward(minutes=30)
    assert sessions.get(token) is None


def test_a_session_ends_after_twelve_hours_however_busy(sessions: Sessions, clock: Clock, account_id: str) -> None:
    token = sessions.open(account_id)
    for _ in range(28):
        clock.forward(minutes=25)
        assert sessions.get(token)
    clock.forward(minutes=25)
    assert sessions.get(token) is None


def test_signing_in_replaces_the_token_of_before(sessions: Sessions, account_id: str) -> None:
    planted = sessions.open(account_id)
    token = sessions.open(account_id, replaces=planted)
    assert sessions.get(planted) is None
    assert sessions.get(token)


def test_rotation_ends_the_old_token_and_keeps_the_age(sessions: Sessions, clock: Clock, account_id: str) -> None:
    old = sessions.open(account_id)
    before = sessions.get(old)
    clock.forward(minutes=10)
    fresh = sessions.rotate(old)
    assert fresh
    assert sessions.get(old) is None
    assert sessions.get(fresh) == before


def test_a_session_that_is_over_is_not_rotated(sessions: Sessions, clock: Clock, account_id: str) -> None:
    token = sessions.open(account_id)
    clock.forward(hours=1)
    assert sessions.rotate(token) is None


def test_a_revoked_session_is_gone_and_the_others_stay(sessions: Sessions, account_id: str) -> None:
    one, two = sessions.open(account_id), sessions.open(account_id)
    sessions.revoke(one)
    assert sessions.get(one) is None
    assert sessions.get(two)
    assert sessions.revoke_all(account_id) == 1
    assert sessions.get(two) is None


def test_sweeping_removes_what_is_over_and_nothing_else(sessions: Sessions, clock: Clock, account_id: str) -> None:
    sessions.open(account_id)
    clock.forward(minutes=31)
    alive = sessions.open(account_id)
    assert sessions.sweep() == 1
    assert sessions.get(alive)


def test_a_form_token_belongs_to_one_session(sessions: Sessions, account_id: str) -> None:
    one, two = sessions.open(account_id), sessions.open(account_id)
    assert is_csrf_token(one, csrf_token(one))
    assert not is_csrf_token(two, csrf_token(one))
    assert not is_csrf_token(one, "é\ud800")
