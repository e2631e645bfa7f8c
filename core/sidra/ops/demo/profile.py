"""What a country's demonstration data is made of: `demo.json` in the affiliate's folder."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Literal

import msgspec

from sidra.errors import SidraError

FILE = "demo.json"


class DemoRefused(SidraError):
    """Demonstration data cannot be made: its profile is missing or broken."""

    code = "R630"


class Place(msgspec.Struct, frozen=True):
    """A city with its shop."""

    city: str
    region: str
    weight: int
    unit: str
    streets: tuple[str, ...]
    postcode: str = ""
    governorate: str = ""


class Numbers(msgspec.Struct, frozen=True):
    """Telephone numbers of one kind: a prefix and so many digits."""

    prefixes: tuple[str, ...]
    digits: int

    def draw(self, random: Random) -> str:
        """Return an invented number."""
        return random.choice(self.prefixes) + "".join(random.choices("0123456789", k=self.digits))


class Offer(msgspec.Struct, frozen=True):
    """A product that is sold."""

    name: str
    category: str
    price: Decimal


class Profile(msgspec.Struct, frozen=True):
    """Names, places, offers and texts of one country."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]
    companies: tuple[str, ...]
    company_suffixes: tuple[str, ...]
    places: tuple[Place, ...]
    mobile: Numbers
    fixed: Numbers
    email_domain: str
    offers: tuple[Offer, ...]
    interactions: tuple[str, ...]
    tickets: tuple[str, ...]
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
