"""The billing system answers nonsense, is slow, and comes back: its box says so, and nothing else on the page waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Served
from tests.journeys.playing import billing_of


@pytest.fixture
def billing(served: Served, root: Path) -> Iterator[str]:
    """The played billing system of Senegal."""
    with billing_of("sn", served, root) as address:
        yield address


def test_a_broken_a_slow_and_a_recovered_source(sign_in: Callable[..., Page], served: Served, billing: str) -> None:
    page = sign_in("sn")
    switch = f"{billing}/_control"
    httpx.post(switch, json={"garbage": "<html>"})
    page.goto(f"/sn/customer/{served.customers['sn'].id}/360")
    box, timeline = page.locator("#panel-bills"), page.locator("#panel-timeline")
    expect(box).to_contain_text("ne répond pas")
    expect(timeline).to_contain_text("No signal")
    httpx.post(switch, json={"garbage": "", "delay": 5})
    box.get_by_role("link", name="Réessayer").click()
    # The answer is under way, and the page goes on.
    page.get_by_role("link", name="Tickets", exact=True).last.click()
    expect(timeline).to_contain_text("No signal")
    expect(box).to_contain_text("n’a pas répondu en 5")
    httpx.post(switch, json={"delay": 0})
    box.get_by_role("link", name="Réessayer").click()
    expect(box).to_contain_text("en direct")
    expect(box.get_by_role("row")).to_have_count(5)
    expect(box).to_contain_text("Solde principal")
