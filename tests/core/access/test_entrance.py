import dataclasses

import pyotp
import pytest
from tests.core.access.conftest import Clock

from sidra.access.accounts import Accounts
from sidra.access.admission import Admission
from sidra.access.entrance import Entrance
from sidra.access.passwords import Passwords
from sidra.access.tables import AccessTables
from sidra.access.throttle import FAILURES_OF_ACCOUNT
from sidra.errors import Forbidden, Invalid, TooManyAttempts, Unauthenticated
from sidra.privacy.keys import KeyRing
from sidra.store.database import Store

PASSWORD = "correct horse battery"
HOME = "192.0.2.7"


@pytest.fixture
def entrance(store: Store, tables: AccessTables, clock: Clock, quick_passwords: Passwords) -> Entrance:
    accounts = Accounts(store, tables, clock=clock, passwords=quick_passwords)
    accounts.create("awa", "Awa Diop", PASSWORD, ["agent"], units=["dakar"])
    of_store = Entrance.of("sn", store, clock=clock, keys=KeyRing.in_memory("sn"))
    return dataclasses.replace(of_store, accounts=accounts)


def test_who_signed_in_acts_by_the_token_of_the_session_until_signing_out(entrance: Entrance) -> None:
    signed_in = entrance.sign_in("awa", PASSWORD, address=HOME)
    assert entrance.person(signed_in.token) == signed_in.actor
    assert signed_in.actor.affiliate == "sn"
    entrance.sign_out(signed_in.token)
    assert entrance.person(signed_in.token) is None


def test_nobody_acts_without_the_right_password_or_token(entrance: Entrance) -> None:
    with pytest.raises(Unauthenticated):
        entrance.sign_in("awa", "wrong horse battery", address=HOME)
    assert entrance.person("guess") is None
    assert entrance.client("guess") is None


def test_a_session_of_an_account_that_is_shut_out_is_worth_nothing(entrance: Entrance) -> None:
    signed_in = entrance.sign_in("awa", PASSWORD, address=HOME)
    entrance.accounts.disable("awa")
    assert entrance.person(signed_in.token) is None


def test_the_session_of_before_ends_with_signing_in(entrance: Entrance) -> None:
    first = entrance.sign_in("awa", PASSWORD, address=HOME)
    entrance.sign_in("awa", PASSWORD, address=HOME, replaces=first.token)
    assert entrance.person(first.token) is None


def test_a_client_acts_by_its_token(entrance: Entrance) -> None:
    actor = entrance.client(entrance.tokens.issue("agent"))
    assert actor is not None
    assert actor.roles == frozenset({"agent"})


@pytest.mark.parametrize("odd", ["a\0b", "\0", "\ud800", "a\udcffb"])
def test_what_no_database_keeps_is_nobody_and_no_error(entrance: Entrance, odd: str) -> None:
    with pytest.raises(Unauthenticated):
        entrance.sign_in(odd, odd, address=HOME)
    assert entrance.accounts.find(odd) is None
    assert (entrance.client(odd), entrance.person(odd)) == (None, None)
    account = entrance.accounts.create("zoe", f"Zoe {odd}", PASSWORD, [])
    assert account.name.startswith("Zoe ")
    with pytest.raises(Invalid):
        entrance.tokens.issue_for(account, ["customer:read"], name=f"my {odd}")


def no_code() -> str:
    raise AssertionError("nobody asks for a code here")


def test_who_acts_once_proves_what_signing_in_asks_for(entrance: Entrance, clock: Clock) -> None:
    assert entrance.vouch("awa", PASSWORD, no_code, address="command line").login == "awa"
    with pytest.raises(Unauthenticated):
        entrance.vouch("awa", "wrong horse battery", no_code, address="command line")
    account = entrance.accounts.existing("awa")
    program = pyotp.TOTP(entrance.codes.offer(account.id, "awa").secret)
    entrance.codes.confirm(account.id, program.at(clock()), by=account.actor("sn"), address=HOME)
    clock.forward(seconds=30)
    with pytest.raises(Unauthenticated, match="code"):
        entrance.vouch("awa", PASSWORD, lambda: "", address="command line")
    code = program.at(clock())
    assert entrance.vouch("awa", PASSWORD, lambda: code, address="command line").id == account.id
    with pytest.raises(Unauthenticated, match="code"):
        entrance.vouch("awa", PASSWORD, lambda: code, address="command line")


def test_who_acts_once_is_slowed_down_by_the_failures_of_all_ways_in(entrance: Entrance, clock: Clock) -> None:
    for _ in range(FAILURES_OF_ACCOUNT):
        with pytest.raises(Unauthenticated):
            entrance.sign_in("awa", "wrong horse battery", address=HOME)
    with pytest.raises(TooManyAttempts):
        entrance.vouch("awa", PASSWORD, no_code, address="command line")
    entrance.accounts.unlock("awa")
    account = entrance.accounts.existing("awa")
    program = pyotp.TOTP(entrance.codes.offer(account.id, "awa").secret)
    entrance.codes.confirm(account.id, program.at(clock()), by=account.actor("sn"), address=HOME)
    clock.forward(seconds=30)
    for _ in range(FAILURES_OF_ACCOUNT):
        with pytest.raises(Unauthenticated):
            entrance.vouch("awa", PASSWORD, lambda: "000000", address="command line")
    with pytest.raises(TooManyAttempts):
        entrance.vouch("awa", PASSWORD, lambda: program.at(clock()), address="command line")


def test_who_may_not_sign_in_by_a_password_acts_not_once_either(entrance: Entrance) -> None:
    strict = dataclasses.replace(entrance, admission=Admission(second_factor_roles=("agent",)))
    with pytest.raises(Forbidden, match="second factor"):
        strict.vouch("awa", PASSWORD, no_code, address="command line")
    closed = dataclasses.replace(entrance, admission=Admission(passwords=False))
    with pytest.raises(Forbidden, match="password"):
        closed.vouch("awa", PASSWORD, no_code, address="command line")
