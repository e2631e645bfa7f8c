import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from tests.core.access.conftest import Audit, Clock

from sidra.access.accounts import Accounts
from sidra.access.actor import Actor
from sidra.access.passwords import Passwords
from sidra.access.sessions import Origin, Sessions, csrf_token, is_csrf_token, network_of
from sidra.access.tables import AccessTables
from sidra.store.database import BUSY_SECONDS, Store


@pytest.fixture
def sessions(store: Store, tables: AccessTables, clock: Clock) -> Sessions:
    return Sessions(store, tables, clock=clock)


@pytest.fixture
def person(store: Store, tables: AccessTables, clock: Clock, quick_passwords: Passwords) -> Actor:
    accounts = Accounts(store, tables, clock=clock, passwords=quick_passwords)
    return accounts.create("awa", "Awa", "correct horse battery", ["agent"]).actor("sn")


def test_a_session_is_found_by_its_token_and_by_no_other(sessions: Sessions, person: Actor) -> None:
    token = sessions.open(person)
    session = sessions.get(token)
    assert session is not None
    assert session.account_id == person.id
    assert sessions.get(token + "x") is None
    assert sessions.get("\ud800") is None


def test_tokens_have_256_bits_and_stand_hashed_in_the_store(sessions: Sessions, store: Store, person: Actor) -> None:
    token = sessions.open(person)
    assert len(token) == 43
    with store.reading() as connection:
        (stored,) = connection.execute("SELECT token_hash FROM access_session").fetchone()
    assert token.encode() not in stored
    assert len(stored) == 32


def test_a_session_ends_after_half_an_hour_of_idleness(sessions: Sessions, clock: Clock, person: Actor) -> None:
    token = sessions.open(person)
    for _ in range(3):
        clock.forward(minutes=29)
        assert sessions.get(token)
    clock.forward(minutes=30)
    assert sessions.get(token) is None


def test_a_session_ends_after_twelve_hours_however_busy(sessions: Sessions, clock: Clock, person: Actor) -> None:
    token = sessions.open(person)
    for _ in range(28):
        clock.forward(minutes=25)
        assert sessions.get(token)
    clock.forward(minutes=25)
    assert sessions.get(token) is None


def test_signing_in_replaces_the_token_of_before(sessions: Sessions, person: Actor) -> None:
    planted = sessions.open(person)
    token = sessions.open(person, replaces=planted)
    assert sessions.get(planted) is None
    assert sessions.get(token)


def test_a_revoked_session_is_gone_and_the_others_stay(sessions: Sessions, person: Actor) -> None:
    one, two = sessions.open(person), sessions.open(person)
    sessions.revoke(one, person)
    assert sessions.get(one) is None
    assert sessions.get(two)


def test_sessions_that_are_over_go_when_the_next_one_is_opened_and_no_others(
    sessions: Sessions, store: Store, clock: Clock, person: Actor
) -> None:
    over = sessions.open(person)
    clock.forward(minutes=20)
    alive = sessions.open(person)
    clock.forward(minutes=11)
    assert sessions.get(over) is None
    assert stored(store) == 2
    sessions.open(person)
    assert stored(store) == 2
    assert sessions.get(alive)


