import datetime

import pyotp
import pytest
from tests.core.access.conftest import Audit, Clock

from sidra.access.accounts import Account, Accounts
from sidra.access.actor import Actor
from sidra.access.codes import SecondFactors
from sidra.access.passwords import Passwords
from sidra.access.tables import AccessTables
from sidra.errors import Conflict, Misconfigured, TooManyAttempts, Unauthenticated
from sidra.privacy.keys import KeyMissing, KeyRing
from sidra.store.database import Store

HOME = "192.0.2.7"


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing.in_memory("sn")


@pytest.fixture
def factors(store: Store, tables: AccessTables, clock: Clock, keys: KeyRing) -> SecondFactors:
    return SecondFactors(store, tables, keys, clock=clock, issuer="Sidra sn")


@pytest.fixture
def account(store: Store, tables: AccessTables, clock: Clock, quick_passwords: Passwords) -> Account:
    accounts = Accounts(store, tables, clock=clock, passwords=quick_passwords)
    return accounts.create("awa", "Awa", "correct horse battery", ["agent"])


@pytest.fixture
def person(account: Account) -> Actor:
    return account.actor("sn")


def switched_on(factors: SecondFactors, person: Actor, clock: Clock) -> tuple[pyotp.TOTP, list[str]]:
    """The authenticator program of somebody who has just switched codes on, and the recovery codes."""
    program = pyotp.TOTP(factors.offer(person.id, "awa").secret)
    codes = factors.confirm(person.id, program.at(clock()), by=person, address=HOME)
    clock.forward(seconds=30)
    return program, codes


def test_nothing_is_asked_for_before_a_code_has_confirmed_the_secret(
    factors: SecondFactors, person: Actor, clock: Clock
) -> None:
    offer = factors.offer(person.id, "awa")
    assert offer.address.startswith("otpauth://totp/Sidra%20sn:awa?secret=")
    assert not factors.is_on(person.id)
    with pytest.raises(Unauthenticated):
        factors.confirm(person.id, "000000", by=person, address=HOME)
    assert factors.offered(person.id, "awa") == offer
    factors.confirm(person.id, pyotp.TOTP(offer.secret).at(clock()), by=person, address=HOME)
    assert factors.is_on(person.id)
    assert factors.offered(person.id, "awa") is None
    with pytest.raises(Conflict):
        factors.offer(person.id, "awa")
    with pytest.raises(Conflict):
        factors.confirm(person.id, "000000", by=person, address=HOME)


