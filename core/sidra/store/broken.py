"""What is told of a store that cannot be opened, or of a disk under it that fails."""

from __future__ import annotations

import sqlite3

from sidra.store.failures import MENDING, StoreError, reason_code


def broken_store(error: BaseException) -> StoreError:
    """Return what a person is told of a database, or a disk, that fails."""
    file = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    # What a server says of a statement may hold values.
    text = str(error) if isinstance(error, sqlite3.Error | OSError) else reason_code(error)
    reason = error.strerror if isinstance(error, OSError) and error.strerror else text
    return StoreError(f"the data folder or a database in it fails: {reason}{file}", hint=MENDING)
