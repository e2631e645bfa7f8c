"""Rows of a list are chosen and changed together, taken back, and single values are changed in their place."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.core.jobs.inline import work_through
from tests.journeys.conftest import Served, SignIn

from sidra.access.actor import system_actor
from sidra.records.record import Record
from sidra.runtime import Runtime


@pytest.fixture
def runtime(served: Served) -> Runtime:
    """The affiliate's runtime, as a worker has it."""
    found = served.affiliates.get("sn")
    assert found is not None
    return found


def family(runtime: Runtime, name: str) -> list[Record]:
    """Four customers of one family, in the order of the list."""
    records = runtime.records(system_actor("journey", affiliate="sn"))
    made = []
    for given in ("Abdou", "Binta", "Coumba", "Demba"):
        person = records.create("individual", {"given_name": given, "family_name": name})
        told = {"engaged_party": person.id, "status": "active", "segment": "silver"}
        made.append(records.create("customer", told))
    return made


def open_list(page: Page, name: str) -> None:
    """The list of a family."""
    page.goto(f"/sn/customer?q={name}&sort=name")
    expect(page.locator("#list tbody tr")).to_have_count(4)


def box(page: Page, row: Record) -> Locator:
    return page.locator(f"#row-{row.id} .check")


def cell(page: Page, row: Record, column: str) -> Locator:
    place = page.locator("#list thead th").evaluate_all(
        "(heads, name) => heads.findIndex(head => head.dataset.edit === name)", column
    )
    assert place >= 0, column
    return page.locator(f"#row-{row.id} > *").nth(place)


def chosen(page: Page) -> list[str]:
    return [str(row.get_attribute("data-id")) for row in page.locator("#list tr[aria-selected=true]").all()]


def test_rows_are_chosen_and_changed_together_and_taken_back(sign_in: SignIn, runtime: Runtime, tmp_path: Path) -> None:
    customers = family(runtime, "Badjiko")
    page = sign_in("sn")
    open_list(page, "Badjiko")
    bar = page.locator("#bulk")
    ids = [one.id for one in customers]
    expect(bar).to_be_hidden()

    box(page, customers[0]).click()
    expect(bar.locator("[data-count]")).to_have_text("1 sélectionné")
    box(page, customers[2]).click(modifiers=["Shift"])
    expect(bar.locator("[data-count]")).to_have_text("3 sélectionnés")
    assert chosen(page) == ids[:3]
    box(page, customers[3]).focus()
    page.keyboard.press("Space")
    expect(bar.locator("[data-count]")).to_have_text("4 sélectionnés")
    expect(page.locator("#list thead [data-all]")).to_be_checked()
    cell(page, customers[1], "segment").focus()
    page.keyboard.press("Space")
    expect(bar.locator("[data-count]")).to_have_text("3 sélectionnés")
    assert chosen(page) == [ids[0], ids[2], ids[3]]
    page.reload()
    expect(bar.locator("[data-count]")).to_have_text("3 sélectionnés")

    bar.get_by_role("button", name="Segment").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Cela concerne 3 fiches.")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(bar).to_be_visible()
    expect(bar.get_by_role("button", name="Segment")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.locator("[name='v.segment']").select_option("gold")
    dialog.locator("[type=submit]").click()
    page.wait_for_url("**/sn/bulk/*")
    told = page.locator("#bulk-progress [role=status]")
    expect(told).to_contain_text("0 sur 3")
    assert work_through(runtime, tmp_path) == []
    expect(told).to_contain_text("Terminé : 3 sur 3")
    assert segments(runtime, customers) == ["gold", "silver", "gold", "gold"]

    page.locator("#bulk-progress form button").click()
    expect(told).to_contain_text("0 sur 3")
    assert work_through(runtime, tmp_path) == []
    expect(told).to_contain_text("Terminé : 3 sur 3")
    assert segments(runtime, customers) == ["silver"] * 4
    open_list(page, "Badjiko")
    expect(bar).to_be_hidden()


def segments(runtime: Runtime, customers: list[Record]) -> list[object]:
    records = runtime.records(system_actor("journey", affiliate="sn"))
    return [records.get("customer", one.id)["segment"] for one in customers]


def test_values_are_changed_in_their_place_by_keys(sign_in: SignIn, runtime: Runtime) -> None:
    first = family(runtime, "Sambouko")[0]
    page = sign_in("sn")
    open_list(page, "Sambouko")
    segment, charges, since = (cell(page, first, name) for name in ("segment", "monthly_charges", "customer_since"))
    segment.focus()
    page.keyboard.press("F2")
    control = segment.locator("select")
    expect(control).to_be_focused()
    control.select_option("platinum")
    page.keyboard.press("Escape")
    expect(control).to_have_count(0)
    expect(segment).to_be_focused()
    expect(segment).to_contain_text("Argent")

    page.keyboard.press("F2")
    control.select_option("gold")
    page.keyboard.press("Enter")
    expect(segment).to_contain_text("Or")
    expect(segment).to_be_focused()

    page.keyboard.press("ArrowRight")
    expect(charges).to_be_focused()
    page.keyboard.press("Enter")
    entry = charges.locator("input[name=monthly_charges]")
    expect(entry).to_be_focused()
    entry.fill("-5")
    page.keyboard.press("Tab")
    expect(charges.locator("[role=alert]")).to_be_visible()
    expect(entry).to_be_focused()
    entry.fill("9000")
    page.keyboard.press("Tab")
    expect(charges).to_contain_text("9\u202f000")
    expect(since.locator("input[name=customer_since]")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(entry).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("td.editing")).to_have_count(0)
    expect(charges).to_be_focused()
    stored = runtime.records(system_actor("journey", affiliate="sn")).get("customer", first.id)
    assert (stored["segment"], stored["monthly_charges"].amount) == ("gold", 9000)


def test_a_choice_outlives_a_change_in_place_and_ends_with_escape(sign_in: SignIn, runtime: Runtime) -> None:
    first, second, third, _ = family(runtime, "Tendengo")
    page = sign_in("sn")
    open_list(page, "Tendengo")
    bar, charges = page.locator("#bulk"), cell(page, second, "monthly_charges")
    box(page, first).focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(bar.locator("[data-count]")).to_have_text("3 sélectionnés")
    charges.dblclick()
    entry = charges.locator("input[name=monthly_charges]")
    entry.fill("7500")
    page.locator("h1").click()
    expect(charges).to_contain_text("7\u202f500")
    expect(page.locator("td.editing")).to_have_count(0)
    assert chosen(page) == [first.id, second.id, third.id]
    expect(box(page, second)).to_be_checked()
    box(page, first).focus()
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    assert chosen(page) == []
    charges.click()
    page.wait_for_url(f"**/sn/customer/{second.id}/**")
