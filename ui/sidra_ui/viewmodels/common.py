"""The small parts that every page is made of: badges, avatars, links, actions, meters."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["neutral", "green", "amber", "red", "blue", "violet", "teal", "pink", "accent"]
Direction: TypeAlias = Literal["ltr", "rtl"]
Theme: TypeAlias = Literal["light", "dark", "auto"]
ButtonStyle: TypeAlias = Literal["plain", "primary", "ghost", "danger", "tone"]

ARABIC = re.compile("[\u0600-\u06ff]")
ARABIC_ARTICLE = "ال"
KNOWN_NAMES = 2048
"""Names whose avatar is remembered."""
AVATAR_TONES: tuple[Tone, ...] = ("accent", "teal", "pink", "green", "violet", "blue", "amber")


@dataclass(frozen=True, slots=True)
class Badge:
    """A short state. The text carries the meaning; the tone only repeats it."""

    text: str
    tone: Tone = "neutral"
    dot: bool = False
    """A dot in front, for states of a life cycle."""
    icon: str = ""
    said: str = ""
    """What the icon means, for those who do not see it."""


@dataclass(frozen=True, slots=True)
class Avatar:
    """Initials on a hue; decoration only, the name always stands beside it."""

    initials: str
    tone: Tone = "accent"
    is_present: bool = False
    """Show the green presence dot."""


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere."""

    text: str
    href: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A button. Without `method` it is a link; with `post` it is a form of its own that posts to `href`."""

    text: str
    href: str
    icon: str = ""
    style: ButtonStyle = "plain"
    tone: Tone = "neutral"
    method: Literal["get", "post"] = "get"
    confirm: str = ""
    """A question asked before a post; empty asks nothing."""
    why_not: str = ""
    """Why it is not possible now; the button is then shown without effect."""


@dataclass(frozen=True, slots=True)
class Meter:
    """A bar between 0 and 100 percent with the text that says the same."""

    percent: int
    label: str
    """The accessible name, for example "Churn risk of Awa Ndiaye"."""
    text: str = ""
    tone: Tone = "accent"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a panel's data comes from and how fresh it is, for example ("Billing", "live, 2 s", "amber")."""

    name: str
    freshness: str = ""
    tone: Tone = "teal"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of identity under a title: an icon and a text; `is_code` isolates it left to right in monospace."""

    text: str
    icon: str = ""
    label: str = ""
    """What the fact is, read out to screen readers."""
    is_code: bool = False
    is_number: bool = False
    """A telephone number or amount: isolated left to right with tabular figures."""
    is_named: bool = False
    """The label stands in front: a date or a figure says nothing without it."""
    href: str = ""
    """The text leads there: a telephone number calls."""


def initials(name: str) -> str:
    """Return up to two initials of a displayed name, for an avatar.

    >>> initials("Awa Marième Ndiaye")
    'AN'
    """
    words = [word.removeprefix(ARABIC_ARTICLE) for word in name.split() if word[0].isalnum()]
    letters = [word[0].upper() for word in (words[:1] + words[1:][-1:]) if word]
    # Arabic letters would join; a space keeps them apart.
    return (" " if any(ARABIC.match(letter) for letter in letters) else "").join(letters) or "?"


def avatar_tone(name: str) -> Tone:
    """Return the same hue for the same name on every page and every process."""
    return AVATAR_TONES[sum(ord(letter) * (place + 1) for place, letter in enumerate(name)) % len(AVATAR_TONES)]


@lru_cache(KNOWN_NAMES)
def avatar(name: str, *, is_present: bool = False) -> Avatar:
    """Return the avatar of a displayed name."""
    return Avatar(initials(name), avatar_tone(name), is_present)
