import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial

import pytest
from argon2 import PasswordHasher
from tests.core.access.conftest import Audit, Clock

from sidra.access.accounts import Accounts
from sidra.access.entrance import Browser, Entrance
from sidra.access.passwords import Passwords
from sidra.access.tables import AccessTables
from sidra.access.throttle import Attempts, Throttle, account_subject
from sidra.errors import NotFound, TooManyAttempts, Unauthenticated
from sidra.store.database import Store

PASSWORD = "correct horse battery"
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.1"


@pytest.fixture
def entrance(store: Store, clock: Clock, quick_passwords: Passwords) -> Entrance:
    entrance = Entrance.of("sn", store, clock=clock)
    entrance.accounts._passwords = quick_passwords
    entrance.accounts.create("awa", "Awa Diop", PASSWORD, ["agent"])
    entrance.accounts.create("zoe", "Zoe", PASSWORD, ["agent"])
    return entrance


def guess(entrance: Entrance, times: int, device: str = "") -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            entrance.sign_in_from("awa", "wrong horse battery", Browser(ELSEWHERE, device=device))


def test_who_guesses_elsewhere_locks_nobody_out_of_the_browser_that_is_known(entrance: Entrance) -> None:
    known = entrance.sign_in("awa", PASSWORD, address=HOME).device
    guess(entrance, 5)
    with pytest.raises(TooManyAttempts):
        entrance.sign_in("awa", PASSWORD, address=HOME)
    assert entrance.sign_in_from("awa", PASSWORD, Browser(HOME, device=known)).actor.name == "Awa Diop"


def test_a_known_browser_has_five_attempts_of_its_own(entrance: Entrance) -> None:
    known = entrance.sign_in("awa", PASSWORD, address=HOME).device
    guess(entrance, 5, known)
    with pytest.raises(TooManyAttempts):
        entrance.sign_in_from("awa", PASSWORD, Browser(HOME, device=known))
    assert entrance.sign_in("awa", PASSWORD, address=HOME).actor.name == "Awa Diop"


@pytest.mark.parametrize("device", ["guess", "x" * 5000, "\ud800"])
def test_a_browser_that_says_it_is_known_gets_no_more_attempts(entrance: Entrance, device: str) -> None:
    guess(entrance, 5, device)
    with pytest.raises(TooManyAttempts):
        entrance.sign_in_from("awa", PASSWORD, Browser(HOME, device=device + "y"))


def test_a_browser_is_known_for_the_account_that_signed_in_there_alone(entrance: Entrance) -> None:
    of_zoe = entrance.sign_in("zoe", PASSWORD, address=HOME).device
    guess(entrance, 5)
    with pytest.raises(TooManyAttempts):
        entrance.sign_in_from("awa", PASSWORD, Browser(HOME, device=of_zoe))


def test_a_browser_is_forgotten_with_a_new_password_and_after_half_a_year(entrance: Entrance, clock: Clock) -> None:
    first = entrance.sign_in("awa", PASSWORD, address=HOME).device
    entrance.accounts.set_password("awa", "another long sentence")
    entrance.accounts.set_password("awa", PASSWORD)
    second = entrance.sign_in("awa", PASSWORD, address=HOME).device
    guess(entrance, 5)
    with pytest.raises(TooManyAttempts):
        entrance.sign_in_from("awa", PASSWORD, Browser(HOME, device=first))
    clock.forward(days=181)
    guess(entrance, 5)
    with pytest.raises(TooManyAttempts):
        entrance.sign_in_from("awa", PASSWORD, Browser(HOME, device=second))


def test_the_owner_is_told_how_often_others_failed(entrance: Entrance, clock: Clock) -> None:
    first = entrance.sign_in("awa", PASSWORD, address=HOME)
    assert (first.failures, first.since) == (0, None)
    signed_in_at = clock.now
    clock.forward(hours=1)
    guess(entrance, 3)
    second = entrance.sign_in("awa", PASSWORD, address=HOME)
    assert (second.failures, second.since) == (3, signed_in_at)
    assert entrance.sign_in("awa", PASSWORD, address=HOME).failures == 0


def test_an_operator_unlocks_an_account(entrance: Entrance, audit: Audit) -> None:
    guess(entrance, 5)
    entrance.accounts.unlock("AWA")
    assert audit.rows[-1] == ("system:operator", "account_unlock", "access_account")
    assert entrance.sign_in("awa", PASSWORD, address=HOME).actor.name == "Awa Diop"
    with pytest.raises(NotFound):
        entrance.accounts.unlock("nobody")


class SlowPasswords(Passwords):
    """Takes so long to compare that attempts that begin at once are under way at once."""

    def fits(self, stored: str | None, password: str) -> bool:
        time.sleep(0.15)
        return super().fits(stored, password)


def test_more_right_passwords_at_once_than_the_limit_wait_for_each_other(
    store: Store, tables: AccessTables, clock: Clock, entrance: Entrance
) -> None:
    slow = SlowPasswords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts, gate = Accounts(store, tables, clock=clock, passwords=slow), threading.Barrier(8)

    def attempt() -> str:
        gate.wait()
        return accounts.sign_in("awa", PASSWORD, address=HOME).login

    with ThreadPoolExecutor(8) as pool:
        assert [one.result() for one in [pool.submit(attempt) for _ in range(8)]] == ["awa"] * 8


def test_an_attempt_whose_process_died_counts_as_failed(store: Store, tables: AccessTables) -> None:
    attempts, subject = Attempts(store, tables), b"s" * 32
    with store.writing() as connection:
        for number in range(5):
            attempts.add(connection, subject, 5, 1_000_000_000, "", bytes([number]) * 16)
    with store.reading() as reading:
        assert not attempts.has_failed(reading, subject, 5, 1_000_000_000)
        assert attempts.has_failed(reading, subject, 5, 1_011_000_000)


@pytest.mark.parametrize(
    ("first", "last", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("", "", True),
    ],
)
def test_whoever_has_a_network_of_addresses_has_no_more_attempts_than_with_one(
    store: Store, tables: AccessTables, clock: Clock, first: str, last: str, is_one: bool
) -> None:
    throttle = Throttle(store, tables, clock)
    for number in range(50):
        attempt = throttle.begin(account_subject(f"login {number}"), first)
        store.transact(partial(throttle.failed, attempt=attempt))
    with pytest.raises(TooManyAttempts) if is_one else nullcontext():
        throttle.begin(account_subject("another"), last)
