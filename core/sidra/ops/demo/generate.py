"""Fills an affiliate with demonstration data, through the record service like everybody else."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import Any

from babel.numbers import get_currency_precision

from sidra.access.actor import system_actor
from sidra.identity.finding import find_duplicates
from sidra.ops.demo.billing import Billing
from sidra.ops.demo.care import Care, Case, Step, satisfaction_of
from sidra.ops.demo.chance import Chance, Values
from sidra.ops.demo.households import add_households
from sidra.ops.demo.loyalty import loyalty_account, segment_of, value_score
from sidra.ops.demo.numbers import LocalNumbers
from sidra.ops.demo.people import Consent, Party, People
from sidra.ops.demo.pipeline import Handling
from sidra.ops.demo.profile import Profile, read_profile
from sidra.ops.demo.selling import Deal, Selling
from sidra.ops.demo.subscriptions import Stories, Story, Subscription
from sidra.ops.demo.twins import add_twins
from sidra.records.query import Query
from sidra.records.record import Record
from sidra.records.work import UnitOfWork
from sidra.runtime import Runtime

TOLD_EVERY = 100
VERIFIED_SHARE = 0.85

Progress = Callable[[int], None]


def _tell_nobody(done: int) -> None:
    del done


def generate(
    runtime: Runtime, folder: Path, *, customers: int = 2000, seed: int = 7, progress: Progress = _tell_nobody
) -> int:
    """Make customers with all that belongs to them; returns how many, 0 where the affiliate has offers already.

    All is one transaction: what is stopped has made nothing. folder: the affiliate's, with `demo.json`. The same seed
    at the same moment makes the same data. Raises DemoRefused.
    """
    profile = read_profile(folder)
    actor = system_actor("demo", affiliate=runtime.affiliate)
    with runtime.unit_of_work(actor) as work:
        if work.records.list("product_offering", Query(limit=1, count=False)).records:
            return 0
        maker = _Maker(work, profile, Random(seed))  # noqa: S311 - nothing here is secret
        maker.catalogue()
        for number, story in enumerate(maker.stories(customers), start=1):
            maker.customer(story)
            if number % TOLD_EVERY == 0 or number == customers:
                progress(number)
        maker.past()
        maker.twins()
        maker.households()
    find_duplicates(runtime)
    return customers


@dataclass(frozen=True)
class _Past:
    """Something that was recorded at a moment, and what followed."""

    at: datetime.datetime
    record: Callable[[], object]


class _Maker:
    def __init__(self, work: UnitOfWork, profile: Profile, random: Random) -> None:
        model = work.runtime.model
        now = work.now.astimezone(model.time_zone)
        language = model.locales[0].partition("-")[0]
        digits = get_currency_precision(model.currency)
        chance = Chance(random, now, model.currency, digits, f"{language}_{model.country}", profile.rest_day)
        self._work, self._profile, self._chance = work, profile, chance
        self._stories = Stories(profile, chance)
        self._people = People(profile, chance, model.country, language)
        logins = frozenset(work.runtime.people.by_login(work.connection))
        self._billing, self._care, self._selling = (
            Billing(profile, chance),
            Care(profile, chance),
            Selling(profile, chance, logins),
        )
        self._numbers = {
            entity: LocalNumbers(model, entity, profile.numbers) for entity in ("individual", "organization")
        }
        self._handling = Handling(chance.today, logins)
        self._offers: dict[str, str] = {}
        self._segments: dict[str, str] = {}
        self._past: list[_Past] = []
        self._parties: list[tuple[Record, str]] = []

    def catalogue(self) -> None:
        """Make the offers, and the market segments where the affiliate has such."""
        for offer in self._profile.offers:
            values = {"name": offer.name, "category": offer.category, "price": str(offer.price)}
            record = self._create("product_offering", {**values, "lifecycle_status": "launched"})
            self._offers[offer.name] = record.id
        if self._has("market_segment"):
            for segment in self._profile.segments:
                values = {"name": segment.name, "description": segment.description}
                self._segments[segment.of] = self._create("market_segment", values).id

    def stories(self, count: int) -> list[Story]:
        """Return the customers to make: who came first has the lowest number."""
        return sorted((self._stories.draw() for _ in range(count)), key=attrgetter("since"))

    def customer(self, story: Story) -> None:
        """Make a customer with party, account, products and contacts; what has a day of its own follows in `past`."""
        party = self._party(story)
        record = self._create(party.entity, party.values)
        self._parties.append((record, story.place.unit))
        if story.status != "prospect" and self._chance.happens(VERIFIED_SHARE):
            self._work.records.transition(party.entity, record.id, "validate", work=self._work)
        for consent in self._people.consents(story):
            self._past.append(_Past(consent.values["given_at"], partial(self._consent, consent, record.id)))
        cases = self._care.cases(story)
        values = {
            **self._stories.customer(story),
            **self._value(story, party),
            **({"satisfaction": satisfaction_of(cases, self._chance)} if story.status != "prospect" else {}),
        }
        customer = self._create("customer", {**values, "engaged_party": record.id})
        belongs = {"customer": customer.id, "unit": story.place.unit}
        bills = self._billing.bills(story)
        account = self._billing.account(story, values, record["display_name"], bills)
        charged = {**belongs, "billing_account": self._create("billing_account", {**account, **belongs}).id}
        for bill in bills:
            at = datetime.datetime.combine(bill["bill_date"], datetime.time(2), self._chance.now.tzinfo)
            self._later(at, "customer_bill", {**bill, **charged})
        products = [(one, self._product(story, one, charged)) for one in story.subscriptions]
        for case in cases:
            product = next(id for one, id in products if one is case.product)
            self._past.append(_Past(case.opened, partial(self._case, case, product, belongs)))
        for contact in self._care.contacts(story):
            self._later(contact["interaction_date"], "party_interaction", {**contact, **belongs})
        self._loyalty(story, belongs)
        if story.is_company:
            self._deals(story, record)

    def _value(self, story: Story, party: Party) -> Values:
        if not self._segments:
            return {}
        today = self._chance.today
        segment = self._segments.get(segment_of(story, party.values.get("birth_date"), today))
        return {"market_segment": segment, "value_score": value_score(story, self._profile, today)}

    def _product(self, story: Story, one: Subscription, charged: Values) -> str:
        values = {**self._stories.product(story, one), "product_offering": self._offers[one.offer.name]}
        return self._create("product", {**values, **charged}).id

    def _party(self, story: Story) -> Party:
        party = self._people.organization(story) if story.is_company else self._people.individual(story)
        facts = {**party.values, "governorate": party.place.governorate}
        numbers = self._numbers[party.entity].draw(self._chance.random, facts)
        party.values.update(numbers)
        if not story.is_company:
            party.values["identifications"] = list(self._people.identifications({**facts, **numbers}))
        return party

    def _loyalty(self, story: Story, belongs: Values) -> None:
        if self._has("loyalty_account"):
            tiers = set(self._work.runtime.model.enums["loyalty_tier"].values)
            values = loyalty_account(story, self._chance, tiers)
            if values is not None:
                self._create("loyalty_account", {**values, **belongs})

    def _deals(self, story: Story, company: Record) -> None:
        if not self._has("sales_opportunity"):
            return
        lead = self._selling.lead(story, company["trading_name"])
        opportunity = self._selling.opportunity(story, company["trading_name"])
        for entity, deal in (("sales_lead", lead), ("sales_opportunity", opportunity)):
            if deal is not None:
                self._past.append(_Past(deal.made, partial(self._deal, entity, deal, {"organization": company.id})))

    def _deal(self, entity: str, deal: Deal, belongs: Values) -> None:
        made = self._create(entity, {**deal.values, **belongs}, at=deal.made)
        if deal.lead is not None:
            self._deal("sales_lead", deal.lead, {**belongs, "opportunity": made.id})
        self._take(entity, made, deal.steps)

    def _consent(self, consent: Consent, party: str) -> None:
        given = self._create("consent", {**consent.values, "party": party}, at=consent.values["given_at"])
        self._take("consent", given, consent.steps)

    def _case(self, case: Case, product: str, belongs: Values) -> None:
        values = {**case.ticket, **self._handling.notes([step.name for step in case.steps]), **belongs}
        ticket = self._create("trouble_ticket", {**values, "product": product}, at=case.opened)
        self._take("trouble_ticket", ticket, case.steps)
        for contact in case.contacts:
            values = {**contact, **belongs, "ticket": ticket.id}
            self._create("party_interaction", values, at=contact["interaction_date"])
        if case.satisfaction is not None:
            closed = self._as_of(case.steps[-1].at)
            closed.records.update("trouble_ticket", ticket.id, {"satisfaction": case.satisfaction}, work=closed)

    def _take(self, entity: str, record: Record, steps: Iterable[Step]) -> None:
        for step in steps:
            then = self._as_of(step.at)
            then.records.transition(entity, record.id, step.name, reason=step.reason, work=then)

    def _later(self, at: datetime.datetime, entity: str, values: Values) -> None:
        self._past.append(_Past(at, partial(self._create, entity, values, at=at)))

    def past(self) -> None:
        """Record what happened on its own day, in that order."""
        for event in sorted(self._past, key=attrgetter("at")):
            event.record()

    def twins(self) -> None:
        """Enter some people a second time, when all others are there."""
        add_twins(self._work, self._parties, self._chance.random)

    def households(self) -> None:
        """Put some people together who live together."""
        add_households(self._work, self._parties)

    def _has(self, entity: str) -> bool:
        return entity in self._work.runtime.model.entities

    def _create(self, entity: str, values: Mapping[str, Any], *, at: datetime.datetime | None = None) -> Record:
        work = self._work if at is None else self._as_of(at)
        return work.records.create(entity, values, work=work)

    def _as_of(self, moment: datetime.datetime) -> UnitOfWork:
        """Return a unit of work at another moment, in the same transaction."""
        in_utc = moment.astimezone(datetime.UTC)
        return UnitOfWork(self._work.runtime.at(lambda: in_utc), self._work.actor, self._work.connection)
