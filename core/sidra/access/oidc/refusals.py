"""Why nobody is let in by an identity provider: a reason that the log has, and a sentence that the person reads."""

from __future__ import annotations

from sidra.errors import SidraError, Unauthenticated


class ProviderRefused(Unauthenticated):
    """What came back from an identity provider does not prove who somebody is; `why` is for the log."""

    code = "R071"

    def __init__(self, why: str) -> None:
        reason = "the identity provider's answer does not prove who you are"
        super().__init__(reason, hint="sign in again; where it stays so, tell the operator")
        self.why = why


class ProviderUnreachable(SidraError):
    """An identity provider does not answer, or answers what cannot be used; `why` is for the log."""

    code = "R072"

    def __init__(self, why: str) -> None:
        super().__init__("the identity provider cannot be reached now", hint="try again in a moment")
        self.why = why


class NoAccount(Unauthenticated):
    """The provider vouches for somebody whom no account belongs to."""

    code = "R073"

    def __init__(self, why: str) -> None:
        super().__init__("no account here belongs to you", hint="ask an administrator for one")
        self.why = why
