"""What keeps people from using a page, as axe finds it."""

from __future__ import annotations

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, axe: str, rules: object = RULES) -> list[tuple[str, list[str]]]:
    """Return the rules that the page breaks as it stands, each with the first parts that do."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(axe)
    asked = {"runOnly": rules, "resultTypes": ["violations"]}
    found = page.evaluate("asked => axe.run(asked)", asked)["violations"]
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]][:5]) for rule in found]
