"""Invented accounts, products, bills, interactions and tickets of a customer."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from sidra.ops.demo.profile import Offer, Profile
from sidra_metamodel.values import Money

Values = dict[str, Any]
DAYS_TO_PAY = 15
LATE_DAYS_TO_PAY = 5
BILLS = 4
OLDEST_TICKET_DAYS = 119
CHANNELS = ("voice", "voice", "shop", "web", "email", "sms", "chat", "social", "ivr")
SEGMENTS = ("standard", "standard", "standard", "silver", "silver", "gold", "platinum")
CATEGORIES = ("information", "information", "billing", "billing", "technical", "sales", "account", "complaint")
USAGE = {"mobile": (1, 40, "GB"), "internet": (20, 600, "GB"), "wallet": (5, 900, "%")}
STATUSES = {"active": 84, "prospect": 5, "suspended": 6, "closed": 5}
PRODUCT_STATUSES = {
    "active": {"active": 90, "suspended": 5, "pending_active": 3, "terminated": 2},
    "prospect": {"pending_active": 1},
    "suspended": {"suspended": 1},
    "closed": {"terminated": 1},
}
"""How many in a hundred products of a customer are in which state, by the state of the customer."""
LATE_SHARES = {"active": 0.1, "prospect": 0.0, "suspended": 0.8, "closed": 0.2}
"""The share of customers who have not paid their last two bills."""


@dataclass(frozen=True, slots=True)
class Sale:
    """An offer with the id of its record."""

    offer: Offer
    id: str


class Commerce:
    """Makes what a customer of one country has and does."""

    def __init__(self, profile: Profile, random: Random, now: datetime.datetime, currency: str, digits: int) -> None:
        """Work up to a moment; `digits` are the decimals that prices of the currency have."""
        self._profile, self._random, self._now = profile, random, now
        self._today = now.date()
        self._currency, self._digits = currency, digits

    def customer(self, unit: str) -> Values:
        """Return a customer without its party."""
        random = self._random
        status = self._weighted(STATUSES)
        tenure = 0 if status == "prospect" else min(int(random.expovariate(1 / 40)), 180)
        monthly = sum(Decimal(random.choice(self._profile.offers).price) for _ in range(2))
        return {
            "status": status,
            "unit": unit,
            "segment": random.choice(SEGMENTS),
            "customer_since": self._today - datetime.timedelta(days=tenure * 30 + random.randrange(30)),
            "tenure_months": tenure,
            "contract": random.choice(("monthly", "one_year", "two_year")),
            "payment_method": random.choice(("bank_transfer", "credit_card", "direct_debit", "cash")),
            "paperless_billing": self._is_chosen(0.7),
            "monthly_charges": self._money(monthly),
            "total_charges": self._money(monthly * tenure),
            "churn_risk": min(100, int(random.betavariate(1.6, 4) * 100)),
            "churned": status == "closed",
            "satisfaction": random.randint(3, 10),
            "preferred_channel": random.choice(CHANNELS),
        }

    def is_late(self, customer: Values) -> bool:
        """Draw whether a customer owes money."""
        return self._is_chosen(LATE_SHARES[customer["status"]])

    def account(self, customer: Values, name: str, *, is_late: bool) -> Values:
        """Return a customer's billing account."""
        return {
            "name": name,
            "unit": customer["unit"],
            "payment_status": "late" if is_late else "in_order",
            "payment_method": customer["payment_method"],
            "paperless_billing": customer["paperless_billing"],
        }

    def products(self, sales: list[Sale], customer: Values) -> Iterator[Values]:
        """Yield a customer's products, a mobile line first."""
        random = self._random
        lines = [sale for sale in sales if sale.offer.category == "mobile"]
        others = [sale for sale in sales if sale.offer.category != "mobile"]
        for sale in [random.choice(lines), *random.sample(others, random.choice((0, 0, 1, 1, 2, 3)))]:
            status = self._weighted(PRODUCT_STATUSES[customer["status"]])
            start = self._moment(customer["customer_since"] + datetime.timedelta(days=random.randrange(30)))
            ended = {"termination_date": max(start, self._moment(self._today))} if status == "terminated" else {}
            yield {
                "name": sale.offer.name,
                "category": sale.offer.category,
                "product_offering": sale.id,
                "price": self._money(sale.offer.price),
                "status": status,
                "start_date": start,
                **ended,
                **self._line(sale.offer.category),
                **self._usage(sale.offer.category),
            }

    def _line(self, category: str) -> Values:
        numbers = {"mobile": self._profile.mobile, "internet": self._profile.fixed}.get(category)
        return {"service_number": numbers.draw(self._random)} if numbers else {}

    def _usage(self, category: str) -> Values:
        if category not in USAGE:
            return {}
        least, most, unit = USAGE[category]
        return {"usage": f"{self._random.randint(least, most)} {unit}"}

    def bills(self, customer: Values, *, is_late: bool) -> Iterator[Values]:
        """Yield the bills of the last months, the oldest first: open until they are due, of late payers for longer."""
        monthly = customer["monthly_charges"].amount
        for back in range(min(BILLS, customer["tenure_months"]) - 1, -1, -1):
            date = _months_before(self._today, back)
            amount = self._money(monthly * self._random.randint(95, 125) / 100)
            due = date + datetime.timedelta(days=LATE_DAYS_TO_PAY if is_late else DAYS_TO_PAY)
            is_open = (is_late and back <= 1) or due >= self._today
            yield {
                "bill_date": date,
                "next_bill_date": _months_before(date, -1),
                "payment_due_date": due,
                "amount_due": amount,
                "remaining_amount": amount if is_open else self._money(Decimal(0)),
                "state": "sent" if is_open else "settled",
            }

    def interactions(self) -> Iterator[Values]:
        """Yield a customer's contacts of the last months."""
        random = self._random
        for _ in range(random.choice((0, 1, 1, 2, 2, 3, 5))):
            date = self._today - datetime.timedelta(days=int(random.expovariate(1 / 40)))
            at = self._moment(date)
            minutes = datetime.timedelta(minutes=random.randint(1, 25))
            is_going_on = date == self._today and self._is_chosen(0.3)
            yield {
                "reason": random.choice(self._profile.interactions),
                "category": random.choice(CATEGORIES),
                "interaction_date": at,
                **({} if is_going_on else {"interaction_end": min(at + minutes, self._now)}),
                "direction": random.choice(("inbound", "inbound", "inbound", "outbound")),
                "channel": random.choice(CHANNELS),
                "status": "in_progress" if is_going_on else "completed",
            }

    def tickets(self) -> Iterator[tuple[datetime.datetime, Values]]:
        """Yield a customer's tickets, each with the moment at which it was opened."""
        random = self._random
        for _ in range(random.choices((0, 1, 2, 3), (58, 28, 10, 4))[0]):
            text = random.choice(self._profile.tickets)
            age = datetime.timedelta(days=min(int(random.expovariate(1 / 25)), OLDEST_TICKET_DAYS))
            yield (
                self._moment(self._today - age),
                {
                    "name": text,
                    "description": text,
                    "ticket_type": random.choices(("fault", "billing", "service_request", "complaint"), (5, 2, 2, 1))[
                        0
                    ],
                    "severity": random.choices(("critical", "major", "minor"), (1, 3, 6))[0],
                    "channel": random.choice(CHANNELS),
                },
            )

    def _is_chosen(self, share: float) -> bool:
        return self._random.random() < share

    def _weighted(self, weights: Mapping[str, int]) -> str:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def _money(self, amount: Decimal | int) -> Money:
        return Money(round(Decimal(amount), self._digits), self._currency)

    def _moment(self, date: datetime.date) -> datetime.datetime:
        """Return a moment of a day within opening hours, and never one that is still to come."""
        at = datetime.time(self._random.randint(8, 19), self._random.randrange(60), tzinfo=self._now.tzinfo)
        moment = datetime.datetime.combine(min(date, self._today), at)
        return min(moment, self._now - datetime.timedelta(minutes=self._random.randrange(1, 30)))


def _months_before(date: datetime.date, months: int) -> datetime.date:
    """Return the first day of the month that lies so many months before."""
    count = date.year * 12 + date.month - 1 - months
    return datetime.date(count // 12, count % 12 + 1, 1)
