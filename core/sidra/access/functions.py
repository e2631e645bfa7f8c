"""What a role may allow beyond records: each function by its name. One that opens nothing yet is not among them."""

from __future__ import annotations

ADMINISTER = "administer"
APPROVE_ACCESS = "approve_access"
APPROVE_API = "approve_api"
APPROVE_DATA = "approve_data"
AUDIT = "audit"
CONFIGURE = "configure"
CONSOLE = "console"
EXPORT = "export"
FEEDS = "feeds"
PRIVACY = "privacy"
REPORTS = "reports"
REVEAL = "reveal"
SEARCH = "search"
SHARE_VIEWS = "share_views"

FUNCTIONS = frozenset(
    {
        ADMINISTER,
        APPROVE_ACCESS,
        APPROVE_API,
        APPROVE_DATA,
        AUDIT,
        CONFIGURE,
        CONSOLE,
        EXPORT,
        FEEDS,
        PRIVACY,
        REPORTS,
        REVEAL,
        SEARCH,
        SHARE_VIEWS,
    }
)
"""All of them."""
