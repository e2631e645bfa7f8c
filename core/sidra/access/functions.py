"""What a role may allow beyond records: each function by its name."""

from __future__ import annotations

ADMINISTER = "administer"
AUDIT = "audit"
CONFIGURE = "configure"
CONSOLE = "console"
EXPORT = "export"
FEEDS = "feeds"
REPORTS = "reports"
REVEAL = "reveal"
SEARCH = "search"

FUNCTIONS = frozenset({ADMINISTER, AUDIT, CONFIGURE, CONSOLE, EXPORT, FEEDS, REPORTS, REVEAL, SEARCH})
"""All of them."""