def stored(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM access_session").fetchone()[0])


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_reading_a_session_waits_for_no_writer_of_the_process(
    sessions: Sessions, store: Store, clock: Clock, person: Actor
) -> None:
    token = sessions.open(person)
    clock.forward(minutes=29)
    with ThreadPoolExecutor(1) as other, store.writing():
        began = time.monotonic()
        assert other.submit(sessions.get, token).result(BUSY_SECONDS) is not None
        assert time.monotonic() - began < BUSY_SECONDS / 2
    clock.forward(minutes=2)
    assert sessions.get(token) is None


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_reading_a_session_waits_for_no_other_process_either(
    sessions: Sessions, store_address: str, clock: Clock, person: Actor
) -> None:
    token = sessions.open(person)
    clock.forward(minutes=5)
    with closing(sqlite3.connect(store_address, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert sessions.get(token) is not None
        assert time.monotonic() - began < BUSY_SECONDS / 2
        other.execute("ROLLBACK")
    assert sessions.get(token) is not None
    clock.forward(minutes=29)
    assert sessions.get(token) is not None


def test_signing_in_and_out_stand_in_the_audit_and_nothing_else_of_sessions(
    sessions: Sessions, person: Actor, clock: Clock, audit: Audit
) -> None:
    token = sessions.open(person)
    sessions.get(token)
    sessions.revoke(token, person)
    sessions.revoke(token, person)
    sessions.revoke(sessions.open(person), None)
    told = ("Awa", "access_account")
    assert [row[1] for row in audit.rows[1:] if (row[0], row[2]) == told] == ["sign_in", "sign_out", "sign_in"]
    assert len(audit.rows) == 4
    assert token not in audit.text


def test_a_form_token_belongs_to_one_session(sessions: Sessions, person: Actor) -> None:
    one, two = sessions.open(person), sessions.open(person)
    assert is_csrf_token(one, csrf_token(one))
    assert not is_csrf_token(two, csrf_token(one))
    assert not is_csrf_token(one, "é\ud800")


def test_the_list_tells_where_each_session_is_and_no_token(sessions: Sessions, clock: Clock, person: Actor) -> None:
    token = sessions.open(person, origin=Origin("Firefox, Linux", "192.0.2.0/24"))
    clock.forward(minutes=5)
    sessions.open(person, origin=Origin("Safari, iPhone", "198.51.100.0/24"))
    newest, oldest = sessions.list(person.id)
    assert (newest.browser, oldest.network) == ("Safari, iPhone", "192.0.2.0/24")
    assert token not in str((newest, oldest))
    clock.forward(minutes=26)
    assert sessions.list(person.id) == [newest]


def test_one_session_is_ended_by_its_id_and_only_that_of_the_account(
    sessions: Sessions, person: Actor, audit: Audit
) -> None:
    tokens = [sessions.open(person) for _ in range(2)]
    wanted = sessions.get(tokens[0])
    assert wanted is not None
    assert not sessions.end("00000000-0000-7000-8000-0000000000aa", wanted.id, by=person)
    assert not sessions.end(person.id, "nonsense", by=person)
    assert sessions.end(person.id, wanted.id, by=person)
    assert not sessions.end(person.id, wanted.id, by=person)
    assert [sessions.get(token) is None for token in tokens] == [True, False]
    assert audit.rows[-1] == ("Awa", "session_end", "access_account")


def test_all_other_sessions_are_ended_at_once(sessions: Sessions, person: Actor) -> None:
    mine, *others = (sessions.open(person) for _ in range(3))
    assert sessions.end_others(person.id, mine, by=person) == 2
    assert sessions.get(mine)
    assert [sessions.get(token) for token in others] == [None, None]
    assert sessions.end_others(person.id, by=person) == 1


def test_a_proof_lasts_ten_minutes_and_a_new_one_changes_the_token(
    sessions: Sessions, clock: Clock, person: Actor
) -> None:
    token = sessions.open(person)
    clock.forward(minutes=9)
    session = sessions.get(token)
    assert session is not None
    assert sessions.is_proved(session)
    clock.forward(minutes=1)
    assert not sessions.is_proved(session)
    other = sessions.prove(token, person)
    assert sessions.get(token) is None
    renewed = sessions.get(other)
    assert renewed is not None
    assert sessions.is_proved(renewed)
    assert renewed.expires_at == session.expires_at


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::5", "2001:db8:1::/48"), ("", ""), ("nonsense", "")],
)
def test_an_address_is_kept_without_its_last_part(address: str, network: str) -> None:
    assert network_of(address) == network
