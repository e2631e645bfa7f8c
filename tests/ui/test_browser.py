"""The gallery in a real browser, under the policy that the server sends: what axe finds, and what the keys do."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect
from tests.axe import violations

from sidra_ui.gallery import PAGES, render_gallery
from sidra_ui.messages import Messages
from sidra_ui.rendering import create_environment, read_static, render_form, render_fragment, render_page
from sidra_ui.samples import lists, pages, records
from sidra_ui.viewmodels.lists import ListPage
from sidra_ui.viewmodels.records import RecordPage, TabView

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "frame-ancestors 'none'"
)
DESK, PHONE = (1440, 900), (390, 844)

Open = Callable[..., Page]


class Gallery(SimpleHTTPRequestHandler):
    """Serves the gallery with the policy, and answers round trips as the application would."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet: the test says what went wrong."""

    def do_GET(self) -> None:
        environment = create_environment(read_static(prefix="static"))
        if self.path.startswith("/sn/customer?"):
            query = parse_qs(self.path.partition("?")[2])["q"][0]
            return self.answer(render_page(environment, found(query), Messages("fr-SN")))
        if "/reveal/" in self.path:
            asked = replace(pages.reveal_form(), error="", reason="")
            return self.answer(render_fragment(environment, asked, Messages("en"), "token"))
        if "/suggest" not in self.path:
            return super().do_GET()
        lookup = "/organization/" in self.path
        view = pages.lookup_options() if lookup else pages.suggestions()
        return self.answer(render_fragment(environment, view, Messages("pl"), "token"))

    def do_POST(self) -> None:
        environment = create_environment(read_static(prefix="static"))
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)
        if "/preview" in self.path:
            return self.answer(render_form(environment, evaluated(form), Messages("pl-PL")))
        return self.answer(render_fragment(environment, pages.revealed(), Messages("en"), "token"))

    def answer(self, html: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(html.encode())


def found(query: str) -> ListPage:
    """The list of the one customer that was searched for."""
    whole = lists.customer_list()
    assert whole.bulk is not None
    bar = replace(whole.bulk, key=f"{whole.bulk.key}&q={query}")
    return replace(whole, table=lists.customer_table(1), summary="1 fiche", query=query, bulk=bar)


def evaluated(form: dict[str, list[str]]) -> RecordPage:
    """The edited record as the server sees it: name and employer as posted, no errors, no e-mail for "en"."""
    page = records.editing()
    posted = {name: form[name][0] for name in ("given_name", "employer")}
    hidden = {"email"} if form["language"] == ["en"] else set()

    def seen(tab: TabView) -> TabView:
        fields = tuple(
            replace(field, value=posted.get(field.name, field.value), error="")
            for field in tab.sections[0].fields
            if field.name not in hidden
        )
        return replace(tab, sections=(replace(tab.sections[0], fields=fields),))

    return replace(page, tabs=tuple(map(seen, page.tabs)), problems=(), is_refused=False)


@pytest.fixture(scope="module")
def address(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the gallery is served."""
    folder = tmp_path_factory.mktemp("gallery")
    render_gallery(folder, built)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Gallery, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of."""
    return []


@pytest.fixture
def open_page(browser: Browser, address: str, complaints: list[str]) -> Iterator[Open]:
    """Opens pages of the gallery by name, each in a context of its own."""
    contexts: list[BrowserContext] = []

    def open_one(name: str, size: tuple[int, int] = DESK) -> Page:
        context = browser.new_context(
            # A colour in the middle of its change would be measured.
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}/{name}")
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def editing(open_page: Open) -> Page:
    """The record being edited, with two errors."""
    return open_page("record-edit.html")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody_fits_a_phone_and_keeps_to_the_strict_policy(
    open_page: Open, complaints: list[str], axe: str, name: str
) -> None:
    page = open_page(f"{name}.html", PHONE)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert violations(page, axe) == []
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert violations(page, axe) == []
    page.evaluate("document.documentElement.dir = document.documentElement.dir === 'rtl' ? 'ltr' : 'rtl'")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert violations(page, axe) == []
    assert complaints == []


def test_what_is_pressed_while_a_page_is_on_its_way_waits_until_its_scripts_stand(open_page: Open) -> None:
    page = open_page("list.html")

    def answer_late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route(re.compile(r"/sidra-\w+\.js$"), answer_late)
    page.evaluate("document.querySelector('main a').href = '360.html'")
    page.locator("main a").first.click()
    page.keyboard.press("/")
    expect(page.locator("#global-search")).to_be_focused()


def test_focus_and_caret_stay_while_the_server_evaluates_the_form(editing: Page) -> None:
    name = editing.locator("#f-given_name")
    name.click()
    name.press("Home")
    with editing.expect_response("**/preview"):
        name.press_sequentially("Ala", delay=30)
    expect(editing.locator("#f-pesel-error")).to_have_count(0)
    expect(name).to_be_focused()
    expect(name).to_have_value("AlaZofia")
    assert name.evaluate("input => input.selectionStart") == 3


def test_a_field_that_a_rule_hides_goes_and_the_open_tab_stays(editing: Page) -> None:
    editing.get_by_role("tab", name="Kontakt").click()
    expect(editing.locator("#f-email")).to_be_visible()
    editing.get_by_role("tab", name="Dane osobowe").click()
    editing.get_by_role("radio", name="angielski").check()
    expect(editing.locator("#f-email")).to_have_count(0)
    expect(editing.get_by_role("tab", name="Dane osobowe")).to_have_attribute("aria-selected", "true")
    expect(editing.locator("#reach")).to_be_hidden()


def test_a_refused_form_puts_the_focus_on_the_problems(editing: Page) -> None:
    expect(editing.locator("sidra-errors")).to_be_focused()


def test_a_problem_leads_to_its_field_in_another_tab(editing: Page) -> None:
    editing.get_by_role("link", name="To nie jest adres e-mail").click()
    expect(editing.locator("#f-email")).to_be_focused()
    expect(editing.get_by_role("tab", name="Kontakt")).to_have_attribute("aria-selected", "true")


def test_an_address_opens_the_tab_it_names(open_page: Open) -> None:
    page = open_page("record.html#history")
    expect(page.get_by_role("tab", name="Historique")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#details")).to_be_hidden()


def test_arrows_walk_through_the_tabs(open_page: Open) -> None:
    page = open_page("record.html")
    page.get_by_role("tab", name="Détails").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Liens")).to_be_focused()
    assert page.url.endswith("record.html")
    expect(page.locator("#related")).to_be_visible()


def test_a_lookup_is_filled_by_the_keyboard(editing: Page) -> None:
    editing.get_by_role("tab", name="Kontakt").click()
    box = editing.get_by_role("combobox", name="Pracodawca")
    box.fill("hut")
    expect(editing.get_by_role("option", name="Huta", exact=True)).to_be_visible()
    box.press("ArrowDown")
    box.press("ArrowDown")
    with editing.expect_response("**/preview"):
        box.press("Enter")
    expect(editing.locator("input[name=employer]")).to_have_value("43")
    expect(box).to_have_value("Huta")


def test_text_that_was_not_chosen_is_taken_back(editing: Page) -> None:
    editing.get_by_role("tab", name="Kontakt").click()
    box = editing.get_by_role("combobox", name="Pracodawca")
    box.fill("no such company")
    editing.locator("#f-phone").focus()
    expect(box).to_have_value("Huta Północ S.A.")
    expect(editing.locator("input[name=employer]")).to_have_value("42")


def test_leaving_an_unsaved_form_is_asked_back(editing: Page) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    editing.on("dialog", leave)
    editing.locator("#f-given_name").fill("Anna")
    expect(editing.locator("[data-unsaved]")).to_be_visible()
    editing.reload()
    assert asked == ["beforeunload"]


def test_the_theme_is_kept_in_a_cookie(open_page: Open) -> None:
    page = open_page("list.html")
    page.get_by_role("button", name="Compte de Fatou Ndoye").click()
    page.get_by_role("radio", name="Sombre").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert [(cookie["name"], cookie["value"]) for cookie in page.context.cookies()] == [("sidra_theme", "dark")]


def test_a_list_follows_the_typing_and_the_address_follows_the_list(open_page: Open) -> None:
    page = open_page("list.html")
    page.get_by_role("checkbox", name="Sélectionner Moussa Diop").check()
    box = page.get_by_role("searchbox", name="Rechercher dans la liste")
    box.press_sequentially("awa", delay=20)
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list-summary")).to_have_text("1 fiche")
    expect(page.get_by_role("toolbar")).to_be_hidden()
    expect(box).to_be_focused()
    expect(box).to_have_value("awa")
    assert page.url.endswith("/sn/customer?view=at_risk&q=awa")


def test_rows_are_chosen_and_counted_in_the_language_of_the_page(open_page: Open) -> None:
    page = open_page("list.html")
    bar = page.get_by_role("toolbar")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Sélectionner Awa Ndiaye").check()
    expect(bar).to_contain_text("1 sélectionné")
    page.get_by_role("checkbox", name="Tout sélectionner").check()
    expect(bar).to_contain_text("13 sélectionnés")
    bar.get_by_role("button", name="Effacer la sélection").click()
    expect(bar).to_be_hidden()


def test_a_slash_goes_to_the_search_and_arrows_to_a_hit(open_page: Open) -> None:
    page = open_page("360.html")
    page.keyboard.press("/")
    box = page.locator("#global-search")
    expect(box).to_be_focused()
    # What was offered before anything was typed goes when the answer comes, and with it what was marked.
    with page.expect_response(re.compile(r"q=ndi\b")):
        box.press_sequentially("ndi")
    expect(page.get_by_role("option", name="Awa Ndiaye")).to_be_visible()
    box.press("ArrowDown")
    expect(page.get_by_role("option", name="Awa Ndiaye")).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == "suggestion-1-1"
    box.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()


def test_a_form_is_sent_once_and_where_a_file_answers_it_once_more_after_a_while(open_page: Open) -> None:
    page = open_page("personal-data.html")
    sent: list[str] = []

    def answer(route: Route) -> None:
        sent.append(route.request.url)
        route.fulfill(headers={"Content-Type": "application/zip", "Content-Disposition": "attachment"}, body="PK")

    page.route(re.compile("/personal-data"), answer)
    page.clock.install()
    form = page.locator("form:has(#package-reason)")
    form.locator("#package-reason").fill("Asked for at the counter")
    with page.expect_download():
        form.locator("[type=submit]").dblclick()
    page.clock.fast_forward(11_000)
    with page.expect_download():
        form.locator("[type=submit]").click()
    assert len(sent) == 2


def test_a_menu_opens_closes_and_gives_the_focus_back(open_page: Open) -> None:
    page = open_page("360-ar-dark.html")
    button = page.locator("button.aff")
    button.click()
    expect(page.locator("#affiliates a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#affiliates a").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_a_masked_value_is_revealed_by_the_server_to_who_says_why(open_page: Open) -> None:
    page = open_page("360.html")
    page.get_by_role("link", name="Reveal National ID").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why do you need it?").fill("The customer is at the counter")
    dialog.get_by_role("button", name="Reveal").click()
    expect(page.get_by_text("1 988 0614 00318")).to_be_visible()


def test_a_panel_under_way_is_filled_once_the_page_stands(open_page: Open) -> None:
    page = open_page("360.html")
    expect(page.locator("#panel-usage")).to_contain_text("Main balance")


def test_an_action_that_cannot_be_undone_is_confirmed_first(open_page: Open) -> None:
    page = open_page("record.html")
    page.get_by_role("button", name="Autres actions").click()
    page.get_by_role("button", name="Supprimer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Supprimer Awa Ndiaye ?")
    dialog.get_by_role("button", name="Annuler").click()
    expect(dialog).to_be_hidden()
    assert page.url.endswith("record.html")


def test_the_navigation_slides_in_on_a_phone(open_page: Open) -> None:
    page = open_page("list.html", PHONE)
    expect(page.locator("#nav")).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(page.get_by_role("link", name="Produits")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#nav")).to_be_hidden()


PLACE = {
    "at": 3, "told": "3 to 4 of 34", "nth": "{at} of {total}", "total": "34", "before": "Previous record",
    "after": "Next record", "previous": "", "next": "",
}  # fmt: skip


def test_a_record_says_which_of_its_list_it_is_and_leads_to_those_beside_it(
    open_page: Open, complaints: list[str]
) -> None:
    page = open_page("record.html")
    kept = {**PLACE, "rows": [page.evaluate("location.pathname"), "/sn/next"]}
    page.evaluate("kept => sessionStorage.setItem('sidra-list', JSON.stringify(kept))", kept)
    page.reload()
    beside = page.get_by_role("navigation", name="3 to 4 of 34")
    expect(beside).to_have_text("3 of 34")
    expect(beside.get_by_role("link", name="Previous record")).to_have_count(0)
    page.route("**/sn/next", lambda route: route.fulfill(body="the next"))
    page.locator("body").press("j")
    page.wait_for_url("**/sn/next")
    assert complaints == []


POINT = """<section id="point"><h2 id="point-title" tabindex="-1">In and out</h2>
<button type="button" data-close-point>Close</button></section>"""


def test_arrows_go_from_point_to_point_of_a_chart_and_enter_opens_what_it_is_made_of(
    open_page: Open, complaints: list[str]
) -> None:
    page = open_page("dashboard.html")
    plot = page.locator("#chart-course .plot")
    expect(plot.locator("svg")).to_be_visible()
    plot.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowDown"):
        plot.press(key)
    expect(plot.get_by_role("status")).to_have_text("3 NovArrived 72Resolved 57")
    page.route("**/sn/trouble_ticket/point?d=2", lambda route: route.fulfill(body=POINT, content_type="text/html"))
    plot.press("Enter")
    expect(page.locator("#tile-course + #point h2")).to_be_focused()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(plot).to_be_focused()
    page.locator("#point").evaluate("place => place.remove()")
    page.route("**/sn/trouble_ticket?*", lambda route: route.fulfill(body="the list"))
    for key in ("Home", "ArrowRight", "ArrowRight", "Enter"):
        plot.press(key)
    page.wait_for_url("**/sn/trouble_ticket?d=2")
    assert complaints == []


def test_a_chart_follows_the_theme_and_reads_from_the_right_in_arabic(open_page: Open) -> None:
    page = open_page("dashboard-ar-dark.html")
    plot = page.locator("#chart-course .plot")
    plot.focus()
    plot.press("Home")
    first = plot.get_by_role("status").evaluate("tip => tip.getBoundingClientRect().x")
    plot.press("End")
    assert plot.get_by_role("status").evaluate("tip => tip.getBoundingClientRect().x") < first
    before = plot.locator("svg").evaluate("svg => svg.innerHTML")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.wait_for_function("before => document.querySelector('#chart-course svg').innerHTML !== before", arg=before)


def test_the_numbers_behind_a_chart_stand_in_a_table_with_the_same_links(open_page: Open) -> None:
    page = open_page("dashboard.html")
    chart = page.locator("#chart-queues")
    chart.locator("summary").press("Enter")
    expect(chart.get_by_role("row", name="Billing desk").get_by_role("link", name="23")).to_be_visible()
