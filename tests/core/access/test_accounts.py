import dataclasses
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from tests.core.access.conftest import Audit, Clock

from sidra.access.accounts import Accounts, normalise_login
from sidra.access.actor import Actor
from sidra.access.passwords import Passwords
from sidra.access.sessions import Sessions
from sidra.access.tables import AccessTables
from sidra.errors import Duplicate, Invalid, NotFound, SidraError, TooManyAttempts, Unauthenticated
from sidra.store.database import Store

PASSWORD = "correct horse battery"
HOME = "192.0.2.7"


@pytest.fixture
def accounts(store: Store, tables: AccessTables, clock: Clock, quick_passwords: Passwords) -> Accounts:
    accounts = Accounts(store, tables, clock=clock, passwords=quick_passwords)
    accounts.create("Awa", "Awa Diop", PASSWORD, ["agent"], units=["dakar"], locale="fr")
    return accounts


def test_a_person_signs_in_and_acts_with_the_roles_and_units_of_the_account(accounts: Accounts) -> None:
    actor = accounts.sign_in(" AWA ", PASSWORD, address=HOME).actor("sn")
    assert (actor.name, actor.roles, actor.units) == ("Awa Diop", frozenset({"agent"}), ("dakar",))
    assert (actor.locale, actor.affiliate) == ("fr", "sn")


@pytest.mark.parametrize(
    ("login", "password"), [("awa", "wrong horse battery"), ("nobody", PASSWORD), ("", ""), ("\ud800", "\udfff")]
)
def test_a_wrong_password_and_an_unknown_login_are_refused_alike(accounts: Accounts, login: str, password: str) -> None:
    with pytest.raises(Unauthenticated) as caught:
        accounts.sign_in(login, password, address=HOME)
    assert caught.value.reason == "the login or the password is not right"


def test_a_disabled_account_cannot_sign_in_until_it_is_let_in_again(accounts: Accounts) -> None:
    accounts.disable("awa")
    with pytest.raises(Unauthenticated):
        accounts.sign_in("awa", PASSWORD, address=HOME)
    account = accounts.find("awa")
    assert account is not None
    assert accounts.get(account.id) is None
    accounts.disable("awa", disabled=False)
    assert accounts.sign_in("awa", PASSWORD, address=HOME) == dataclasses.replace(account, is_disabled=False)


def test_five_failures_lock_an_account_for_fifteen_minutes_even_with_the_right_password(
    accounts: Accounts, clock: Clock
) -> None:
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            accounts.sign_in("awa", "wrong horse battery", address=HOME)
        clock.forward(minutes=1)
    with pytest.raises(TooManyAttempts) as caught:
        accounts.sign_in("awa", PASSWORD, address="198.51.100.1")
    assert caught.value.retry_after_seconds == 600
    assert caught.value.hint == "try again in 10 min"
    clock.forward(minutes=10)
    assert accounts.sign_in("awa", PASSWORD, address=HOME).login == "awa"


def test_an_unknown_login_is_locked_like_a_known_one(accounts: Accounts) -> None:
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            accounts.sign_in("nobody", PASSWORD, address=HOME)
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("nobody", PASSWORD, address=HOME)


def test_a_success_forgets_the_failures_of_the_account(accounts: Accounts) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(Unauthenticated):
                accounts.sign_in("awa", "wrong horse battery", address=HOME)
        accounts.sign_in("awa", PASSWORD, address=HOME)


def test_fifty_failures_of_one_address_shut_it_out_whatever_the_login(accounts: Accounts) -> None:
    for number in range(50):
        with pytest.raises(Unauthenticated):
            accounts.sign_in(f"guess{number}", PASSWORD, address=HOME)
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("awa", PASSWORD, address=HOME)
    assert accounts.sign_in("awa", PASSWORD, address="198.51.100.1").login == "awa"


