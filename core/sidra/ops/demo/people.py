"""Invented people and companies with their contact details."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sidra.ops.demo.care import Step
from sidra.ops.demo.chance import Chance, Values
from sidra.ops.demo.numbers import filled
from sidra.ops.demo.profile import Place, Profile
from sidra.ops.demo.subscriptions import Story
from sidra_metamodel.folding import fold
from sidra_metamodel.values import Period

ADULT_YEARS = 18
TYPICAL_YEARS, OLDEST_YEARS = 31, 84
PASSPORT_SHARE = 0.25
DOCUMENT_DAYS = 3650
FRESH_DAYS = 30
MAIL_SHARE = 0.6
COMPANY_DRAWS = 20
CONSENT_SHARE, WITHDRAWN_SHARE = 0.55, 0.12
MARRIED_AT, WIDOWED_AT = 27, 66
# As Egyptians write their names for themselves in Latin letters.
LATIN = str.maketrans(
    {
        "ا": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "g", "ح": "h", "خ": "kh", "د": "d", "ذ": "z", "ر": "r", "ز": "z",
        "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "k", "ك": "k",
        "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "o", "ي": "y",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Party:
    """A person or a company as the record service takes it."""

    entity: str
    values: Values
    place: Place


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to, and its withdrawal, if there was one."""

    values: Values
    steps: tuple[Step, ...]


