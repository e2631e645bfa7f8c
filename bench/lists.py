"""A list of 50 rows as a page, measured beside the same list as JSON: CPU of a request, in windows that alternate.

python bench/lists.py [--windows N]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import databases  # noqa: F401 - lets the tests be found
import webtest
from tests.ui.served import GROUP, Site, site_in

ROWS = 50
WINDOWS = 21
REQUESTS = 5
WARM = 20
MICROSECONDS = 1_000_000
GOAL = 1.5
API = """
interface: customer_management
kind: api
path: customerManagement/v4
mode: lenient
tmf: TMF629
label: {en: Customer management}
page_size: 20
max_page_size: 1000
"""
CUSTOMER = "core/entities/customer.yaml"
SIDES = {"page": f"/sn/customer?size={ROWS}", "json": f"/sn/tmf-api/customerManagement/v4/customer?limit={ROWS}"}


def filled(folder: Path) -> Site:
    """A served affiliate with twice as many customers as a page shows."""
    customer = GROUP[CUSTOMER] + "api: {tmf: TMF629, path: customerManagement/v4}\n"
    with patch.dict(GROUP, {CUSTOMER: customer, "core/interfaces/customer_management.yaml": API}):
        site = site_in(folder)
    for number in range(2 * ROWS):
        site.customer(f"Awa {number:03}", "Ndiaye", segment="gold" if number % 3 else "standard", fee=f"{number}.50")
    return site


def asked(browser: webtest.TestApp, address: str) -> Callable[[], int]:
    """What asks for an address as a browser would and gives the bytes of the answer; an error ends the measurement."""
    environ = dict(webtest.TestRequest.blank(address).environ)
    environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())

    def ask() -> int:
        told: list[str] = []
        body = browser.app(dict(environ), lambda status, *_: told.append(status))
        size = sum(map(len, body))
        if not told[0].startswith("20"):
            raise RuntimeError(f"{address}: {told[0]}")
        return size

    return ask


def measured(sides: dict[str, Callable[[], int]], windows: int = WINDOWS) -> dict[str, float]:
    """The CPU microseconds of a request of each side: medians of windows that alternate."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for ask in sides.values():
        for _ in range(WARM):
            ask()
    for _ in range(windows):
        for name, ask in sides.items():
            began = time.process_time()
            for _ in range(REQUESTS):
                ask()
            found[name].append((time.process_time() - began) / REQUESTS * MICROSECONDS)
    return {name: statistics.median(values) for name, values in found.items()}


def main() -> None:
    """Measure, and print what a request costs and how many times as much the page costs as its JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--windows", type=int, default=WINDOWS)
    windows = parser.parse_args().windows
    with tempfile.TemporaryDirectory() as scratch:
        browser = filled(Path(scratch)).browser("agent")
        figures = measured({name: asked(browser, address) for name, address in SIDES.items()}, windows)
    for name, value in figures.items():
        print(f"{name}: {value:,.0f} µs CPU a request")
    print(f"page / json: {figures['page'] / figures['json']:.2f} (goal: {GOAL})")


if __name__ == "__main__":
    main()
