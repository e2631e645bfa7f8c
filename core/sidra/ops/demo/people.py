"""Invented people and companies with their contact details."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from sidra.ops.demo.profile import Place, Profile
from sidra_metamodel.values import Period

ADULT_YEARS = 18
OLDEST_YEARS = 85
PASSPORT_SHARE = 0.25
DOCUMENT_DAYS = 3650

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Party:
    """A person or a company as the record service takes it."""

    entity: str
    values: Values
    place: Place


class People:
    """Makes the parties of one country."""

    def __init__(self, profile: Profile, random: Random, today: datetime.date, country: str, language: str) -> None:
        self._profile, self._random, self._today = profile, random, today
        self._country, self._language = country, language
        self._weights = [place.weight for place in profile.places]

    def individual(self) -> Party:
        """Return a person."""
        random, place = self._random, self._place()
        gender = random.choice(("female", "male"))
        given = random.choice(self._profile.female if gender == "female" else self._profile.male)
        family = random.choice(self._profile.family)
        born = self._today - datetime.timedelta(days=random.randint(ADULT_YEARS * 366, OLDEST_YEARS * 365))
        values: Values = {
            "given_name": given,
            "family_name": family,
            "gender": gender,
            "birth_date": born,
            "place_of_birth": self._place().city,
            "nationality": self._country,
            "marital_status": random.choice(("single", "married", "married", "divorced", "widowed")),
            "preferred_language": self._language,
        }
        for name, kind in self._profile.names.items():
            values[name] = random.choice(getattr(self._profile, kind))
        values["contact_media"] = self._contact_media(place, f"{given}.{family}")
        return Party("individual", values, place)

    def identifications(self, national_number: str | None) -> Iterator[Values]:
        """Yield a person's documents: the card with the national number, and for some a passport."""
        if national_number:
            yield self._document("national_identity_card", national_number)
        if not national_number or self._random.random() < PASSPORT_SHARE:
            letters = "".join(self._random.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=2))
            yield self._document("passport", f"{letters}{self._random.randrange(10**7):07d}")

    def _document(self, kind: str, number: str) -> Values:
        issued = self._today - datetime.timedelta(days=self._random.randint(10, DOCUMENT_DAYS + 30))
        start = datetime.datetime.combine(issued, datetime.time(), datetime.UTC)
        return {
            "identification_type": kind,
            "identification_id": number,
            "issuing_date": issued,
            "valid_for": Period(start, start + datetime.timedelta(days=DOCUMENT_DAYS)),
        }

    def organization(self) -> Party:
        """Return a company."""
        random, place = self._random, self._place()
        trading = f"{random.choice(self._profile.companies)} {place.city}"
        values: Values = {
            "trading_name": trading,
            "legal_name": f"{trading} {random.choice(self._profile.company_suffixes)}",
            "organization_type": "company",
            "employees": int(random.lognormvariate(3, 1)) + 1,
            "preferred_language": self._language,
            "contact_media": self._contact_media(place, trading),
        }
        return Party("organization", values, place)

    def _place(self) -> Place:
        return self._random.choices(self._profile.places, self._weights)[0]

    def _contact_media(self, place: Place, name: str) -> list[Values]:
        random = self._random
        media: list[Values] = [
            {"medium_type": "mobile", "phone_number": self._profile.mobile.draw(random), "preferred": True},
            {
                "medium_type": "postal_address",
                "street1": f"{random.choice(place.streets)} {random.randint(1, 180)}",
                "city": place.city,
                "state_or_province": place.region,
                "country": self._country,
                **({"post_code": f"{place.postcode}{random.randrange(1000):03d}"} if place.postcode else {}),
            },
        ]
        if random.random() < 0.6:  # noqa: PLR2004 - a share of the people
            media.append({"medium_type": "email", "email_address": self._email(name)})
        return media

    def _email(self, name: str) -> str:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        letters = "".join(letter if letter.isalnum() else "." for letter in plain).strip(".")
        while ".." in letters:
            letters = letters.replace("..", ".")
        return f"{letters or 'customer'}{self._random.randrange(10000)}@{self._profile.email_domain}"
