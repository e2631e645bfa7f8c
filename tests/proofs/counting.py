"""What proofs count while they run, and how it comes to the table, from another process too."""

from __future__ import annotations

from collections import Counter

Counts = Counter[str]
COUNTED = "counted"
"""The property of a test's report that has what it counted: how often what, in words."""
TABLE = "table"
"""The property of a test's report that has what it found, line by line, for people to read."""
