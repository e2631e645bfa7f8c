"""The gallery of screens: its page says what there is, and each picture is there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from tests.journeys.test_keyboard_only import CASES, STEPS
from tests.proofs.screens import SCREENS
from tests.proofs.test_screens import SHOWINGS, Showing

INTRODUCTION = """# Every screen

Pictures of the demonstration as people of three affiliates have it: in French, in Arabic from right to left and dark,
in Polish, and on a phone. `WRITE_DOCS=1 make prove T=tests/proofs/test_screens.py` takes them anew; the same run asks
axe about each screen, in light and dark, left to right and right to left.
"""
JOURNEY = """## A day by keyboard alone

An agent finds a customer, sees why they called last, corrects the address, opens a ticket with a day to come back to it
and hands it to another team, who find it on their board the next morning: no pointer, no address.
`WRITE_DOCS=1 make test T=tests/journeys/test_keyboard_only.py` walks it again.
"""
LANGUAGES = {"sn": "French", "eg": "Arabic", "pl": "Polish"}


def test_the_page_of_the_gallery_names_every_picture_there_is(root: Path) -> None:
    folder = root / "docs" / "screens"
    page = folder / "README.md"
    wanted = "\n".join([INTRODUCTION, *screens(), JOURNEY, *journey()])
    if os.environ.get("WRITE_DOCS"):
        folder.mkdir(exist_ok=True)
        page.write_text(wanted, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == wanted
    named = re.findall(r"\(([^)]+\.webp)\)", wanted)
    assert [one for one in named if not (folder / one).is_file()] == []
    assert {path.name for path in folder.glob("*.webp")} == {one for one in named if "/" not in one}


def screens() -> Iterator[str]:
    """A section for each screen: the picture, and others of the same."""
    for screen in SCREENS:
        first, *others = [showing for showing in SHOWINGS if showing.is_pictured(screen)]
        links = [f"[{said(one)}]({one.name}-{screen.name}.webp)" for one in others]
        yield f"## {screen.title}\n\n![{screen.title}]({first.name}-{screen.name}.webp)\n\n{' · '.join(links)}\n"


def said(showing: Showing) -> str:
    """How a screen is shown, in words."""
    words = [LANGUAGES[showing.affiliate], showing.theme, "phone" if showing.name.endswith("phone") else ""]
    return ", ".join(filter(None, words))


def journey() -> Iterator[str]:
    """The steps of the journey with their pictures in three languages."""
    for name, title in STEPS.items():
        links = " · ".join(
            f"[{LANGUAGES[case.affiliate]}](../images/journey/{case.affiliate}-{name}.webp)" for case in CASES
        )
        yield f"- {title}: {links}"
    yield ""
