"""What an agent waits in the browser, from a key or a click to what it brings: a distribution.

    python bench/browser.py [--database sqlite] [--times 100] [--customers 2000]

`sidra serve` runs as in operation, with two workers; Chromium, headless, is another process on the same machine. Keys
are pressed and links clicked; the time runs from the event's own moment to the first frame after the answer stands in
the page. It includes what the page waits on purpose until somebody has typed on, which is said beside it.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from databases import Place, add_place, lent
from playwright.sync_api import Page, sync_playwright
from tests.journeys.conftest import DESK, FLAGS
from users import served
from workplace import AFFILIATE, CUSTOMERS, prepared

from sidra.ops.demo.accounts import PASSWORD

TIMES, WARM = 100, 5
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ANSWER_MILLISECONDS = 20_000
TYPING_MILLISECONDS = {"list filter": 200, "form round trip": 120, "360, first box": 0}
"""How long the page waits for the next key."""
LETTERS = "aeioudmnst"
WATCH = """
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const began = (event) => sessionStorage.setItem("began", performance.timeOrigin + event.timeStamp);
  addEventListener("input", began, true);
  addEventListener("click", began, true);
  const painted = new MessageChannel();
  let region = "";
  painted.port1.onmessage = () => { (window.waits ??= {})[region] = now() - Number(sessionStorage.getItem("began")); };
  addEventListener("htmx:after:swap", (event) => {
    const found = (event.detail?.ctx?.target?.id ?? "").split("-")[0];
    if (!["list", "record", "panel"].includes(found) || window.waits?.[found]) return;
    region = found;
    requestAnimationFrame(() => painted.port2.postMessage(0));
  }, true);
})();
"""
"""Notes when the last input or click was, and how long after it each kind of region had its answer in a frame."""


@contextmanager
def at_the_desk(place: Place, customers: int) -> Iterator[Page]:
    """Lend a page in which an agent of the demonstration is signed in."""
    settings = prepared(place, customers)
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        sys.exit("no Chromium on PATH")
    with served(replace(settings, log_level="error")) as (_, port), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        width, height = DESK
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{port}", viewport={"width": width, "height": height}, locale="fr"
        )
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(f"/{AFFILIATE}/sign-in")
        page.fill("[name=username]", "agent")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_selector("#nav")
        yield page
        browser.close()


def waited(page: Page, region: str) -> float:
    """Return the milliseconds until a region was answered."""
    page.wait_for_function("name => window.waits?.[name]", arg=region, timeout=ANSWER_MILLISECONDS)
    found: float = page.evaluate("name => window.waits[name]", region)
    return found


def filtered(page: Page, chance: random.Random) -> float:
    """Type a letter into the search of the customers' list, which is open."""
    if not page.url.partition("?")[0].endswith("/customer"):
        page.goto(f"/{AFFILIATE}/customer")
    page.fill("#list-query", "")
    page.wait_for_timeout(2 * TYPING_MILLISECONDS["list filter"])
    page.wait_for_load_state("networkidle")
    page.evaluate("() => { window.waits = {}; }")
    page.press("#list-query", chance.choice(LETTERS))
    return waited(page, "list")


def typed(page: Page, chance: random.Random) -> float:
    """Type a letter into a field of a customer's form, which is open."""
    if not page.url.endswith("/edit"):
        page.goto(f"/{AFFILIATE}/customer")
        page.goto(str(page.locator("#list tbody a").first.get_attribute("href")).removesuffix("/360") + "/edit")
    page.wait_for_load_state("networkidle")
    page.evaluate("() => { window.waits = {}; }")
    page.press("#record-form textarea >> nth=0", chance.choice(LETTERS))
    return waited(page, "record")


def opened(page: Page, chance: random.Random) -> float:
    """Open a customer from the list; until the first of the boxes that follow the page."""
    page.goto(f"/{AFFILIATE}/customer?size=50")
    page.wait_for_load_state("networkidle")
    links = page.locator("#list tbody tr td a[href$='/360']")
    links.nth(chance.randrange(links.count())).click()
    return waited(page, "panel")


INTERACTIONS: dict[str, Callable[[Page, random.Random], float]] = {
    "list filter": filtered,
    "form round trip": typed,
    "360, first box": opened,
}


def spread(found: list[float]) -> dict[str, float]:
    """Return a distribution."""
    ordered = sorted(found)

    def share(part: float) -> float:
        return round(ordered[math.ceil(len(ordered) * part) - 1], 1)

    return {"p50": round(statistics.median(ordered), 1), "p95": share(0.95), "p99": share(0.99), "n": len(ordered)}


def measured(page: Page, times: int) -> dict[str, dict[str, float]]:
    """Return what each interaction took, in milliseconds."""
    found = {}
    for name, act in INTERACTIONS.items():
        chance = random.Random(name)
        for _ in range(WARM):
            act(page, chance)
        found[name] = spread([act(page, chance) for _ in range(times)]) | {
            "of it on purpose": TYPING_MILLISECONDS[name]
        }
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_place(parser, "sqlite")
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    given = parser.parse_args()
    with lent(given.database, given.at) as place, at_the_desk(place, given.customers) as page:
        found = {"database": place.kind, "milliseconds": measured(page, given.times)}
    print(json.dumps(found, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
