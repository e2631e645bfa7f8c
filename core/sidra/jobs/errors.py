"""What can go wrong with durable work."""

from __future__ import annotations

from sidra.errors import SidraError


class JobsUnavailable(SidraError):
    """The database of durable work cannot be used now."""

    code = "R060"


class JobFailed(SidraError):
    """A piece of work ended without having done what it should; its reason holds no personal value."""

    code = "R061"

    def __init__(self, reason: str, *, code: str = code, hint: str = "") -> None:
        super().__init__(reason, hint=hint)
        self.code = code
        """Of the error that ended it, where that is one of ours."""


class UnknownWork(SidraError):
    """Nothing is installed that does work of this name."""

    code = "R062"


class EngineRunning(SidraError):
    """The engine of durable work runs in this process already, with whatever settings it was given."""

    code = "R063"


class Unreadable(SidraError):
    """A row of the database of durable work was not written by Sidra, and is not read."""

    code = "R064"


class NotPossible(SidraError):
    """The work is in a state in which this cannot be done."""

    code = "R065"