class People:
    """Makes the parties of one country."""

    def __init__(self, profile: Profile, chance: Chance, country: str, language: str) -> None:
        self._profile, self._chance = profile, chance
        self._country, self._language = country, language
        self._names: set[str] = set()

    def individual(self, story: Story) -> Party:
        """Return a person who was an adult when becoming a customer."""
        random, profile = self._chance.random, self._profile
        gender = random.choice(("female", "male"))
        given = random.choice(profile.female if gender == "female" else profile.male)
        family = random.choice(profile.family)
        years = (self._chance.today - story.since).days / 365.25
        age = random.triangular(ADULT_YEARS + years, OLDEST_YEARS, max(ADULT_YEARS + years, TYPICAL_YEARS))
        born = self._chance.today - datetime.timedelta(days=int(age * 365.25) + 1)
        values: Values = {
            "given_name": given,
            "family_name": family,
            "gender": gender,
            "birth_date": born,
            "place_of_birth": random.choice(profile.places).city,
            "nationality": self._country,
            "marital_status": self._marital_status(age),
            "preferred_language": self._language,
        }
        for name, kind in profile.names.items():
            values[name] = random.choice(getattr(profile, kind))
        values["contact_media"] = list(self._contact_media(story, f"{given}.{family}"))
        return Party("individual", values, story.place)

    def _marital_status(self, age: float) -> str:
        if age < MARRIED_AT:
            return self._chance.weighted({"single": 5, "married": 1})
        late = {"married": 6, "widowed": 3, "divorced": 1}
        return self._chance.weighted(late if age > WIDOWED_AT else {"married": 7, "single": 2, "divorced": 1})

    def identifications(self, facts: Mapping[str, Any]) -> Iterator[Values]:
        """Yield a person's documents: the identity card, and for some a passport."""
        number = facts.get("national_number")
        card = filled(self._profile.card, self._chance.random, facts) if self._profile.card else number
        if card:
            yield self._document("national_identity_card", card, facts["birth_date"])
        if not card or self._chance.happens(PASSPORT_SHARE):
            passport = filled(self._profile.passport, self._chance.random, facts)
            yield self._document("passport", passport, facts["birth_date"])

    def _document(self, kind: str, number: str, born: datetime.date) -> Values:
        """Return a document that was issued to an adult; one in a hundred runs out soon, or has."""
        today = self._chance.today
        oldest = min(DOCUMENT_DAYS + FRESH_DAYS, (today - born).days - ADULT_YEARS * 365 + FRESH_DAYS)
        issued = today - datetime.timedelta(days=self._chance.random.randint(FRESH_DAYS, max(FRESH_DAYS, oldest)))
        start = datetime.datetime.combine(issued, datetime.time(), datetime.UTC)
        return {
            "identification_type": kind,
            "identification_id": number,
            "issuing_authority": self._profile.authority,
            "issuing_date": issued,
            "valid_for": Period(start, start + datetime.timedelta(days=DOCUMENT_DAYS)),
        }

    def consents(self, story: Story) -> Iterator[Consent]:
        """Yield what a person agreed to, each with its moment; some were withdrawn later."""
        chance, asked = self._chance, self._profile.consents
        if asked is None or story.is_company:
            return
        for purpose, channel in asked.asked:
            if not chance.happens(CONSENT_SHARE):
                continue
            days = (chance.today - story.since).days
            day = story.since + datetime.timedelta(days=chance.random.randint(0, min(days, FRESH_DAYS)))
            gone = self._office_hours(chance.days_ago(0, (chance.today - day).days))
            values = {
                "purpose": purpose,
                "channel": channel,
                "text_version": asked.text_version,
                "source": chance.random.choice(("shop", "web", "voice")),
                "given_at": self._office_hours(day),
            }
            is_withdrawn = chance.happens(WITHDRAWN_SHARE)
            yield Consent(values, (Step(gone, "withdraw"),) if is_withdrawn else ())

    def _office_hours(self, day: datetime.date) -> datetime.datetime:
        moment = datetime.datetime.combine(day, datetime.time(10), self._chance.now.tzinfo)
        return min(moment, self._chance.now)

    def organization(self, story: Story) -> Party:
        """Return a company with a name that no other has."""
        random, place = self._chance.random, story.place
        name = self._company_name(place)
        lines = sum(one.offer.category == "mobile" for one in story.subscriptions)
        values: Values = {
            "trading_name": name,
            "legal_name": f"{name} {random.choice(self._profile.company_suffixes)}",
            "organization_type": "company",
            "employees": lines + int(random.lognormvariate(2.5, 1)),
            "preferred_language": self._language,
            "contact_media": list(self._contact_media(story, name)),
        }
        return Party("organization", values, place)

    def _company_name(self, place: Place) -> str:
        """Return a name drawn anew until it is free; when all seem to be taken, the city tells companies apart."""
        profile, random = self._profile, self._chance.random
        name = ""
        for _ in range(COMPANY_DRAWS):
            name = random.choice(profile.companies).format(family=random.choice(profile.family), city=place.city)
            if name not in self._names:
                break
        while name in self._names:
            name = f"{name} {place.city}"
        self._names.add(name)
        return name

    def _contact_media(self, story: Story, name: str) -> Iterator[Values]:
        """Yield how to reach a customer: the main line first."""
        random, place = self._chance.random, story.place
        yield {"medium_type": "mobile", "phone_number": story.line, "preferred": True}
        if any(one.number == story.landline for one in story.subscriptions):
            yield {"medium_type": "phone", "phone_number": story.landline}
        yield {
            "medium_type": "postal_address",
            "street1": self._street(place),
            "city": place.city,
            "state_or_province": place.region,
            "country": self._country,
            **(
                {"post_code": f"{place.postcode}{random.randrange(1000):0{5 - len(place.postcode.replace('-', ''))}d}"}
                if place.postcode
                else {}
            ),
        }
        if self._chance.happens(MAIL_SHARE):
            yield {"medium_type": "email", "email_address": self._email(name)}

    def _street(self, place: Place) -> str:
        street, number = self._chance.random.choice(place.streets), self._chance.random.randint(1, 180)
        return self._profile.address.format(street=street, number=self._chance.written(number))

    def _email(self, name: str) -> str:
        plain = re.sub(r"[^a-z]+", ".", fold(name).translate(LATIN)).strip(".")
        return f"{plain}{self._chance.random.randrange(1, 1000)}@{self._profile.email_domain}"
