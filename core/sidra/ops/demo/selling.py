"""Invented leads and opportunities with companies."""

from __future__ import annotations

import datetime
from collections.abc import Container
from dataclasses import dataclass

from sidra.ops.demo.care import Step
from sidra.ops.demo.chance import Chance, Values
from sidra.ops.demo.pipeline import Pipeline
from sidra.ops.demo.profile import Offer, Profile
from sidra.ops.demo.subscriptions import Story

OLDEST_DAYS = 150
OPPORTUNITY_SHARE, LEAD_SHARE = 0.45, 0.3
STAGES = {"qualification": 3, "proposal": 3, "negotiation": 2, "won": 3, "lost": 2}
PROBABILITIES = {"qualification": 20, "proposal": 45, "negotiation": 70, "won": 100, "lost": 0}
WAY = {
    "qualification": (),
    "proposal": ("propose",),
    "negotiation": ("propose", "negotiate"),
    "won": ("propose", "negotiate", "win"),
    "lost": ("propose", "lose"),
}
LEAD_WAYS = {"": 3, "take": 3, "wait": 1, "reject": 1, "drop": 1}
LOSSES = ("price", "competitor", "no_need", "no_budget")
MONTHS = 24


@dataclass(frozen=True)
class Deal:
    """A lead or an opportunity as it was made, and what became of it."""

    made: datetime.datetime
    values: Values
    steps: tuple[Step, ...]
    lead: Deal | None = None
    """What the opportunity came from."""


class Selling:
    """Makes the leads and opportunities of one country."""

    def __init__(self, profile: Profile, chance: Chance, logins: Container[str] = frozenset()) -> None:
        self._profile, self._chance, self._pipeline = profile, chance, Pipeline(profile, logins)
        self._offers = [offer for offer in profile.offers if offer.audience == "company"]

    def opportunity(self, story: Story, company: str) -> Deal | None:
        """Return an opportunity with a customer that is a company, or None."""
        chance, random = self._chance, self._chance.random
        if story.status not in {"active", "prospect"} or not chance.happens(OPPORTUNITY_SHARE):
            return None
        stage = chance.weighted(STAGES)
        made = chance.at_work(chance.days_ago(20, OLDEST_DAYS))
        is_over = stage in {"won", "lost"}
        ended = made + (chance.now - made) * random.uniform(0.5, 0.95)
        close = ended.date() if is_over else chance.today + datetime.timedelta(days=random.randint(5, 90))
        values = {
            "name": random.choice(self._profile.selling.opportunities).format(company=company),
            "amount": chance.money(self._worth()),
            "probability": PROBABILITIES[stage],
            "close_date": max(close, made.date()),
            "unit": story.place.unit,
            **self._pipeline.notes(stage),
        }
        reason = {"lose": random.choice(LOSSES)}
        steps = self._spread(WAY[stage], made, ended if is_over else chance.now, reason)
        lead = self._lead(company, story, made, ("take", "accept")) if chance.happens(0.6) else None
        return Deal(made, values, steps, lead)

    def lead(self, story: Story, company: str) -> Deal | None:
        """Return a lead with a customer that is a company, or None."""
        if not self._chance.happens(LEAD_SHARE):
            return None
        way = self._chance.weighted(LEAD_WAYS)
        made = self._chance.at_work(self._chance.days_ago(0, 40))
        steps = {"": (), "take": ("take",), "wait": ("take", "wait"), "reject": ("take", "reject"), "drop": ("drop",)}
        return self._lead(company, story, made, steps[way])

    def _lead(self, company: str, story: Story, until: datetime.datetime, names: tuple[str, ...]) -> Deal:
        chance, random, profile = self._chance, self._chance.random, self._profile
        made = until - datetime.timedelta(days=random.randint(3, 15)) if "accept" in names else until
        given = random.choice((*profile.female, *profile.male))
        values = {
            "name": random.choice(profile.selling.leads).format(company=company),
            "contact_name": f"{given} {random.choice(profile.family)}",
            "contact_phone": story.line,
            "rating": random.choice(("hot", "warm", "warm", "cold")),
            "estimated_revenue": chance.money(self._worth()),
            "unit": story.place.unit,
            **({profile.selling.consent: True} if profile.selling.consent else {}),
        }
        end = until if "accept" in names else chance.now
        return Deal(made, values, self._spread(names, made, end, {"reject": random.choice(LOSSES)}))

    def _spread(
        self, names: tuple[str, ...], made: datetime.datetime, until: datetime.datetime, reasons: dict[str, str]
    ) -> tuple[Step, ...]:
        """Return the steps one after the other until a moment."""
        share = (until - made) / (len(names) or 1)
        return tuple(Step(made + share * (place + 1), name, reasons.get(name)) for place, name in enumerate(names))

    def _worth(self) -> int:
        offer: Offer = self._chance.random.choice(self._offers)
        return int(offer.price) * self._chance.random.choice((3, 5, 8, 12, 20, 40)) * MONTHS
