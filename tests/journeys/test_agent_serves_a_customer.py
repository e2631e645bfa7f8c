"""An agent of each affiliate finds a customer, looks at everything, and corrects what is wrong."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PASSWORD, PEOPLE, PHONE, Served, SignIn


@dataclass(frozen=True)
class Desk:
    """How an affiliate's agent works."""

    affiliate: str
    locale: str
    direction: str
    theme: str
    part: str
    """A part of the customer's name, written without accents or marks."""


DESKS = (
    Desk("sn", "fr-SN", "ltr", "light", "marieme ndia"),
    Desk("eg", "ar-EG", "rtl", "dark", "عبد الرحمن"),
    Desk("pl", "pl-PL", "ltr", "light", "wisniew"),
)
each_desk = pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.affiliate)


def name_of(desk: Desk) -> str:
    given, family, _ = PEOPLE[desk.affiliate][0]
    return f"{given} {family}"


def search(page: Page, text: str) -> None:
    box = page.locator("header input[name=q]").first
    box.fill(text)
    box.press("Enter")
    page.wait_for_url(re.compile("/search"))


@each_desk
def test_agent_reads_in_the_language_and_direction_of_the_affiliate(sign_in: SignIn, desk: Desk) -> None:
    page = sign_in(desk.affiliate, theme=desk.theme)
    root = page.locator("html")
    expect(root).to_have_attribute("lang", desk.locale)
    expect(root).to_have_attribute("dir", desk.direction)
    expect(root).to_have_attribute("data-theme", desk.theme)


@each_desk
def test_agent_finds_a_customer_by_part_of_the_name_by_number_and_by_document(
    sign_in: SignIn, served: Served, desk: Desk
) -> None:
    page = sign_in(desk.affiliate, theme=desk.theme)
    customer = served.customers[desk.affiliate]
    for text in (desk.part, customer["number"], served.documents[desk.affiliate]):
        search(page, text)
        link = page.locator(f"main a[href='/{desk.affiliate}/customer/{customer.id}/360']")
        expect(link.first).to_be_visible()
    link.first.click()
    expect(page.locator("h1")).to_have_text(name_of(desk))


@each_desk
def test_agent_sees_everything_about_a_customer_on_one_page(sign_in: SignIn, served: Served, desk: Desk) -> None:
    page = sign_in(desk.affiliate, theme=desk.theme)
    page.goto(f"/{desk.affiliate}/customer/{served.customers[desk.affiliate].id}/360")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    main = page.locator("main")
    expect(main).to_contain_text("No signal")
    expect(main).to_contain_text(str(served.customers[desk.affiliate]["number"]))
    expect(main).not_to_contain_text(served.documents[desk.affiliate])


@each_desk
def test_agent_corrects_a_person_after_a_mistake(sign_in: SignIn, served: Served, desk: Desk) -> None:
    page = sign_in(desk.affiliate, theme=desk.theme)
    person = served.customers[desk.affiliate]["engaged_party_id"]
    page.goto(f"/{desk.affiliate}/individual/{person}/edit")
    family_name = page.locator("[name=family_name]")
    before = family_name.input_value()
    family_name.fill("")
    page.locator(".save-bar button[type=submit]").click()
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    summary.locator("a").first.click()
    expect(family_name).to_be_focused()
    expect(family_name).to_have_attribute("aria-invalid", "true")
    family_name.fill(f"{before} II")
    page.locator(".save-bar button[type=submit]").click()
    page.wait_for_url(re.compile(f"/individual/{person}$"))
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator("h1")).to_contain_text("II")
    page.goto(f"/{desk.affiliate}/individual/{person}/edit")
    expect(family_name).to_have_value(f"{before} II")


def test_a_way_to_reach_a_person_asks_for_what_it_needs_as_it_is_chosen(sign_in: SignIn, served: Served) -> None:
    page = sign_in("sn")
    page.goto(f"/sn/individual/{served.customers['sn']['engaged_party_id']}/edit")
    page.locator("button[name=add][value=contact_media]").click()
    kind = page.locator("[name='contact_media.1.medium_type']")
    expect(kind).to_be_visible()
    expect(page.locator("[name='contact_media.1.email_address']")).to_have_count(0)
    kind.select_option("email")
    address = page.locator("[name='contact_media.1.email_address']")
    expect(address).to_be_visible()
    address.press_sequentially("awa@example.sn", delay=20)
    expect(address).to_have_value("awa@example.sn")
    first = page.locator("#f-contact_media .repeated").first
    number = first.locator("input[type=tel], [name$=phone_number]").first.input_value()
    first.locator("[data-remove-row]").click()
    gone = page.locator("#f-contact_media .repeated.gone")
    expect(gone.locator("[data-undo-row]")).to_be_focused()
    expect(page.locator("#f-contact_media [name$=email_address]")).to_have_value("awa@example.sn")
    gone.locator("[data-undo-row]").press("Enter")
    expect(gone).to_have_count(0)
    expect(page.locator("#f-contact_media [name$=phone_number]")).to_have_value(number)
    expect(page.locator("#f-contact_media [name$=email_address]")).to_have_value("awa@example.sn")


