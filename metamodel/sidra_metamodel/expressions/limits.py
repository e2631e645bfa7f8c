"""The bounds that keep every expression cheap to check and to run."""

from typing import Final

MAX_CHARACTERS: Final = 4000
MAX_NODES: Final = 500
MAX_DEPTH: Final = 40
MAX_MACRO_NESTING: Final = 2
MAX_LIST_ITEMS: Final = 1000
MAX_RELATIONS: Final = 8
"""Distinct relations that one expression may walk: each is a join or an EXISTS in SQL."""
MAX_ELEMENTS: Final = 100_000
"""Records that the macros of one evaluation may visit together."""
MAX_PATTERN_CHARACTERS: Final = 500
MAX_PATTERN_BYTES: Final = 1 << 20
"""Memory that RE2 may use for one pattern."""

MIN_INTEGER: Final = -(2**63)
MAX_INTEGER: Final = 2**63 - 1
MAX_SCALE: Final = 8
"""Decimal places that a result keeps; more are cut off."""
DIVISION_SCALE: Final = 4
"""Decimal places that a quotient or an average has at least."""
MONEY_SCALE: Final = 4