def test_an_offer_takes_no_second_factor_away_that_was_confirmed_meanwhile(
    factors: SecondFactors, person: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, _ = switched_on(factors, person, clock)
    monkeypatch.setattr(factors, "is_on", lambda _: False)
    with pytest.raises(Conflict):
        factors.offer(person.id, "awa")
    assert factors.use(person.id, program.at(clock()), address=HOME) == "code"


def test_a_code_is_taken_once_and_none_before_it(factors: SecondFactors, person: Actor, clock: Clock) -> None:
    program, _ = switched_on(factors, person, clock)
    earlier, code = program.at(clock()), program.at(clock() + datetime.timedelta(seconds=30))
    assert factors.use(person.id, code, address=HOME) == "code"
    for used in (code, earlier):
        with pytest.raises(Unauthenticated):
            factors.use(person.id, used, address=HOME)
    clock.forward(seconds=60)
    assert factors.use(person.id, f" {program.at(clock())[:3]} {program.at(clock())[3:]}", address=HOME) == "code"


def test_the_code_that_confirmed_does_not_sign_in(factors: SecondFactors, person: Actor, clock: Clock) -> None:
    program = pyotp.TOTP(factors.offer(person.id, "awa").secret)
    code = program.at(clock())
    factors.confirm(person.id, code, by=person, address=HOME)
    with pytest.raises(Unauthenticated):
        factors.use(person.id, code, address=HOME)


@pytest.mark.parametrize(("drift", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(
    factors: SecondFactors, person: Actor, clock: Clock, drift: int, is_taken: bool
) -> None:
    program, _ = switched_on(factors, person, clock)
    clock.forward(minutes=5)
    code = program.at(clock() + datetime.timedelta(seconds=30 * drift))
    if is_taken:
        assert factors.use(person.id, code, address=HOME) == "code"
        return
    with pytest.raises(Unauthenticated):
        factors.use(person.id, code, address=HOME)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "\ud800", "x" * 10_000])
def test_what_is_no_code_is_refused(factors: SecondFactors, person: Actor, clock: Clock, code: str) -> None:
    switched_on(factors, person, clock)
    with pytest.raises(Unauthenticated):
        factors.use(person.id, code, address=HOME)


def test_codes_are_throttled_like_passwords(factors: SecondFactors, person: Actor, clock: Clock) -> None:
    program, _ = switched_on(factors, person, clock)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            factors.use(person.id, "000000", address=HOME)
    with pytest.raises(TooManyAttempts):
        factors.use(person.id, program.at(clock()), address="198.51.100.1")
    clock.forward(minutes=15)
    assert factors.use(person.id, program.at(clock()), address=HOME) == "code"


def test_each_recovery_code_lets_in_once(factors: SecondFactors, person: Actor, clock: Clock, audit: Audit) -> None:
    _, codes = switched_on(factors, person, clock)
    assert len(set(codes)) == factors.recovery_codes_left(person.id) == 10
    assert factors.use(person.id, codes[0].upper().replace("-", " "), address=HOME) == "recovery"
    assert audit.rows[-1][1] == "recovery_code_use"
    with pytest.raises(Unauthenticated):
        factors.use(person.id, codes[0], address=HOME)
    assert factors.recovery_codes_left(person.id) == 9
    renewed = factors.renew_codes(person.id, by=person)
    with pytest.raises(Unauthenticated):
        factors.use(person.id, codes[1], address=HOME)
    assert factors.use(person.id, renewed[1], address=HOME) == "recovery"


def test_who_has_no_second_factor_proves_none_and_the_operator_takes_one_away(
    factors: SecondFactors, person: Actor, clock: Clock, audit: Audit
) -> None:
    with pytest.raises(Unauthenticated):
        factors.use(person.id, "000000", address=HOME)
    with pytest.raises(Conflict):
        factors.renew_codes(person.id, by=person)
    switched_on(factors, person, clock)
    assert factors.switch_off(person.id)
    assert not factors.switch_off(person.id)
    assert (factors.is_on(person.id), factors.recovery_codes_left(person.id)) == (False, 0)
    assert audit.rows[-1] == ("system:operator", "second_factor_off", "access_account")


def test_no_secret_and_no_recovery_code_stands_in_the_store(
    factors: SecondFactors, person: Actor, clock: Clock, store: Store, audit: Audit
) -> None:
    secret = factors.offer(person.id, "awa").secret
    codes = factors.confirm(person.id, pyotp.TOTP(secret).at(clock()), by=person, address=HOME)
    with store.reading() as connection:
        kept = str(connection.execute("SELECT * FROM access_second_factor").fetchall())
        kept += str(connection.execute("SELECT * FROM access_recovery_code").fetchall())
    assert not any(text in kept + audit.text for text in (secret, *codes))


def test_a_secret_is_sealed_anew_under_a_new_key_and_is_lost_with_its_key(
    factors: SecondFactors, person: Actor, clock: Clock, keys: KeyRing
) -> None:
    program, _ = switched_on(factors, person, clock)
    first = keys.current("person")
    keys.add("person")
    assert factors.reseal() == 1
    assert factors.reseal() == 0
    keys.retire(first.id)
    assert factors.use(person.id, program.at(clock()), address=HOME) == "code"
    second = keys.current("person")
    keys.add("person")
    clock.forward(seconds=30)
    assert factors.use(person.id, program.at(clock()), address=HOME) == "code"
    assert factors.reseal() == 0
    keys.retire(second.id)
    keys.retire(keys.current("person").id)
    with pytest.raises(KeyMissing):
        factors.use(person.id, program.at(clock()), address=HOME)


def test_without_a_key_ring_nobody_is_offered_a_secret(store: Store, tables: AccessTables, person: Actor) -> None:
    with pytest.raises(Misconfigured):
        SecondFactors(store, tables, None).offer(person.id, "awa")
