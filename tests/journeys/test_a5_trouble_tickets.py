"""A5 in three affiliates: a ticket's priority, assignment, parent, life cycle and satisfaction."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Served, SignIn, only
from tests.journeys.keyboard import Words
from tests.journeys.stepping import keep, reach

LOCALES = {"sn": "fr", "eg": "ar", "pl": "pl"}
OUTAGE, LINE = "Antenna 17 is down", "Dead line at home"
WAITS = (("start", "in_progress"), ("wait", "pending"), ("resume", "in_progress"))
MENDS = (("hold", "held"), ("resume", "in_progress"), ("resolve", "resolved"))
ENDS = (("reopen", "in_progress"), ("resolve", "resolved"), ("accept", "closed"))


@pytest.mark.parametrize("affiliate", only("sn", LOCALES))
def test_a_ticket_goes_from_one_team_to_another_and_back_to_the_agent(
    sign_in: SignIn, served: Served, affiliate: str
) -> None:
    runtime = served.affiliates.get(affiliate)
    assert runtime is not None
    words, agent, customer = Words(runtime, LOCALES[affiliate]), sign_in(affiliate), served.customers[affiliate]
    new_ticket(agent, f"/{affiliate}/trouble_ticket/new", OUTAGE, "critical")
    outage = agent.url
    expect(agent.locator("main")).to_contain_text(words.value("priority", "critical"))
    new_ticket(agent, f"/{affiliate}/trouble_ticket/new?customer={customer.id}", LINE, "major", parent=OUTAGE)
    agent.goto(f"/{affiliate}/trouble_ticket?q=Dead")
    agent.locator("main tbody a", has_text=LINE).first.click()
    line = agent.url
    expect(agent.locator("main")).to_contain_text(words.value("priority", "high"))
    reach(agent, words, "ticket_status", *WAITS)
    hand_over(agent, line, "tier_2")
    expect(agent.locator("main")).to_contain_text(words.label(words.model.queues["tier_2"]))

    colleague = sign_in(affiliate, who="back_office")
    colleague.goto(outage)
    expect(colleague.locator("main")).to_contain_text(LINE)
    colleague.goto(line)
    reach(colleague, words, "ticket_status", *MENDS)

    agent.goto(line)
    reach(agent, words, "ticket_status", *ENDS)
    expect(agent.locator("main")).to_contain_text(words.attribute("trouble_ticket", "resolution_date"))
    agent.goto(f"{line}/edit")
    agent.locator("[name=satisfaction]").fill("9")
    keep(agent)
    expect(agent.locator("#history")).to_contain_text(words.attribute("trouble_ticket", "satisfaction"))


def new_ticket(page: Page, address: str, description: str, severity: str, *, parent: str = "") -> None:
    """Open a ticket, under another one where there is one."""
    page.goto(address)
    page.locator("[name=description]").fill(description)
    page.locator("[name=ticket_type]").select_option("fault")
    page.locator("[name=severity]").select_option(severity)
    if parent:
        page.locator("#f-parent").press_sequentially(parent, delay=10)
        page.locator("#f-parent-options [data-value]", has_text=parent).click()
    keep(page)
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}"))


def hand_over(page: Page, address: str, queue: str) -> None:
    """Give a ticket to another team."""
    page.goto(f"{address}/edit")
    page.locator("[name=queue]").select_option(queue)
    keep(page)
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))
