"""A person who has a keyboard and no pointer, and knows of a page what stands on it or what a screen reader says."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error, Page, expect

from sidra.runtime import Runtime
from sidra_metamodel.language import Element, Label
from sidra_ui.messages import Messages
from sidra_ui.presenting.desk import tag_of

BUSY = "[aria-busy=true]"
"""What a screen reader tells of as not there yet."""
MOST_KEYS = 250
"""How often a key is pressed before what it looks for counts as out of reach."""
FOCUSED = """(() => {
  const at = document.activeElement, marked = at?.getAttribute('aria-activedescendant');
  return marked ? document.getElementById(marked) : at;
})()"""
IN_SIGHT = """at => {
  const { left, right, top, bottom } = at.getBoundingClientRect();
  const seen = document.elementFromPoint((left + right) / 2, Math.min((top + bottom) / 2, top + 10));
  return right > left && (at.contains(seen) || Boolean(seen?.contains(at)));
}"""
"""Whether an element is on the screen with nothing above it."""


class Words:
    """What stands on the screens of an affiliate, in the language of whoever works there."""

    def __init__(self, runtime: Runtime, locale: str) -> None:
        self.model, self._locale = runtime.model, locale
        self.say = Messages(tag_of(locale, runtime.model.country))

    def label(self, element: Element) -> str:
        """What an attribute, a relation, an enum's value, a screen or a queue is called."""
        return self.model.label(element, self._locale)

    def text(self, label: Label) -> str:
        """A label that says more than the name of its element."""
        return label.text(self._locale)

    def attribute(self, entity: str, name: str) -> str:
        """What an attribute or a relation is called."""
        found = self.model.entity(entity)
        return self.label(found.attributes.get(name) or found.relations[name])

    def value(self, enum: str, name: str) -> str:
        """What a value of an enum is called."""
        return self.label(self.model.enums[enum].values[name])


@dataclass(frozen=True)
class Spoken:
    """What a screen reader says of an element."""

    role: str
    name: str
    value: str
    description: str


class Keyboard:
    """The keys of a person at a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._browser = page.context.new_cdp_session(page)

    def press(self, *keys: str) -> None:
        """Press keys one after the other, once the page stands."""
        self.page.wait_for_load_state()
        for key in keys:
            self.page.keyboard.press(key)

    def follow(self, key: str = "Enter") -> None:
        """Press a key that leads to another page, which may look like this one, and wait until it stands."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.press(key)

    def write(self, text: str) -> None:
        """Replace what the focused box has by a text."""
        self.press("Control+a")
        self.page.keyboard.type(text)

    def spoken(self) -> Spoken:
        """What has the focus, or is chosen by arrows within what has it."""
        try:
            return self._spoken()
        except Error:
            # The page went while it was asked; what has come is asked again.
            self.page.wait_for_load_state()
            return self._spoken()

    def _spoken(self) -> Spoken:
        found = self._browser.send("Runtime.evaluate", {"expression": FOCUSED})["result"]
        if "objectId" not in found:
            return Spoken("", "", "", "")
        asked = {"objectId": found["objectId"], "fetchRelatives": False}
        node = self._browser.send("Accessibility.getPartialAXTree", asked)["nodes"][0]
        return Spoken(*(said(node, part) for part in ("role", "name", "value", "description")))

    def go_to(self, name: str, *roles: str, key: str = "Tab") -> Spoken:
        """Press a key until what has the focus is called so, or begins so; then it must be in sight."""
        heard: list[str] = []
        for _ in range(MOST_KEYS):
            self.press(key)
            now = self.spoken()
            if is_called(now, name) and (not roles or now.role in roles):
                assert self.page.evaluate(f"({IN_SIGHT})({FOCUSED})"), f"{name} has the focus out of sight"
                return now
            heard.append(f"{now.role} {now.name!r}")
        raise AssertionError(f"no key leads to {name!r}; there are {sorted(set(heard))}")

    def fill(self, name: str, text: str) -> None:
        """Go to a box by its label and write into it."""
        self.go_to(name, "textbox", "searchbox", "combobox")
        self.write(text)

    def choose(self, name: str, option: str) -> None:
        """Go to a choice by its label and take one of what it offers."""
        self.go_to(name, "combobox")
        self.press("Home")
        for _ in range(MOST_KEYS):
            if self.spoken().value == option:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{name!r} does not offer {option!r}")

    def write_date(self, name: str, day: datetime.date) -> None:
        """Go to a date by its label, and type the day in the order of the browser's own language, which is English."""
        self.go_to(name)
        self.page.keyboard.type(day.strftime("%m%d%Y"))

    def find(self, text: str, title: str) -> None:
        """Choose, by arrows, what the palette finds under a title; Enter opens it."""
        self.press("Control+k")
        self.write(text)
        # What was looked at last stands there until the answer to the text comes, which ends with the text itself.
        expect(self.page.get_by_role("option").last).to_contain_text(text)
        self.go_to(title, "option", key="ArrowDown")

    def sees(self, text: str) -> None:
        """Something with this text is to be seen."""
        expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def does_not_see(self, text: str) -> None:
        """Nothing with this text is to be seen."""
        expect(self.page.get_by_text(text).locator("visible=true")).to_have_count(0)

    def reads_in_order(self, *texts: str) -> None:
        """These texts are to be seen, one below the other."""
        places = []
        for text in texts:
            self.sees(text)
            box = self.page.get_by_text(text).locator("visible=true").first.bounding_box()
            places.append(box["y"] if box is not None else -1)
        assert places == sorted(places), f"{texts} stand in another order"

    def reads_chosen(self, name: str) -> None:
        """The link of this name leads to where one is."""
        link = self.page.get_by_role("link", name=re.compile(f"^{re.escape(name)}"))
        expect(link.and_(self.page.locator("[aria-current]")).first).to_be_visible()
        expect(self.page.locator(BUSY)).to_have_count(0)

    def reads_heading(self, text: str) -> None:
        """The page says what it is about, and all of it has come."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile(re.escape(text)))
        expect(self.page.locator(BUSY)).to_have_count(0)

    def skip_to_content(self, label: str) -> None:
        """Leave the navigation out, as the first link of every page offers."""
        self.press("Tab")
        assert self.spoken().name == label
        self.press("Enter")


def is_called(heard: Spoken, name: str) -> bool:
    """Whether a name is what somebody is looking for; an option says more than its title."""
    return name in heard.name if heard.role == "option" else heard.name.startswith(name)


def said(node: dict[str, Any], part: str) -> str:
    """One part of what the browser tells a screen reader."""
    return str(node.get(part, {}).get("value", "")).strip()
