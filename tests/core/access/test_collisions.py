"""What collides with others is done again, and once: PostgreSQL refuses the commit of one of two that met."""

from collections.abc import Callable
from dataclasses import replace

import pyotp
import pytest
from tests.core.access.conftest import Audit, Clock

from sidra.access.accounts import Accounts
from sidra.access.entrance import Browser, Entrance
from sidra.access.passwords import Passwords
from sidra.access.tables import AccessTables
from sidra.errors import Duplicate, Unauthenticated
from sidra.privacy.keys import KeyRing
from sidra.store.database import Connection, Store
from sidra.store.failures import Collision

PASSWORD = "correct horse battery"
HOME = "192.0.2.7"
BROWSER = Browser(HOME)


class Collisions:
    """Lets the first commit of each transaction collide, once it is switched on."""

    def __init__(self, store: Store) -> None:
        self.count, self.is_on = 0, False
        self._finish, self._is_second = store.finish, False

    def finish(self, connection: Connection, *, is_good: bool) -> None:
        """End a transaction as the store does, or as a server that found a collision."""
        self._is_second = self.is_on and is_good and not self._is_second
        if not self._is_second:
            self._finish(connection, is_good=is_good)
            return
        self.count += 1
        self._finish(connection, is_good=False)
        raise Collision("somebody else changed the same at the same time")


@pytest.fixture
def collisions(store: Store, monkeypatch: pytest.MonkeyPatch) -> Collisions:
    made = Collisions(store)
    monkeypatch.setattr(store, "finish", made.finish)
    return made


@pytest.fixture
def entrance(store: Store, tables: AccessTables, clock: Clock, quick_passwords: Passwords) -> Entrance:
    accounts = Accounts(store, tables, clock=clock, passwords=quick_passwords)
    accounts.create("awa", "Awa Diop", PASSWORD, ["agent"])
    whole = Entrance.of("sn", store, clock=clock, keys=KeyRing.in_memory("sn"))
    return replace(whole, accounts=accounts)


def come_in(entrance: Entrance) -> None:
    signed_in = entrance.sign_in_from("awa", PASSWORD, BROWSER)
    assert entrance.person(signed_in.token) == signed_in.actor
    assert len(entrance.sessions.list(signed_in.actor.id)) == 1


def fail(entrance: Entrance) -> None:
    with pytest.raises(Unauthenticated):
        entrance.sign_in_from("awa", "wrong horse battery", BROWSER)
    assert entrance.accounts.existing("awa").failures == 1


def create(entrance: Entrance) -> None:
    entrance.accounts.create("moussa", "Moussa", PASSWORD, ["agent"])
    assert [one.login for one in entrance.accounts.list()] == ["awa", "moussa"]


def leave(entrance: Entrance) -> None:
    token = entrance.sign_in_from("awa", PASSWORD, BROWSER).token
    entrance.sign_out(token)
    assert entrance.person(token) is None


def give_another_password(entrance: Entrance) -> None:
    entrance.sign_in_from("awa", PASSWORD, BROWSER)
    assert entrance.accounts.set_password("awa", "another horse battery") == 1


def end_the_others(entrance: Entrance) -> None:
    kept, _ = (entrance.sign_in_from("awa", PASSWORD, BROWSER).token for _ in range(2))
    person = entrance.accounts.existing("awa").actor("sn")
    assert entrance.sessions.end_others(person.id, kept, by=person) == 1
    assert entrance.person(entrance.prove_by_password(kept, PASSWORD, BROWSER)) == person


def unlock(entrance: Entrance) -> None:
    entrance.accounts.unlock("awa")


def use_a_token(entrance: Entrance) -> None:
    token = entrance.tokens.issue("agent")
    assert entrance.client(token) is not None
    [issued] = entrance.tokens.list()
    assert entrance.tokens.revoke(issued.id)
    assert entrance.client(token) is None


def use_codes(entrance: Entrance) -> None:
    person = entrance.accounts.existing("awa").actor("sn")
    program = pyotp.TOTP(entrance.codes.offer(person.id, "awa").secret)
    entrance.codes.confirm(person.id, program.at(Clock()()), by=person, address=HOME)
    codes = entrance.codes.renew_codes(person.id, by=person)
    assert entrance.codes.use(person.id, codes[0], address=HOME) == "recovery"
    with pytest.raises(Unauthenticated):
        entrance.codes.use(person.id, codes[0], address=HOME)
    assert entrance.codes.switch_off(person.id)


def take_a_step(entrance: Entrance) -> None:
    token = entrance.steps.begin("code", entrance.accounts.existing("awa").id, {"provider": "x"})
    step = entrance.steps.take(token)
    assert step is not None
    assert step.content == {"provider": "x"}
    assert entrance.steps.take(token) is None


WAYS: dict[Callable[[Entrance], None], list[str]] = {
    come_in: ["sign_in"],
    fail: ["sign_in_failed"],
    create: ["account_create"],
    leave: ["sign_in", "sign_out"],
    give_another_password: ["sign_in", "password_change"],
    end_the_others: ["sign_in", "sign_in", "session_end", "sign_in_again"],
    unlock: ["account_unlock"],
    use_a_token: ["token_issue", "token_revoke"],
    use_codes: ["second_factor_on", "recovery_codes_renew", "recovery_code_use", "code_failed", "second_factor_off"],
    take_a_step: [],
}
"""What somebody does at the entrance, and what the audit tells of it."""


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_collides_is_done_again_and_told_once(
    entrance: Entrance, collisions: Collisions, audit: Audit, way: Callable[[Entrance], None]
) -> None:
    before = len(audit.rows)
    collisions.is_on = True
    way(entrance)
    assert collisions.count > 0
    assert [action for _, action, _ in audit.rows[before:]] == WAYS[way]


def test_what_is_refused_is_not_tried_again(entrance: Entrance, collisions: Collisions, audit: Audit) -> None:
    before = audit.rows
    collisions.is_on = True
    with pytest.raises(Duplicate):
        entrance.accounts.create("awa", "Awa", PASSWORD, ["agent"])
    assert collisions.count == 0
    assert audit.rows == before