def test_agent_opens_a_ticket_for_the_customer_at_hand(sign_in: SignIn, served: Served) -> None:
    page = sign_in("sn")
    customer = served.customers["sn"]
    page.goto(f"/sn/customer/{customer.id}/360")
    page.locator("a[href*='/trouble_ticket/new']").first.click()
    expect(page.locator("input[type=hidden][name=customer]")).to_have_value(customer.id)
    page.locator("[name=description]").fill("Line is dead since this morning")
    page.locator("[name=ticket_type]").select_option("fault")
    page.locator("[name=severity]").select_option("critical")
    page.locator(".save-bar button[type=submit]").click()
    page.wait_for_url(re.compile(f"/customer/{customer.id}/360$"))
    page.locator("#panel-tickets .item", has_text="Line is dead").locator("a").first.click()
    page.locator("form[action*='/transition/start'] button").click()
    expect(page.locator("[aria-current=step]")).to_have_text("En cours")
    expect(page.locator(".toast")).to_contain_text("Prendre en charge")


def test_agent_makes_a_customer_and_the_person_behind_from_a_ticket_without_losing_anything(sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.goto("/sn/trouble_ticket/new")
    page.locator("[name=description]").fill("No signal at home")
    page.locator("#f-customer").press_sequentially("Khady Gueye", delay=10)
    page.locator("#f-customer-options [data-create]").click()
    customer = page.locator("dialog:has(#d1-form)")
    customer.locator("button[name=whole]").click()
    customer.locator("[name=notes]").fill("Calls from her sister's line")
    customer.locator("#d1-f-engaged_party").press_sequentially("Khady Gueye", delay=10)
    customer.locator("#d1-f-engaged_party-options [data-create*='/individual/']").click()
    person = page.locator("dialog:has(#d2-form)")
    expect(person.locator("[name=given_name]")).to_have_value("Khady")
    person.locator("button[name=whole]").click()
    person.locator("button[name=add][value=identifications]").click()
    person.locator("[name='identifications.0.identification_type']").select_option("passport")
    person.locator("[name='identifications.0.identification_id']").fill("SN7654321")
    page.route("**/individual/new?**", lambda route: route.fulfill(status=503, content_type="text/html"))
    person.locator("button[type=submit]").click()
    expect(person.locator("> [role=alert]")).to_be_visible()
    page.unroute("**/individual/new?**")
    person.locator("button[type=submit]").click()
    expect(customer.locator("#d1-f-engaged_party")).to_have_value("Khady Gueye")
    expect(customer.locator("[name=notes]")).to_have_value("Calls from her sister's line")
    customer.locator("button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#f-customer")).to_have_value("Khady Gueye")
    expect(page.locator("[name=description]")).to_have_value("No signal at home")
    expect(page.locator("[data-unsaved]")).to_be_visible()


def test_agent_who_closes_the_dialog_of_a_new_record_finds_the_form_as_it_was(sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.goto("/sn/trouble_ticket/new")
    page.locator("[name=description]").fill("No signal at home")
    page.locator("#f-customer").press_sequentially("Nobody", delay=10)
    page.locator("#f-customer-options [data-create]").click()
    page.locator("dialog [data-close]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#f-customer")).to_be_focused()
    expect(page.locator("[name=description]")).to_have_value("No signal at home")
    expect(page.locator("input[type=hidden][name=customer]")).to_have_value("")


