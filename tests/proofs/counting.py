"""Where the counts of proofs are kept while they run."""

from __future__ import annotations

from collections import Counter

import pytest

Counts = Counter[str]
COUNTS = pytest.StashKey[dict[str, Counts]]()
"""By the file of the proof: how often what, in words."""
