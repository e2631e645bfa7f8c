from pathlib import Path

import pytest
from tests.metamodel.configurations import Found, findings


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """What a check prints about files, by their paths."""
    return lambda files: findings(tmp_path, files)
