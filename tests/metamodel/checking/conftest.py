from collections.abc import Callable
from pathlib import Path

import pytest
from tests.metamodel.configurations import findings


@pytest.fixture
def found(tmp_path: Path) -> Callable[[dict[str, str]], str]:
    """What a check prints about files, by their paths."""
    return lambda files: findings(tmp_path, files)
