"""The console in the browser, by keys: a conversation is taken, answered, given a ticket, handed over, ended."""

from playwright.sync_api import Page, expect
from tests.journeys.conftest import Served, SignIn

from sidra.access.actor import system_actor
from sidra.channels.receiving import receive
from sidra.records.record import Record
from sidra.runtime import Runtime

WIDE = (1500, 1300)
CONSOLE = "/pl/party_interaction/console"
NUMBERS = ("+48601234567", "+48501234567")


def runtime_of(served: Served) -> Runtime:
    found = served.affiliates.get("pl")
    assert found is not None
    return found


def now(served: Served, record: Record) -> Record:
    return runtime_of(served).records(system_actor("journey", affiliate="pl")).get(record.entity, record.id)


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name).last
    button.focus()
    page.keyboard.press("Enter")


def test_a_conversation_goes_its_way_by_keys(sign_in: SignIn, served: Served) -> None:
    talk = receive(runtime_of(served), "whatsapp", {"from": NUMBERS[0], "text": "Nie mam internetu", "name": "Zofia"})
    runtime_of(served).records(system_actor("journey", affiliate="pl")).update(
        talk.entity, talk.id, {"category": "technical"}
    )
    page = sign_in("pl", size=WIDE)
    page.goto(CONSOLE)
    press(page, "Weź następną")
    expect(page.locator(".msgs")).to_contain_text("Nie mam internetu")
    expect(page.locator(".conv[aria-current] .unread")).to_have_count(0)
    assert (now(served, talk)["assignee"], now(served, talk)["unread"]) == ("agent", 0)

    reply = page.get_by_label("Odpowiedź", exact=True)
    reply.focus()
    page.keyboard.type("Sprawdzam łącze.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".m.out .bub")).to_have_text("Sprawdzam łącze.")
    expect(reply).to_have_value("")

    page.locator(".step.now .do a").first.focus()
    page.keyboard.press("Enter")
    page.locator("[name=description]").fill("Brak internetu")
    page.locator("[name=ticket_type]").select_option("fault")
    page.locator("[name=severity]").select_option("major")
    page.locator("#record-form").get_by_role("button", name="Utwórz").first.press("Enter")
    expect(page.locator(".conv-head .acts a")).to_be_visible()
    assert now(served, talk)["ticket"]["customer"].id == now(served, talk)["customer"].id

    page.goto(f"{CONSOLE}/{talk.id}#wrap-up")
    press(page, "Zakończ")
    expect(page.locator(".conv[aria-current]")).to_have_count(0)
    assert now(served, talk)["status"] == "completed"


def test_work_goes_to_another_team_with_a_reason_and_a_call_begins_on_the_customers_page(
    sign_in: SignIn, served: Served
) -> None:
    talk = receive(runtime_of(served), "sms", {"from": NUMBERS[1], "text": "Faktura jest za wysoka"})
    page = sign_in("pl", size=WIDE)
    page.goto(f"{CONSOLE}/{talk.id}")
    page.locator(".acts details > summary").focus()
    page.keyboard.press("Enter")
    page.locator("#hand-queue").select_option("billing_desk")
    page.locator("#hand-reason").fill("Spór o fakturę")
    page.locator("#hand-reason").press("Enter")
    page.wait_for_url(f"**{CONSOLE}")
    assert now(served, talk)["queue"] == "billing_desk"
    assert page.request.get(f"{CONSOLE}/{talk.id}").status == 404

    page.goto(f"/pl/customer/{served.customers['pl'].id}/360")
    page.locator("a[href*='console/new'][href*='by=phone']").press("Enter")
    page.locator("[name=about]").fill("Oddzwonienie")
    page.locator("[name=about]").press("Enter")
    call = page.locator(".call")
    expect(call).to_contain_text("Zofia")
    call.get_by_role("button").last.press("Enter")
    expect(call).to_have_count(0)
