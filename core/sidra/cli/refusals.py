"""How a command tells of an error: its code, reason and way out, and the exit code that belongs to it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from sidra.cli.exits import exit_of
from sidra.cli.telling import tell_error
from sidra.errors import SidraError


@contextmanager
def refusals() -> Iterator[None]:
    """Turn an error of Sidra, of a database or of a disk into its code, reason and way out, and end the command."""
    try:
        yield
    except SidraError as error:
        refuse(error)
    except BrokenPipeError:
        raise
    except Exception as error:
        from sidra.store.broken import broken_store
        from sidra.store.failures import is_drivers

        if not isinstance(error, OSError) and not is_drivers(error):
            raise
        refuse(broken_store(error))


def refuse(error: SidraError) -> NoReturn:
    """Tell of an error and end the command with its exit code."""
    if not tell_error(error):
        from sidra.cli.colours import print_findings
        from sidra_metamodel.render import refusal

        print_findings(refusal(error), errors=True)
    sys.exit(int(exit_of(error)))
