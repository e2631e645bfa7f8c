"""How a command tells of an error: its code, reason and way out, and exit code 1."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from sidra.errors import SidraError


@contextmanager
def refusals() -> Iterator[None]:
    """Turn an error of Sidra into its code, reason and way out, and exit code 1."""
    from sidra_metamodel.render import refusal

    try:
        yield
    except SidraError as error:
        click.echo(refusal(error), err=True)
        sys.exit(1)
    except Exception as error:
        from sidra.store.broken import broken_store
        from sidra.store.failures import is_drivers

        if not isinstance(error, OSError) and not is_drivers(error):
            raise
        click.echo(refusal(broken_store(error)), err=True)
        sys.exit(1)
