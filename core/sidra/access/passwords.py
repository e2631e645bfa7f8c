"""Passwords: argon2id with its library's parameters, and what a new one must be."""

from __future__ import annotations

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_CHARACTERS = 12
MAX_CHARACTERS = 512
"""Longer ones are refused: hashing them would cost the server more than their sender."""


class Passwords:
    """Makes and compares password hashes; a comparison costs the same whether or not there is an account."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to store; it carries its salt and parameters."""
        return self._hasher.hash(_encoded(password))

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether the password is the one hashed; None for an account that does not exist costs the same and fails."""
        try:
            self._hasher.verify(stored or self._nobody, _encoded(password[: MAX_CHARACTERS + 1]))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def why_unfit(password: str, login: str) -> str | None:
    """The reason why a password may not be chosen, or None."""
    if len(password) < MIN_CHARACTERS:
        return f"a password has at least {MIN_CHARACTERS} characters"
    if len(password) > MAX_CHARACTERS:
        return f"a password has at most {MAX_CHARACTERS} characters"
    if password.strip().casefold() == login.strip().casefold():
        return "a password differs from the login"
    if len(set(password)) <= 2:  # noqa: PLR2004 - `aaaaaaaaaaaa` and `abababababab`
        return "a password has more than two different characters"
    return None


def _encoded(password: str) -> bytes:
    """The bytes of a password; a lone surrogate, which is no character, must not stop a comparison."""
    return password.encode("utf-8", "surrogatepass")
