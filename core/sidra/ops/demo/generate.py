"""Fills an affiliate with demonstration data, through the record service like everybody else."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
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

CHUNK = 100
COMPANIES_SHARE = 0.08
CLOSED_AFTER_DAYS = 12
"""Tickets that are older have mostly been resolved."""

Progress = Callable[[int], None]
Ticket = tuple[int, str, Values]


def generate(
    runtime: Runtime,
    folder: Path,
    *,
    customers: int = 2000,
    seed: int = 7,
    progress: Progress = lambda done: None,
) -> int:
    """Make customers with all that belongs to them; returns how many, 0 where the affiliate has some already.

    folder: the affiliate's, with `demo.json`. The same seed on the same day makes the same data. Raises DemoRefused.
    """
    profile = read_profile(folder)
    actor = system_actor("demo", affiliate=runtime.affiliate)
    if runtime.records(actor).list("customer", Query(limit=1, count=False)).records:
        return 0
    maker = _Maker(runtime, profile, Random(seed))
    sales = maker.catalogue()
    tickets: list[Ticket] = []
    for numbers in _chunks(range(customers)):
        with runtime.unit_of_work(actor) as work:
            for _ in numbers:
                tickets += maker.customer(work, sales)
        progress(numbers[-1] + 1)
    maker.tickets(tickets)
    return customers


class _Maker:
    def __init__(self, runtime: Runtime, profile: Profile, random: Random) -> None:
        model = runtime.model
        today = runtime.today(runtime.now())
        self._runtime, self._profile, self._random, self._today = runtime, profile, random, today
        self._actor = system_actor("demo", affiliate=runtime.affiliate)
        language = model.locales[0].partition("-")[0]
        self._people = People(profile, random, today, model.country, language)
        digits = get_currency_precision(model.currency)
        self._commerce = Commerce(profile, random, today, model.currency, digits)
        entities = ("individual", "organization")
        self._numbers = {entity: LocalNumbers(model, entity, profile.numbers) for entity in entities}

    def catalogue(self) -> list[Sale]:
        """Make the offers, and return them with their ids."""
        with self._runtime.unit_of_work(self._actor) as work:
            made = []
            for offer in self._profile.offers:
                values = {"name": offer.name, "category": offer.category, "price": str(offer.price)}
                record = work.records.create("product_offering", {**values, "lifecycle_status": "launched"}, work=work)
                made.append(Sale(offer, record.id))
            return made

    def customer(self, work: UnitOfWork, sales: list[Sale]) -> Iterator[Ticket]:
        """Make a customer with party, account, products, bills and interactions; yield the tickets it will have."""
        party = self._party()
        record = self._create(work, party.entity, party.values)
        values = self._commerce.customer(party.place.unit)
        customer = self._create(work, "customer", {**values, "engaged_party": record.id})
        belongs = {"customer": customer.id, "unit": party.place.unit}
        account = self._create(work, "billing_account", {"name": record["display_name"], **belongs})
        for product in self._commerce.products(sales, values["customer_since"]):
            self._create(work, "product", {**product, **belongs, "billing_account": account.id})
        for bill in self._commerce.bills(values["monthly_charges"]):
            self._create(work, "customer_bill", {**bill, **belongs, "billing_account": account.id})
        for interaction in self._commerce.interactions():
            self._create(work, "party_interaction", {**interaction, **belongs})
        return ((age, "trouble_ticket", {**ticket, **belongs}) for age, ticket in self._commerce.tickets())

    def _party(self) -> Party:
        is_company = self._random.random() < COMPANIES_SHARE
        party = self._people.organization() if is_company else self._people.individual()
        facts = {**party.values, "governorate": party.place.governorate}
        party.values.update(self._numbers[party.entity].draw(self._random, facts))
        return party

    def _create(self, work: UnitOfWork, entity: str, values: Mapping[str, Any]) -> Record:
        return work.records.create(entity, values, work=work)

    def tickets(self, tickets: Iterable[Ticket]) -> None:
        """Make tickets on the days they were opened, and close the old ones."""
        by_day = sorted(tickets, key=lambda ticket: -ticket[0])
        for age, group in itertools.groupby(by_day, key=lambda ticket: ticket[0]):
            moment = self._runtime.now() - datetime.timedelta(days=age, minutes=self._random.randrange(600))
            past = self._runtime.at(lambda moment=moment: moment)
            with past.unit_of_work(self._actor) as work:
                for _, entity, values in group:
                    self._advance(work, self._create(work, entity, values), age)

    def _advance(self, work: UnitOfWork, ticket: Record, age: int) -> None:
        steps = ["start"] if self._random.random() < 0.7 else []  # noqa: PLR2004 - a share of the tickets
        if age > CLOSED_AFTER_DAYS and self._random.random() < 0.9:  # noqa: PLR2004 - a share of the tickets
            steps = ["start", "resolve", "accept"]
        for step in steps:
            work.records.transition("trouble_ticket", ticket.id, step, work=work)


def _chunks(numbers: range) -> Iterator[range]:
    for start in range(0, len(numbers), CHUNK):
        yield numbers[start : start + CHUNK]
