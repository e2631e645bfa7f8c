"""A day and the next morning of an agent by keyboard and visible labels alone: no selector, no address, no pointer."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.journeys import pictures
from tests.journeys.conftest import DESK, MORNING, PASSWORD, Served, listen, only
from tests.journeys.keyboard import Keyboard, Words

from sidra.access.actor import system_actor
from sidra.access.entrance import Entrance
from sidra.runtime import Runtime

TOMORROW = MORNING.date() + datetime.timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """What is the matter with a customer of an affiliate."""

    affiliate: str
    locale: str
    theme: str
    given: str
    family: str
    typed: str
    """What the agent types to find the customer."""
    reason: str
    """Why the customer called last."""
    earlier: str
    """Why the customer had called before that."""
    street: str
    corrected: str
    city: str
    fault: str
    colleague: str
    """Of the team that the ticket is handed to."""

    @property
    def name(self) -> str:
        """The customer's."""
        return f"{self.given} {self.family}"


@dataclass(frozen=True)
class Album:
    """Keeps pictures of a journey, where they are asked for."""

    folder: Path
    affiliate: str
    page: Page

    def __call__(self, name: str) -> None:
        if pictures.WANTED:
            pictures.take(self.page, self.folder / f"{self.affiliate}-{name}.webp")


CASES = (
    Case(
        "sn", "fr", "light", "Khadija", "Sarr-Touré", "khadija sarr",
        "Facture de mars plus élevée que d’habitude", "Changement de forfait",
        "12 rue Félix Faure", "14 rue Félix Faure", "Dakar", "Double facturation du forfait Fibre", "Ibrahima Fall",
    ),
    Case(
        "eg", "ar", "dark", "هبة", "الشربيني", "الشربيني", "فاتورة مارس أعلى من المعتاد", "تغيير الباقة",
        "١٢ شارع طلعت حرب", "١٤ شارع طلعت حرب", "القاهرة", "احتساب باقة الفايبر مرتين", "كريم منصور",
    ),
    Case(
        "pl", "pl", "light", "Małgorzata", "Żółtowska", "zoltowska",
        "Rachunek za marzec wyższy niż zwykle", "Zmiana taryfy",
        "ul. Długa 12", "ul. Długa 14", "Gdańsk", "Podwójne naliczenie pakietu Światłowód", "Tomasz Nowak",
    ),
)  # fmt: skip


STEPS = {
    "1-found": "The customer is found by a part of the name",
    "2-why-they-called": "Why they called last",
    "3-address": "The address is corrected",
    "4-ticket": "A ticket with a day to come back to it",
    "5-handed-over": "Handed to another team",
    "6-on-the-board": "Found on the board the next morning",
}
"""The pictures of the journey and what they show."""


@pytest.fixture(params=only("eg", CASES, lambda case: case.affiliate), ids=lambda case: case.affiliate)
def case(request: pytest.FixtureRequest, served: Served) -> Case:
    """A customer who called yesterday, and a colleague of another team."""
    found: Case = request.param
    runtime = runtime_of(served, found)
    entrance = Entrance.of(found.affiliate, runtime.store)
    entrance.accounts.create("colleague", found.colleague, PASSWORD, ["back_office"], locale=found.locale)
    records = runtime.records(system_actor("journey", affiliate=found.affiliate))
    home = {"medium_type": "postal_address", "street1": found.street, "city": found.city, "preferred": True}
    person = records.create(
        "individual", {"given_name": found.given, "family_name": found.family, "contact_media": [home]}
    )
    customer = records.create("customer", {"engaged_party": person.id, "status": "active"})
    called = {"customer": customer.id, "channel": "voice", "direction": "inbound", "category": "billing"}
    before = records.runtime.now() - datetime.timedelta(days=40)
    records.create("party_interaction", {**called, "reason": found.earlier, "interaction_date": before})
    records.create("party_interaction", {**called, "reason": found.reason})
    return found


@pytest.fixture
def keyboard(served: Served, browser: Browser, case: Case) -> Iterator[Keyboard]:
    """The agent's keyboard at a browser in front of the door; no page may complain."""
    context = browser.new_context(
        viewport={"width": DESK[0], "height": DESK[1]},
        reduced_motion="reduce",
        locale=f"{case.locale}-{case.affiliate.upper()}",
    )
    context.add_cookies([{"name": "sidra_theme", "value": case.theme, "url": served.address}])
    page, complaints = context.new_page(), list[str]()
    listen(page, complaints.append)
    page.goto(f"{served.address}/{case.affiliate}/")
    yield Keyboard(page)
    served.clock.ahead = datetime.timedelta()
    context.close()
    assert complaints == []


def runtime_of(served: Served, case: Case) -> Runtime:
    """The affiliate of a case."""
    runtime = served.affiliates.get(case.affiliate)
    assert runtime is not None
    return runtime


