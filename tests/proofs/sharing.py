"""How proofs share two processes: those of one file on one database stay together, as they share what they set up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.proofs.catalogue import database_of


# First, since xdist reads the groups in a hook of the same name.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Give each test the group of its file and database."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(f"{file} {database_of(item.nodeid)}".strip()))
