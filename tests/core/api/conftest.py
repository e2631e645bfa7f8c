"""The shapes of a small CRM."""

import pytest
from tests.core.api.telecom import telecom

from sidra.api.shapes import Shapes


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    """What the API shows of each of its entities."""
    return Shapes(telecom())
