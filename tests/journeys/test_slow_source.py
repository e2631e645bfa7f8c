"""The billing system answers nonsense, is slow, and comes back: its box says so, and nothing else on the page waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Served

from sidra.access.actor import system_actor
from sidra.affiliates.registry import Affiliates
from sidra.cli.simulate import simulation, variables
from sidra.settings import load_settings


@pytest.fixture
def billing(served: Served, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The played billing system of Senegal, whose address the environment gives; the customer has an account there."""
    settings = load_settings({"SIDRA_HOME": str(served.home), "SIDRA_LOG_LEVEL": "error"}, root)
    affiliates = Affiliates(settings)
    runtime = affiliates.get("sn")
    assert runtime is not None
    customer = served.customers["sn"].id
    runtime.records(system_actor("test", affiliate="sn")).create(
        "billing_account", {"customer": customer, "name": "Awa Ndiaye"}
    )
    played = simulation(affiliates)
    played.begin()
    for variable, address in variables(played).items():
        monkeypatch.setenv(variable, address)
    yield f"{played.address}/sn/billing"
    played.shutdown()
    played.server_close()
    affiliates.close()


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
