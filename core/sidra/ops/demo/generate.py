"""Fills an affiliate with demonstration data, through the record service like everybody else."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Any

from babel.numbers import get_currency_precision

from sidra.access.actor import system_actor
from sidra.ops.demo.commerce import Commerce, Sale, Values
from sidra.ops.demo.numbers import LocalNumbers
from sidra.ops.demo.people import Party, People
from sidra.ops.demo.profile import Profile, read_profile
from sidra.records.query import Query
from sidra.records.record import Record
from sidra.records.work import UnitOfWork
from sidra.runtime import Runtime

TOLD_EVERY = 100
COMPANIES_SHARE = 0.08
VERIFIED_SHARE = 0.8
CLOSED_AFTER_DAYS = 12
"""Tickets that are older have mostly been resolved."""
STARTED_SHARE = 0.7
CLOSED_SHARE = 0.9

Progress = Callable[[int], None]
Ticket = tuple[datetime.datetime, Values]


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
        sales = maker.catalogue()
        tickets: list[Ticket] = []
        for number in range(1, customers + 1):
            tickets += maker.customer(sales)
            if number % TOLD_EVERY == 0 or number == customers:
                progress(number)
        maker.tickets(tickets)
    return customers


class _Maker:
    def __init__(self, work: UnitOfWork, profile: Profile, random: Random) -> None:
        model = work.runtime.model
        now = work.now.astimezone(model.time_zone)
        self._work, self._profile, self._random, self._now = work, profile, random, now
        language = model.locales[0].partition("-")[0]
        self._people = People(profile, random, now.date(), model.country, language)
        digits = get_currency_precision(model.currency)
        self._commerce = Commerce(profile, random, now, model.currency, digits)
        entities = ("individual", "organization")
        self._numbers = {entity: LocalNumbers(model, entity, profile.numbers) for entity in entities}

    def catalogue(self) -> list[Sale]:
        """Make the offers, and return them with their ids."""
        made = []
        for offer in self._profile.offers:
            values = {"name": offer.name, "category": offer.category, "price": str(offer.price)}
            record = self._create("product_offering", {**values, "lifecycle_status": "launched"})
            made.append(Sale(offer, record.id))
        return made

    def customer(self, sales: list[Sale]) -> Iterator[Ticket]:
        """Make a customer with party, account, products, bills and interactions; yield the tickets it will have."""
        commerce, party = self._commerce, self._party()
        record = self._create(party.entity, party.values)
        if "birth_date" in party.values and self._random.random() < VERIFIED_SHARE:
            self._work.records.transition(party.entity, record.id, "validate", work=self._work)
        values = commerce.customer(party.place.unit)
        customer = self._create("customer", {**values, "engaged_party": record.id})
        belongs = {"customer": customer.id, "unit": party.place.unit}
        is_late = commerce.is_late(values)
        account = commerce.account(values, record["display_name"], is_late=is_late)
        charged = {**belongs, "billing_account": self._create("billing_account", {**account, **belongs}).id}
        for product in commerce.products(sales, values):
            self._create("product", {**product, **charged})
        for bill in commerce.bills(values, is_late=is_late):
            self._create("customer_bill", {**bill, **charged})
        for interaction in commerce.interactions():
            self._create("party_interaction", {**interaction, **belongs})
        return ((opened, {**ticket, **belongs}) for opened, ticket in commerce.tickets())

    def _party(self) -> Party:
        is_company = self._random.random() < COMPANIES_SHARE
        party = self._people.organization() if is_company else self._people.individual()
        facts = {**party.values, "governorate": party.place.governorate}
        numbers = self._numbers[party.entity].draw(self._random, facts)
        party.values.update(numbers)
        if not is_company:
            party.values["identifications"] = list(self._people.identifications(numbers.get("national_number")))
        return party

    def _create(self, entity: str, values: Mapping[str, Any]) -> Record:
        return self._work.records.create(entity, values, work=self._work)

    def tickets(self, tickets: Iterable[Ticket]) -> None:
        """Make tickets as of the moments at which they were opened, in that order, and close the old ones."""
        for opened, values in sorted(tickets, key=itemgetter(0)):
            past = self._as_of(opened)
            ticket = past.records.create("trouble_ticket", values, work=past)
            self._advance(ticket, opened)

    def _advance(self, ticket: Record, opened: datetime.datetime) -> None:
        steps = ["start"] if self._random.random() < STARTED_SHARE else []
        if (self._now - opened).days > CLOSED_AFTER_DAYS and self._random.random() < CLOSED_SHARE:
            steps = ["start", "resolve", "accept"]
        at = opened
        for step in steps:
            at = min(at + datetime.timedelta(minutes=self._random.randint(10, 2400)), self._now)
            later = self._as_of(at)
            later.records.transition("trouble_ticket", ticket.id, step, work=later)

    def _as_of(self, moment: datetime.datetime) -> UnitOfWork:
        """Return a unit of work at another moment, in the same transaction."""
        in_utc = moment.astimezone(datetime.UTC)
        return UnitOfWork(self._work.runtime.at(lambda: in_utc), self._work.actor, self._work.connection)
