"""Which files several processes take first: who begins something long at the end keeps all others waiting."""

from __future__ import annotations

from collections import Counter

import pytest

LONG = (
    "tests/core/jobs/test_worker.py",
    "tests/ui/test_browser.py",
    "tests/core/jobs/",
    "tests/journeys/test_agent_serves_a_customer.py",
    "tests/proofs/",
    "tests/core/privacy/test_erasing",
    "tests/journeys/",
    "tests/docs/",
    "tests/core/releases/",
    "tests/core/affiliates/",
    "tests/core/cli/",
    "tests/affiliates/",
    "tests/core/versions/",
    "tests/core/onboarding/",
    "tests/core/privacy/",
    "tests/core/web/",
)
"""Where a test takes seconds, as it drives a browser, other processes or whole affiliates; the longest come first."""


def order(items: list[pytest.Item]) -> None:
    """Sort tests by their files: those that take long, then those that have many tests; as they were within a file."""
    files = [item.nodeid.partition("::")[0] for item in items]
    numbers = Counter(files)
    ranks = {file: (_rank(file), -numbers[file], place) for place, file in enumerate(dict.fromkeys(files))}
    items.sort(key=lambda item: ranks[item.nodeid.partition("::")[0]])


def _rank(file: str) -> int:
    return next((place for place, start in enumerate(LONG) if file.startswith(start)), len(LONG))
