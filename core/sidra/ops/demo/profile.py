"""What a country's demonstration data is made of: `demo.json` in the affiliate's folder."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Literal

import msgspec

from sidra.errors import SidraError

FILE = "demo.json"

Audience = Literal["person", "company"]
Situation = Literal[
    "person", "company", "mobile", "internet", "television", "wallet", "late", "suspended", "prospect", "closed", "new"
]


class DemoRefused(SidraError):
    """Demonstration data cannot be made: its profile is missing or broken."""

    code = "R630"


class Numbers(msgspec.Struct, frozen=True):
    """Telephone numbers of one kind: a prefix and so many digits."""

    prefixes: tuple[str, ...]
    digits: int

    def draw(self, random: Random) -> str:
        """Return an invented number."""
        return random.choice(self.prefixes) + "".join(random.choices("0123456789", k=self.digits))


class Place(msgspec.Struct, frozen=True):
    """A city with its shop, and the numbers of its landlines."""

    city: str
    region: str
    weight: int
    unit: str
    streets: tuple[str, ...]
    fixed: Numbers
    postcode: str = ""
    governorate: str = ""


class Offer(msgspec.Struct, frozen=True):
    """A product that is sold."""

    name: str
    category: str
    price: Decimal
    audience: Audience = "person"
    weight: int = 1
    prepaid: bool = False
    allowance: int = 0
    """Gigabytes a month; 0 where they are not counted."""


class TicketText(msgspec.Struct, frozen=True):
    """A trouble that customers with products of a category have, and what is said about it."""

    subject: str
    description: str
    type: str
    category: str
    severity: str
    contact: str
    """Why the customer got in touch."""
    answer: str
    """What the customer was told when it was solved."""


class ContactText(msgspec.Struct, frozen=True):
    """A contact that is about no ticket."""

    reason: str
    category: str
    channels: tuple[str, ...]
    of: tuple[Situation, ...]
    """The customers that have it: those in all of these situations."""
    direction: Literal["inbound", "outbound"] = "inbound"
    description: str = ""


class UsageTexts(msgspec.Struct, frozen=True):
    """How the usage of products is written; `{used}`, `{all}` and `{amount}` are filled in."""

    data: str
    volume: str
    credit: str
    balance: str


class Movement(msgspec.Struct, frozen=True):
    """A kind of movement of a wallet: its text, and the least and most that it moves, less than zero for payments."""

    text: str
    least: int
    most: int
    step: int


class Wallet(msgspec.Struct, frozen=True):
    """What wallets do."""

    movements: tuple[Movement, ...]
    limit: int
    unverified_limit: int
    number: str = ""
    """The product's local attribute for the wallet's number, if there is one."""
    limit_attribute: str = ""


class Segment(msgspec.Struct, frozen=True):
    """A market segment and whom it holds."""

    name: str
    description: str
    of: Literal["young", "family", "senior", "company", "other"]


class Consents(msgspec.Struct, frozen=True):
    """What people are asked to agree to: purposes, each by a channel or by all, in the words of a version."""

    text_version: str
    asked: tuple[tuple[str, str | None], ...]


class Selling(msgspec.Struct, frozen=True):
    """Subjects of leads and opportunities; `{company}` is filled in."""

    leads: tuple[str, ...]
    opportunities: tuple[str, ...]
    steps: tuple[str, ...] = ()
    """What sellers mean to do next."""
    consent: str = ""
    """The local attribute of leads that tells of a consent to be called."""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Names, places, offers and texts of one country."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]
    companies: tuple[str, ...]
    """Templates of names, with `{family}` or `{city}` or both."""
    company_suffixes: tuple[str, ...]
    places: tuple[Place, ...]
    mobile: Numbers
    email_domain: str
    passport: str
    """Template of passport numbers."""
    address: str
    """How `{street}` and `{number}` are written."""
    authority: str
    """Who issues documents."""
    tax_percent: Decimal
    rest_day: int
    """The day of the week on which shops are closed; Monday is 0."""
    tiers: dict[str, Decimal]
    """Customer segments by the least that their members pay a month, the lowest first."""
    payment_methods: dict[str, int]
    company_payment_methods: dict[str, int]
    queues: dict[str, str]
    """The team that tickets of a type go to."""
    agents: tuple[str, ...]
    notes: tuple[str, ...]
    usage: UsageTexts
    wallet: Wallet
    offers: tuple[Offer, ...]
    contacts: tuple[ContactText, ...]
    tickets: tuple[TicketText, ...]
    selling: Selling = Selling((), ())
    card: str = ""
    """Template of the numbers of identity cards that do not bear the national number."""
    segments: tuple[Segment, ...] = ()
    consents: Consents | None = None
    numbers: dict[str, str] = {}
    """Templates of local numbers by `entity.attribute`, such as `{yy}{mm}{dd}{digits:5}`."""
    names: dict[str, Literal["female", "male", "family"]] = {}
    """Local attributes of individuals that hold a name, with the list it comes from."""


def read_profile(folder: Path) -> Profile:
    """Return the profile in an affiliate's folder. Raises DemoRefused."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Profile)
    except FileNotFoundError as error:
        raise DemoRefused(f"{folder.name} has no {FILE}", hint="copy that of another affiliate and adapt it") from error
    except (msgspec.MsgspecError, OSError) as error:
        raise DemoRefused(f"{folder.name}/{FILE}: {error}", hint="compare it with that of another affiliate") from error


def units_of(profile: Profile) -> tuple[str, ...]:
    """Return the shops of a country."""
    return tuple(dict.fromkeys(place.unit for place in profile.places))
