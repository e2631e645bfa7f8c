"""The exit codes of all commands: one table, which the reference prints and every command follows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from sidra_metamodel.diagnostics import SidraError


class Exit(IntEnum):
    """What a command tells the program that called it; `sys.exit(Exit.FOUND)`."""

    DONE = 0
    FOUND = 1
    USAGE = 2
    REFUSED = 3
    OUTSIDE = 4
    INTERRUPTED = 130
    CLOSED = 141


MEANINGS: Final[Mapping[Exit, str]] = MappingProxyType(
    {
        Exit.DONE: "Done; nothing is wrong.",
        Exit.FOUND: "Done, and something was found: a finding of `check`, a failed test, a drift, a change to be made.",
        Exit.USAGE: "Called wrongly: an unknown command or option, a name that there is not, a wrong setting.",
        Exit.REFUSED: "Refused, and nothing was changed: a gate, a lock, a broken configuration, a declined question.",
        Exit.OUTSIDE: "Something outside failed: a database, a file, the network.",
        Exit.INTERRUPTED: "Ended by Ctrl+C.",
        Exit.CLOSED: "Whoever read the output went away, as `head` does.",
    }
)
"""What each exit code means, as the documentation prints it."""

BY_CODE: Final[Mapping[str, Exit]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("R001", "R005", "R033", "R400", "R404", "R706", "E112", "E125", "E241", "E280", "E282"), Exit.USAGE
        ),
        **dict.fromkeys(("R034", "R041"), Exit.FOUND),
        **dict.fromkeys(("R002", "R006", "R040", "R060", "R072", "R503", "R504"), Exit.OUTSIDE),
        **dict.fromkeys(("R121", "R122", "R123", "R124", "R125", "R707", "E286"), Exit.OUTSIDE),
    }
)
"""The exit codes of errors that are no refusal, by the code of the error."""


def exit_of(error: SidraError) -> Exit:
    """Return the exit code of a command that an error ends."""
    return BY_CODE.get(error.code, Exit.REFUSED)
