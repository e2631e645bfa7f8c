import re
from pathlib import Path

LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)(?:#[^)]*)?\)")
DECISION = re.compile(r"\d{3}-[a-z0-9-]+\.md")
HEADINGS = ["## Context", "## Decision", "## Alternatives", "## Consequences"]


def test_every_link_between_documents_leads_somewhere(root: Path, tracked: list[Path]) -> None:
    pages = [path for path in tracked if path.suffix == ".md"]
    assert [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ] == []


def test_every_decision_is_one_numbered_page_of_the_same_form(root: Path) -> None:
    pages = sorted((root / "docs/decisions").glob("*.md"))
    numbers = [page.name[:3] for page in pages]
    assert len(set(numbers)) == len(numbers)
    assert [page.name for page in pages if not DECISION.fullmatch(page.name)] == []
    assert [
        page.name
        for page in pages
        if re.findall(r"^## .*$", page.read_text(encoding="utf-8"), re.MULTILINE) != HEADINGS
    ] == []
