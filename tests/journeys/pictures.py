"""Pictures of pages for the documentation, kept small; they are taken where `WRITE_DOCS` asks for them."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from playwright.sync_api import Page

WANTED = bool(os.environ.get("WRITE_DOCS"))
QUALITY = 72
MOST_BYTES = 120_000


def take(page: Page, path: Path) -> None:
    """Keep what a page shows now as WebP; raises AssertionError where the picture is too big for a repository."""
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    session.detach()
    picture = base64.b64decode(taken["data"])
    assert len(picture) < MOST_BYTES, f"{path.name} has {len(picture)} bytes"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
