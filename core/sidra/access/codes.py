"""One-time codes as a second factor: a secret that an authenticator program shares, and codes for when it is lost."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from functools import partial
from typing import Literal, NoReturn

import pyotp
import sqlalchemy as sa
from pyotp.utils import strings_equal

from sidra.access.accounts import counted_failure
from sidra.access.actor import OPERATOR, STRANGER, Actor
from sidra.access.hashing import hashed
from sidra.access.tables import ACCOUNT, AccessTables
from sidra.access.throttle import Throttle, code_subject
from sidra.audit.entries import Entries
from sidra.clock import Clock, utc_now
from sidra.errors import Conflict, Misconfigured, Unauthenticated
from sidra.privacy.keys import KeyRing, key_of
from sidra.store.codecs import encode_datetime
from sidra.store.database import PATIENCE_SECONDS, Connection, Store
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, given

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A clock may be this many steps of thirty seconds off, either way."""
DIGITS = 6
RECOVERY_CODES, RECOVERY_BYTES = 10, 10
MAX_CHARACTERS = 40
BEFORE_ALL = 0

Used = Literal["code", "recovery"]


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person gives an authenticator program: as a picture of the address, or the secret typed in."""

    secret: str
    address: str


class SecondFactors:
    """The second factors of one affiliate's accounts; secrets stand sealed in its store, recovery codes hashed."""

    def __init__(
        self, store: Store, tables: AccessTables, keys: KeyRing | None, *, clock: Clock = utc_now, issuer: str = ""
    ) -> None:
        self._store, self._ring, self._clock, self._issuer = store, keys, clock, issuer
        self._throttle, self._entries = Throttle(store, tables, clock), Entries(store)
        self._count = Prepared(store, counted_failure(tables.account))
        factor, code = tables.second_factor, tables.recovery_code
        is_account = factor.c.account_id == given("key")
        columns = (factor.c.secret, factor.c.last_step, factor.c.confirmed_at)
        self._get = Prepared(store, sa.select(*columns).where(is_account))
        self._insert = Prepared(store, factor.insert())
        self._delete = Prepared(store, factor.delete().where(is_account))
        self._withdraw = Prepared(store, factor.delete().where(is_account, factor.c.confirmed_at.is_(None)))
        changes = {"confirmed_at": given("at"), "last_step": given("step")}
        is_open = factor.c.confirmed_at.is_(None)
        self._confirm = Prepared(store, factor.update().where(is_account, is_open).values(changes))
        # The condition decides, not what was read before: of two who give the same code at once, one is taken.
        is_later = sa.and_(factor.c.last_step < given("step"), factor.c.confirmed_at.is_not(None))
        self._take = Prepared(store, factor.update().where(is_account, is_later).values(last_step=given("step")))
        self._reseal = Prepared(store, factor.update().where(is_account).values(secret=given("secret")))
        of_account = code.c.account_id == given("key")
        self._add_code = Prepared(store, code.insert())
        self._drop_codes = Prepared(store, code.delete().where(of_account))
        self._use_code = Prepared(store, code.delete().where(of_account, code.c.code_hash == given("code")))
        self._left = Prepared(store, sa.select(sa.func.count()).select_from(code).where(of_account))
        confirmed = sa.select(factor.c.account_id, factor.c.secret)
        self._sealed = Prepared(store, confirmed)

    def is_on(self, account_id: str) -> bool:
        """Whether an account is asked for a code."""
        row = self._get.one(key=id_bytes(account_id))
        return row is not None and row[2] is not None

    def recovery_codes_left(self, account_id: str) -> int:
        """How many recovery codes an account has left."""
        row = self._left.one(key=id_bytes(account_id))
        return int(row[0]) if row else 0

    def offer(self, account_id: str, login: str) -> Offer:
        """A new secret for an account, not in force before `confirm`; raises Conflict where one is in force."""
        if self.is_on(account_id):
            raise Conflict("one-time codes are asked for already", hint="switch them off first")
        secret, key = pyotp.random_base32(), id_bytes(account_id)
        sealed = self._keys.seal("person", secret.encode(), _about(account_id))

        def write(connection: Connection) -> None:
            self._withdraw.run_on(connection, key=key)
            self._insert.run_on(connection, account_id=key, secret=sealed, last_step=BEFORE_ALL, confirmed_at=None)

        try:
            self._store.transact(write)
        except self._store.errors as error:
            if self._store.refusal(error) is None:
                raise
            raise Conflict("one-time codes are asked for already", hint="switch them off first") from error
        return self._offer(secret, login)

    def offered(self, account_id: str, login: str) -> Offer | None:
        """The secret that awaits its confirmation; None where there is none."""
        row = self._get.one(key=id_bytes(account_id))
        if row is None or row[2] is not None:
            return None
        return self._offer(self._unsealed(account_id, row[0]), login)

    def _offer(self, secret: str, login: str) -> Offer:
        return Offer(secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=self._issuer or "Sidra"))

    def confirm(self, account_id: str, code: str, *, by: Actor, address: str) -> list[str]:
        """The recovery codes, shown this once, after a code has shown that the program has the secret.

        Raises Unauthenticated for a wrong code, TooManyAttempts, and Conflict where nothing awaits it.
        """
        row = self._get.one(key=id_bytes(account_id))
        if row is None or row[2] is not None:
            raise Conflict("no secret awaits its confirmation", hint="begin again")
        attempt = self._throttle.begin(code_subject(account_id), address)
        step = self._step_of(self._unsealed(account_id, row[0]), code)
        if step is None:
            self._fail(account_id, attempt)
        key, now = id_bytes(account_id), encode_datetime(self._clock())

        def write(connection: Connection) -> list[str]:
            if not self._confirm.run_on(connection, key=key, at=now, step=step):
                raise Conflict("no secret awaits its confirmation", hint="begin again")
            self._throttle.succeeded(connection, code_subject(account_id), attempt)
            self._entries.write(connection, "second_factor_on", by, now, about=ACCOUNT, key=key)
            return self._new_codes(connection, account_id)

        return self._store.transact(write)

    def renew_codes(self, account_id: str, *, by: Actor) -> list[str]:
        """New recovery codes, shown this once; the earlier ones are worth nothing."""
        if not self.is_on(account_id):
            raise Conflict("no one-time codes are asked for", hint="switch them on first")

        def write(connection: Connection) -> list[str]:
            now, key = encode_datetime(self._clock()), id_bytes(account_id)
            self._entries.write(connection, "recovery_codes_renew", by, now, about=ACCOUNT, key=key)
            return self._new_codes(connection, account_id)

        return self._store.transact(write)

    def _new_codes(self, connection: Connection, account_id: str) -> list[str]:
        key, codes = id_bytes(account_id), [_grouped(secrets.token_hex(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
        self._drop_codes.run_on(connection, key=key)
        for code in codes:
            self._add_code.run_on(connection, account_id=key, code_hash=_hash(account_id, code))
        return codes

    def use(self, account_id: str, code: str, *, address: str) -> Used:
        """Take a code of an account, or a recovery code; neither is taken twice.

        Raises Unauthenticated for a wrong one, and TooManyAttempts.
        """
        subject, key = code_subject(account_id), id_bytes(account_id)
        attempt = self._throttle.begin(subject, address)
        row, given_code = self._get.one(key=key), code[:MAX_CHARACTERS]
        if row is None or row[2] is None:
            self._fail(account_id, attempt)
        secret = self._unsealed(account_id, row[0])
        step = self._step_of(secret, given_code)

        def take(connection: Connection) -> Used | None:
            is_code = step is not None and self._take.run_on(connection, key=key, step=step) > 0
            if not is_code and not self._use_code.run_on(connection, key=key, code=_hash(account_id, given_code)):
                return None
            self._throttle.succeeded(connection, subject, attempt)
            self._keep_current(connection, account_id, row[0], secret)
            if is_code:
                return "code"
            now, who = encode_datetime(self._clock()), Actor(account_id, "recovery code", frozenset())
            self._entries.write(connection, "recovery_code_use", who, now, about=ACCOUNT, key=key)
            return "recovery"

        used = self._store.transact(take)
        if used is None:
            self._fail(account_id, attempt)
        return used

    def switch_off(self, account_id: str, *, by: Actor = OPERATOR) -> bool:
        """Whether an account had a second factor, which it has no longer."""
        key, now = id_bytes(account_id), encode_datetime(self._clock())

        def write(connection: Connection) -> bool:
            self._drop_codes.run_on(connection, key=key)
            was_there = self._delete.run_on(connection, key=key) > 0
            if was_there:
                self._entries.write(connection, "second_factor_off", by, now, about=ACCOUNT, key=key)
            return was_there

        return self._store.transact(write)

    def reseal(self) -> int:
        """How many secrets stood under an earlier key and are sealed under the current one now."""
        changed = 0
        for key, sealed in self._sealed.all():
            account_id = id_text(key)
            if key_of(sealed) != self._keys.current("person").id:
                secret = self._unsealed(account_id, sealed)
                renew = partial(self._keep_current, account_id=account_id, sealed=sealed, secret=secret)
                changed += self._store.transact(renew, patience=PATIENCE_SECONDS)
        return changed

    def _keep_current(self, connection: Connection, account_id: str, sealed: str, secret: str) -> int:
        if key_of(sealed) == self._keys.current("person").id:
            return 0
        renewed = self._keys.seal("person", secret.encode(), _about(account_id))
        return self._reseal.run_on(connection, key=id_bytes(account_id), secret=renewed)

    def _step_of(self, secret: str, code: str) -> int | None:
        """The step of thirty seconds that a code is of, which may be the present one or one beside it."""
        digits = "".join(code.split())
        if len(digits) != DIGITS or not digits.isascii() or not digits.isdecimal():
            return None
        totp, now = pyotp.TOTP(secret, interval=STEP_SECONDS), self._clock()
        present = int(now.timestamp()) // STEP_SECONDS
        steps = range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1)
        moments = {step: datetime.datetime.fromtimestamp(step * STEP_SECONDS, datetime.UTC) for step in steps}
        found = [step for step, moment in moments.items() if strings_equal(totp.at(moment), digits)]
        return found[-1] if found else None

    def _unsealed(self, account_id: str, sealed: str) -> str:
        return self._keys.unseal("person", sealed, _about(account_id)).decode()

    @property
    def _keys(self) -> KeyRing:
        if self._ring is None:
            raise Misconfigured("one-time codes need the key ring", hint="name its file by the setting `keys`")
        return self._ring

    def _fail(self, account_id: str, attempt: bytes) -> NoReturn:

        def write(connection: Connection) -> None:
            self._throttle.failed(connection, attempt)
            now, key = encode_datetime(self._clock()), id_bytes(account_id)
            self._count.run_on(connection, key=key)
            self._entries.write(connection, "code_failed", STRANGER, now, about=ACCOUNT, key=key)

        self._store.transact(write)
        raise Unauthenticated("the code is not right", hint="a code is good for half a minute, and once")


def _about(account_id: str) -> bytes:
    return f"access_second_factor:{account_id}".encode()


def _grouped(code: str) -> str:
    return "-".join(code[place : place + 5] for place in range(0, len(code), 5))


def _hash(account_id: str, code: str) -> bytes:
    """A recovery code as it is kept, however it was typed; it has eighty bits of chance."""
    return hashed("".join(sign for sign in code.casefold() if sign.isalnum()), account_id)
