"""The exit codes of all commands: one table, which the reference prints and every command follows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final


class Exit(IntEnum):
    """What a command tells the program that called it; `sys.exit(Exit.FOUND)`."""

    DONE = 0
    FOUND = 1
    USAGE = 2
    REFUSED = 3
    OUTSIDE = 4
    INTERRUPTED = 130


MEANINGS: Final[Mapping[Exit, str]] = MappingProxyType(
    {
        Exit.DONE: "Done; nothing is wrong.",
        Exit.FOUND: "Done, and something was found: a finding of `check`, a failed test, a drift, a fault.",
        Exit.USAGE: "The command was called wrongly: an unknown command or option, a name that there is not.",
        Exit.REFUSED: "Refused, and nothing was changed: a gate, a lock, a configuration that is not good.",
        Exit.OUTSIDE: "Something outside failed: a database, a file, the network.",
        Exit.INTERRUPTED: "Ended by Ctrl+C.",
    }
)
"""What each exit code means, as the documentation prints it."""