def test_by_keyboard_a_customer_is_helped_and_another_team_finds_the_ticket_tomorrow(
    root: Path, served: Served, case: Case, keyboard: Keyboard
) -> None:
    runtime = runtime_of(served, case)
    words = Words(runtime, case.locale)
    show = Album(root / "docs" / "images" / "journey", case.affiliate, keyboard.page)
    sign_in(keyboard, words, "agent")
    see_why_they_called_last(keyboard, case, words, show)
    correct_the_address(keyboard, case, words, show)
    open_a_ticket(keyboard, case, words, show)
    hand_it_over(keyboard, case, words, show)
    open_follow_ups(keyboard, words)
    keyboard.does_not_see(case.fault)
    keyboard.find(words.say("sign_out"), words.say("sign_out"))
    keyboard.follow()
    served.clock.ahead = datetime.timedelta(days=1)
    sign_in(keyboard, words, "colleague")
    find_it_on_the_board(keyboard, case, words, show)


def sign_in(keyboard: Keyboard, words: Words, login: str) -> None:
    """Say who one is at the door."""
    if keyboard.spoken().name != words.say("username"):
        keyboard.go_to(words.say("username"), "textbox")
    keyboard.write(login)
    keyboard.fill(words.say("password"), PASSWORD)
    keyboard.follow()
    keyboard.reads_heading(words.say("greeting", name="")[:4])


def see_why_they_called_last(keyboard: Keyboard, case: Case, words: Words, show: Album) -> None:
    """Find the customer by a part of the name, and read the newest call on the timeline."""
    keyboard.find(case.typed, case.name)
    show("1-found")
    keyboard.follow()
    keyboard.reads_heading(case.name)
    keyboard.skip_to_content(words.say("skip_to_content"))
    keyboard.go_to(words.say("tour_decline"), "button")
    keyboard.press("Enter")
    timeline = words.model.screens["customer_360"].panels["timeline"]
    calls = timeline.of["party_interaction"].groups["calls"]
    keyboard.go_to(words.text(calls.label), "link")
    keyboard.press("Enter")
    keyboard.reads_in_order(case.reason, case.earlier)
    show("2-why-they-called")


def correct_the_address(keyboard: Keyboard, case: Case, words: Words, show: Album) -> None:
    """Go on to the person behind the customer, and write the address as it is."""
    keyboard.go_to(words.say("details"), "link")
    keyboard.follow()
    keyboard.reads_heading(case.name)
    keyboard.go_to(case.name, "link")
    keyboard.follow()
    keyboard.reads_heading(case.name)
    keyboard.follow("e")
    keyboard.fill(words.attribute("contact_medium", "street1"), case.corrected)
    keyboard.sees(words.say("unsaved_changes"))
    show("3-address")
    keyboard.follow("Control+s")
    keyboard.reads_heading(case.name)
    keyboard.sees(case.corrected)


def open_a_ticket(keyboard: Keyboard, case: Case, words: Words, show: Album) -> None:
    """Back at the customer, write down the fault, and when to come back to it."""
    keyboard.find(case.typed, case.name)
    keyboard.follow()
    keyboard.reads_heading(case.name)
    header = words.model.screens["customer_360"].header
    assert header is not None
    keyboard.go_to(words.text(header.actions["new_ticket"].label), "link")
    keyboard.follow()
    keyboard.reads_heading(words.text(words.model.entity("trouble_ticket").label_new))
    keyboard.choose(words.attribute("trouble_ticket", "ticket_type"), words.value("ticket_type", "complaint"))
    keyboard.fill(words.attribute("trouble_ticket", "description"), case.fault)
    keyboard.choose(words.attribute("trouble_ticket", "severity"), words.value("severity", "major"))
    keyboard.write_date(words.attribute("trouble_ticket", "follow_up_date"), TOMORROW)
    show("4-ticket")
    keyboard.follow("Control+s")
    keyboard.reads_heading(case.name)
    keyboard.sees(case.fault)


def hand_it_over(keyboard: Keyboard, case: Case, words: Words, show: Album) -> None:
    """Open the ticket from the customer, and give it to another team."""
    keyboard.find(case.fault, case.fault)
    keyboard.follow()
    keyboard.reads_heading(case.fault)
    keyboard.follow("e")
    team = words.label(words.model.queues["billing_desk"])
    keyboard.choose(words.attribute("trouble_ticket", "queue"), team)
    keyboard.follow("Control+s")
    keyboard.reads_heading(case.fault)
    keyboard.sees(team)
    show("5-handed-over")


def open_follow_ups(keyboard: Keyboard, words: Words) -> None:
    """On the board, what is to be followed up by today."""
    board = words.model.screens["trouble_ticket_board"]
    keyboard.find(words.text(board.label), words.text(board.label))
    keyboard.follow()
    keyboard.reads_heading(words.text(board.label))
    due = words.label(words.model.screens["trouble_ticket_list"].views["follow_up_today"])
    keyboard.go_to(due, "link")
    keyboard.press("Enter")
    keyboard.reads_chosen(due)


def find_it_on_the_board(keyboard: Keyboard, case: Case, words: Words, show: Album) -> None:
    """The next day, it is among what is to be followed up."""
    open_follow_ups(keyboard, words)
    keyboard.sees(case.fault)
    keyboard.go_to(case.fault, "link")
    show("6-on-the-board")
    keyboard.follow()
    keyboard.reads_heading(case.fault)
    keyboard.sees(words.label(words.model.queues["billing_desk"]))
