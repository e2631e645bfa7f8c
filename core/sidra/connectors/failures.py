"""What can go wrong when another system is asked; no reason names a value, since errors reach logs."""

from __future__ import annotations

from sidra.errors import SidraError


class CallFailed(SidraError):
    """Another system did not give an answer; the subclasses say why."""

    code = "R122"
    counts = True
    """Whether it speaks against the system, rather than against who asked."""
    is_passing = True
    """Whether the same call may do better at once."""


class NotConfigured(CallFailed):
    """The environment lacks an address or a secret."""

    code = "R120"
    counts = is_passing = False


class TimedOut(CallFailed):
    """No whole answer came in time."""

    code = "R121"


class Unreachable(CallFailed):
    """Nobody answers at the address."""

    code = "R122"


class NotAllowed(CallFailed):
    """The address is one that a connector must not be led to."""

    code = "R122"
    counts = is_passing = False


class Refused(CallFailed):
    """The system answered that it will not."""

    code = "R123"
    counts = is_passing = False


class Unproven(Refused):
    """The system does not take what shows who asks."""


class Failing(CallFailed):
    """The system answered that it cannot."""

    code = "R123"


class Unreadable(CallFailed):
    """What came back is not what the connector declares."""

    code = "R124"
    is_passing = False


class LeftAlone(CallFailed):
    """The system failed lately, or is asked too often at once."""

    code = "R125"
    counts = is_passing = False


class BadArgument(CallFailed):
    """A value cannot stand where the operation needs it."""

    code = "R126"
    counts = is_passing = False