class SlowPasswords(Passwords):
    """Takes so long to compare that attempts that begin at once are under way at once; counts what it compares."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.compared: list[str] = []

    def fits(self, stored: str | None, password: str) -> bool:
        self.compared.append(password)
        time.sleep(0.1)
        return super().fits(stored, password)


def at_once(accounts: Accounts, attempts: list[tuple[str, str]], address: str = HOME) -> list[str]:
    """What became of attempts to sign in that begin at the same moment, in order."""
    gate = threading.Barrier(len(attempts))

    def attempt(login: str, password: str) -> str:
        gate.wait()
        try:
            return accounts.sign_in(login, password, address=address).login
        except SidraError as error:
            return error.code

    with ThreadPoolExecutor(len(attempts)) as pool:
        return sorted(pool.map(lambda words: attempt(*words), attempts))


@pytest.fixture
def slow(store: Store, tables: AccessTables, clock: Clock, accounts: Accounts) -> tuple[Accounts, SlowPasswords]:
    passwords = SlowPasswords()
    return Accounts(store, tables, clock=clock, passwords=passwords), passwords


def test_guesses_of_one_account_that_are_sent_at_once_are_no_more_than_the_limit(
    slow: tuple[Accounts, SlowPasswords],
) -> None:
    accounts, passwords = slow
    guesses = [("awa", f"wrong horse {number}") for number in range(12)]
    assert at_once(accounts, guesses) == ["R401"] * 5 + ["R429"] * 7
    assert len(passwords.compared) == 5


def test_guesses_of_one_address_that_are_sent_at_once_are_no_more_than_the_limit(
    slow: tuple[Accounts, SlowPasswords], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidra.access.throttle.FAILURES_OF_ADDRESS", 6)
    accounts, passwords = slow
    assert at_once(accounts, [(f"guess{number}", PASSWORD) for number in range(10)]) == ["R401"] * 6 + ["R429"] * 4
    assert len(passwords.compared) == 6


def test_people_behind_one_address_who_sign_in_are_never_locked_out(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidra.access.throttle.FAILURES_OF_ADDRESS", 4)
    for _ in range(12):
        assert at_once(accounts, [("awa", PASSWORD)] * 4) == ["awa"] * 4


def test_a_success_takes_no_failure_back_of_others_at_its_address(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidra.access.throttle.FAILURES_OF_ADDRESS", 3)
    for number in range(3):
        if number < 2:
            accounts.sign_in("awa", PASSWORD, address=HOME)
        with pytest.raises(Unauthenticated):
            accounts.sign_in(f"guess{number}", PASSWORD, address=HOME)
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("awa", PASSWORD, address=HOME)


@pytest.mark.parametrize(
    ("login", "password", "reason"),
    [
        ("", PASSWORD, "1 to 254 printable"),
        ("a" * 255, PASSWORD, "1 to 254 printable"),
        ("a\0b", PASSWORD, "1 to 254 printable"),
        ("moussa", "short", "at least 12"),
        ("moussa", "x" * 513, "at most 512"),
        ("moussa@orange", "Moussa@Orange", "differs from the login"),
        ("moussa", "abababababab", "two different characters"),
    ],
)
def test_an_unfit_login_or_password_is_refused_with_its_reason(
    accounts: Accounts, login: str, password: str, reason: str
) -> None:
    with pytest.raises(Invalid, match=reason):
        accounts.create(login, "Moussa", password, ["agent"])


def test_a_login_is_taken_whatever_its_case(accounts: Accounts) -> None:
    with pytest.raises(Duplicate) as caught:
        accounts.create("AWA", "Another Awa", PASSWORD, ["agent"])
    assert caught.value.fields == ("login",)


def test_nobody_can_be_given_the_role_of_the_program(accounts: Accounts) -> None:
    assert accounts.create("eve", "Eve", PASSWORD, ["system", "agent"]).roles == {"agent"}
    accounts.set_roles("eve", ["system"])
    assert accounts.sign_in("eve", PASSWORD, address=HOME).roles == frozenset()


def test_new_roles_and_units_are_in_force_at_once(accounts: Accounts) -> None:
    accounts.set_roles("awa", ["team_lead"], units=["thies"])
    account = accounts.sign_in("awa", PASSWORD, address=HOME)
    assert (account.roles, account.units) == (frozenset({"team_lead"}), ("thies",))


def test_only_the_new_password_fits_after_a_change(accounts: Accounts) -> None:
    accounts.set_password("awa", "another long password")
    with pytest.raises(Unauthenticated):
        accounts.sign_in("awa", PASSWORD, address=HOME)
    assert accounts.sign_in("awa", "another long password", address=HOME).login == "awa"
    with pytest.raises(Invalid):
        accounts.set_password("awa", "short")


def test_changing_an_account_that_does_not_exist_says_so(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        accounts.set_password("nobody", PASSWORD)
    with pytest.raises(NotFound):
        accounts.disable("nobody")


def test_a_hash_of_weaker_parameters_is_renewed_at_sign_in(
    accounts: Accounts, store: Store, tables: AccessTables, clock: Clock
) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    later = Accounts(store, tables, clock=clock, passwords=stronger)
    later.sign_in("awa", PASSWORD, address=HOME)
    row = accounts._by_login.one(key="awa")
    assert row is not None
    assert not stronger.is_outdated(row[-1])
    assert later.sign_in("awa", PASSWORD, address=HOME).login == "awa"


def test_passwords_are_hashed_by_argon2id_with_the_parameters_of_its_library() -> None:
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_no_password_at_all_fits_an_account_that_does_not_exist(quick_passwords: Passwords) -> None:
    assert quick_passwords.fits(quick_passwords._nobody, "nobody has this password")
    assert not quick_passwords.fits(None, "nobody has this password")


def test_a_stored_text_that_is_no_hash_fits_no_password(quick_passwords: Passwords) -> None:
    assert not quick_passwords.fits("plain", "plain")


@given(st.text(max_size=40))
def test_a_login_is_normal_once_and_for_all(login: str) -> None:
    assert normalise_login(normalise_login(login)) == normalise_login(login)


def test_accounts_are_listed_by_login_disabled_ones_too(accounts: Accounts) -> None:
    accounts.create("zoe", "Zoe", PASSWORD, ["agent"])
    accounts.disable("awa")
    assert [(account.login, account.is_disabled) for account in accounts.list()] == [("awa", True), ("zoe", False)]


def test_a_new_password_and_a_closed_account_end_the_sessions_of_the_person_alone(
    accounts: Accounts, store: Store, tables: AccessTables, clock: Clock
) -> None:
    sessions = Sessions(store, tables, clock=clock)
    awa = accounts.sign_in("awa", PASSWORD, address=HOME).actor("sn")
    zoe = sessions.open(accounts.create("zoe", "Zoe", PASSWORD, ["agent"]).actor("sn"))
    one, two = sessions.open(awa), sessions.open(awa)
    assert accounts.set_password("awa", "another long password") == 2
    assert (sessions.get(one), sessions.get(two)) == (None, None)
    sessions.open(awa)
    assert accounts.disable("awa") == 1
    assert accounts.disable("awa", disabled=False) == 0
    assert sessions.get(zoe)


def test_changes_of_accounts_stand_in_the_audit_with_who_made_them(accounts: Accounts, audit: Audit) -> None:
    boss = Actor("00000000-0000-7000-8000-0000000000aa", "Boss", frozenset({"administrator"}))
    accounts.set_password("awa", "another long password", by=boss)
    accounts.set_roles("awa", ["team_lead"], by=boss)
    accounts.disable("awa")
    accounts.disable("awa", disabled=False)
    assert audit.rows == [
        ("system:operator", "account_create", "access_account"),
        ("Boss", "password_change", "access_account"),
        ("Boss", "roles_change", "access_account"),
        ("system:operator", "account_disable", "access_account"),
        ("system:operator", "account_enable", "access_account"),
    ]
    assert "another" not in audit.text


def test_a_failed_sign_in_stands_in_the_audit_without_what_was_typed(accounts: Accounts, audit: Audit) -> None:
    for login in ("awa", "my secret password"):
        with pytest.raises(Unauthenticated):
            accounts.sign_in(login, "wrong horse", address=HOME)
    assert audit.rows[1:] == [("stranger", "sign_in_failed", "access_account")] * 2
    assert not any(text in audit.text for text in ("secret", "wrong", HOME, "awa"))


def test_what_is_refused_leaves_no_entry(accounts: Accounts, audit: Audit) -> None:
    with pytest.raises(Invalid):
        accounts.set_password("awa", "short")
    with pytest.raises(Duplicate):
        accounts.create("awa", "Awa", PASSWORD, ["agent"])
    assert [action for _, action, _ in audit.rows] == ["account_create"]


def test_a_login_of_marks_without_end_costs_no_time(accounts: Accounts) -> None:
    began = time.process_time()
    with pytest.raises(Unauthenticated):
        accounts.sign_in("a" + "\u0301\u0323" * 100_000, "x", address="192.0.2.1")
    assert time.process_time() - began < 1


def test_what_is_too_long_to_be_a_login_never_becomes_one(accounts: Accounts) -> None:
    with pytest.raises(Invalid):
        accounts.create("\u1100\u1161\u11a8" * 1000, "Awa", "long enough to be one", ["agent"])
