"""Passwords: argon2id with its library's parameters, and what a new one must be."""

from __future__ import annotations

import re
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_CHARACTERS = 12
MAX_CHARACTERS = 512
"""Longer ones are refused: hashing them would cost the server more than their sender."""
LEAST_OWN = 6
"""How many characters must be left of a password without the words that everybody tries first."""
LEAST_WORD = 4
TRIED_FIRST = (
    *("password", "passw0rd", "p@ssw0rd", "motdepasse", "hasło", "haslo", "geheim", "secret", "changeme", "letmein"),
    *("welcome", "bonjour", "iloveyou", "trustno1", "whatever", "administrator", "admin", "login", "guest", "test"),
    *("qwertyuiop", "qwertz", "qwerty", "azerty", "asdfghjkl", "asdfgh", "zxcvbnm", "zxcvbn", "1q2w3e4r5t", "1q2w3e4r"),
    *("1qaz2wsx", "zaq12wsx", "qazwsx", "football", "baseball", "monkey", "dragon", "master", "sunshine", "princess"),
    *("superman", "batman", "starwars", "freedom", "shadow", "summer", "winter", "spring", "autumn", "abc123", "sidra"),
)
"""What lists of stolen passwords begin with; the length that we ask for leaves only repetitions and mixtures of it."""


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
        """Whether the password is the one hashed; where there is no hash it costs the same and fails."""
        try:
            self._hasher.verify(stored or self._nobody, _encoded(password[: MAX_CHARACTERS + 1]))
        except (VerificationError, InvalidHashError):
            return False
        return bool(stored)

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def why_unfit(password: str, login: str, name: str = "") -> str | None:
    """The reason why a password may not be chosen, or None; no kind of character is asked for."""
    if len(password) < MIN_CHARACTERS:
        return f"a password has at least {MIN_CHARACTERS} characters"
    if len(password) > MAX_CHARACTERS:
        return f"a password has at most {MAX_CHARACTERS} characters"
    if password.strip().casefold() == login.strip().casefold():
        return "a password differs from the login"
    if len(set(password)) <= 2:  # noqa: PLR2004 - `aaaaaaaaaaaa` and `abababababab`
        return "a password has more than two different characters"
    if len(own_characters(password, (login, name))) < LEAST_OWN:
        return "a password is more than well-known words, rows of signs, and who it belongs to"
    return None


def own_characters(password: str, about: tuple[str, ...]) -> str:
    """What is left of a password without what everybody tries first: common words, names, rows such as `12345678`."""
    folded = password.casefold()
    words = [word for text in about for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= LEAST_WORD]
    for word in sorted({*words, *TRIED_FIRST}, key=len, reverse=True):
        folded = folded.replace(word, " ")
    kept = [
        sign
        for place, sign in enumerate(folded)
        # A sign that continues the row of the two before it, or repeats the one before, can be foretold.
        if not (place > 1 and _step(folded, place) == _step(folded, place - 1) in {-1, 0, 1})
    ]
    return "".join(kept).replace(" ", "")


def _step(text: str, place: int) -> int:
    return ord(text[place]) - ord(text[place - 1])


def _encoded(password: str) -> bytes:
    """The bytes of a password; a lone surrogate, which is no character, must not stop a comparison."""
    return password.encode("utf-8", "surrogatepass")
