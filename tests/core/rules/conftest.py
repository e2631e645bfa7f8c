import datetime
from collections.abc import Callable
from typing import Any

import pytest

from sidra.access.actor import Actor
from sidra_metamodel.expressions import Environment

Bind = Callable[..., Environment]


@pytest.fixture
def bind() -> Bind:
    """Makes the Environment of a record, on a Friday morning."""

    def environment(**values: Any) -> Environment:  # noqa: ANN401 - values of any type
        return Environment(
            this=values,
            user=Actor("1", "Awa", frozenset({"agent"})),
            now=datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC),
            today=datetime.date(2026, 3, 20),
        )

    return environment