def test_form_that_came_back_refused_still_asks_before_it_is_left(sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.goto("/sn/individual/new")
    page.locator("[name=given_name]").fill("Awa")
    page.locator(".save-bar button[type=submit]").click()
    expect(page.locator(".summary")).to_be_focused()
    expect(page.locator("[data-unsaved]")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_event("dialog") as asked:
        page.locator(".nav a.brand").click()
    assert asked.value.type == "beforeunload"
    page.wait_for_url(re.compile("/sn/$"))


def test_offer_brings_name_category_and_price_of_a_product(sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.goto("/sn/product/new")
    expect(page.locator("[name=name]")).to_have_value("")
    for offer, price in (("Fibre 100", "14900"), ("Mobile Max", "12500")):
        page.locator("#f-product_offering").fill("")
        page.locator("#f-product_offering").press_sequentially(offer, delay=10)
        page.locator("#f-product_offering-options [data-value]", has_text=offer).click()
        expect(page.locator("[name=name]")).to_have_value(offer)
        expect(page.locator("[name=price]")).to_have_value(price)


def test_lookup_chooses_a_record_by_typing(sign_in: SignIn, served: Served) -> None:
    page = sign_in("pl")
    page.goto("/pl/trouble_ticket/new")
    box = page.locator("#f-customer")
    box.press_sequentially("zof", delay=20)
    option = page.locator("[role=option]", has_text="Zofia").first
    expect(option).to_be_visible()
    option.click()
    expect(page.locator("input[type=hidden][name=customer]")).to_have_value(served.customers["pl"].id)


def test_entries_outlast_the_end_of_the_session(sign_in: SignIn, served: Served) -> None:
    page = sign_in("sn")
    page.goto(f"/sn/individual/{served.customers['sn']['engaged_party_id']}/edit")
    # What the form asks after this change is answered while there is a session; the next change finds none.
    with page.expect_response(re.compile("/preview")):
        page.locator("[name=place_of_birth]").fill("Touba")
    page.context.clear_cookies(name="sidra_sn")
    page.locator("[name=place_of_birth]").press("End")
    page.locator("[name=place_of_birth]").press_sequentially(" 2", delay=10)
    page.locator("[name=username]").fill("agent")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.locator("[name=place_of_birth]")).to_have_value("Touba 2")
    expect(page.locator("[data-unsaved]")).to_be_visible()


def test_masked_documents_stay_on_a_form_that_is_refused(sign_in: SignIn, served: Served) -> None:
    page = sign_in("sn")
    page.goto(f"/sn/individual/{served.customers['sn']['engaged_party_id']}/edit")
    expect(page.locator("main")).to_contain_text("••••••")
    page.locator("[name=family_name]").fill("")
    page.locator(".save-bar button[type=submit]").click()
    expect(page.locator("sidra-errors")).to_be_visible()
    expect(page.locator("main")).to_contain_text("••••••")


def test_second_click_does_not_create_a_second_record(sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.goto("/sn/individual/new")
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" and "/new" in sent.url else None)
    page.locator("[name=given_name]").fill("Astou")
    page.locator("[name=family_name]").fill("Once")
    page.locator(".save-bar button[type=submit]").dblclick()
    expect(page.locator("h1")).to_have_text("Astou Once")
    assert len(posts) == 1


def test_language_changes_at_once_and_stays(sign_in: SignIn) -> None:
    page = sign_in("eg")
    page.goto("/eg/customer")
    page.goto("/eg/language/en?next=%2Feg%2Fcustomer")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator("h1")).to_have_text("Customers")
    page.goto("/eg/")
    expect(page.locator("html")).to_have_attribute("lang", "en-EG")


@each_desk
def test_no_page_of_an_agent_is_wider_than_a_phone(sign_in: SignIn, served: Served, desk: Desk) -> None:
    page = sign_in(desk.affiliate, theme=desk.theme, size=PHONE)
    customer = served.customers[desk.affiliate]
    record = f"/{desk.affiliate}/customer/{customer.id}"
    for address in (f"/{desk.affiliate}/customer", record, f"{record}/360", f"{record}/edit"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], address


def test_menu_of_a_phone_takes_the_focus_and_gives_it_back(sign_in: SignIn) -> None:
    page = sign_in("eg", theme="dark", size=PHONE)
    page.goto("/eg/customer")
    button = page.locator(".tabbar button")
    button.click()
    expect(page.locator(".nav a.brand")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


@each_desk
def test_arrow_of_a_phone_leads_up_from_a_record(sign_in: SignIn, served: Served, desk: Desk) -> None:
    page = sign_in(desk.affiliate, theme=desk.theme, size=PHONE)
    expect(page.locator(".btn.back")).to_have_count(0)
    page.goto(f"/{desk.affiliate}/customer/{served.customers[desk.affiliate].id}/360")
    page.locator(".btn.back").click()
    page.wait_for_url(re.compile(f"/{desk.affiliate}/customer$"))
