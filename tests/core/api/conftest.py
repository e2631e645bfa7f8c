"""The shapes of a small CRM."""

import pytest

from sidra.api.shapes import Shapes
from tests.core.api.telecom import telecom


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    """What the API shows of each of its entities."""
    return Shapes(telecom())
