"""Invented accounts, products, bills, interactions and tickets of a customer."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from sidra.ops.demo.profile import Offer, Profile
from sidra_metamodel.values import Money

Values = dict[str, Any]
DAYS_TO_PAY = 15
BILLS = 4
CHANNELS = ("voice", "voice", "shop", "web", "email", "sms", "chat", "social", "ivr")
SEGMENTS = ("standard", "standard", "standard", "silver", "silver", "gold", "platinum")
USAGE = {"mobile": (1, 40, "GB"), "internet": (20, 600, "GB"), "wallet": (5, 900, "%")}


@dataclass(frozen=True, slots=True)
class Sale:
    """An offer with the id of its record."""

    offer: Offer
    id: str


class Commerce:
    """Makes what a customer of one country has and does."""

    def __init__(self, profile: Profile, random: Random, today: datetime.date, currency: str, digits: int) -> None:
        self._profile, self._random, self._today = profile, random, today
        self._currency, self._digits = currency, digits

    def customer(self, unit: str) -> Values:
        """Return a customer without its party."""
        random = self._random
        tenure = min(int(random.expovariate(1 / 40)), 180)
        status = random.choices(("active", "prospect", "suspended", "closed"), (84, 5, 6, 5))[0]
        monthly = Decimal(random.choice(self._profile.offers).price) + Decimal(random.choice(self._profile.offers).price)
        return {
            "status": status,
            "unit": unit,
            "segment": random.choice(SEGMENTS),
            "customer_since": self._today - datetime.timedelta(days=tenure * 30 + random.randrange(30)),
            "tenure_months": tenure,
            "contract": random.choice(("monthly", "one_year", "two_year")),
            "payment_method": random.choice(("bank_transfer", "credit_card", "direct_debit", "cash")),
            "paperless_billing": random.random() < 0.7,  # noqa: PLR2004 - a share of the people
            "monthly_charges": self._money(monthly),
            "total_charges": self._money(monthly * max(tenure, 1)),
            "churn_risk": min(100, int(random.betavariate(1.6, 4) * 100)),
            "churned": status == "closed",
            "satisfaction": random.randint(3, 10),
            "preferred_channel": random.choice(CHANNELS),
        }

    def products(self, sales: list[Sale], since: datetime.date) -> Iterator[Values]:
        """Yield a customer's products, a mobile line first."""
        random = self._random
        lines = [sale for sale in sales if sale.offer.category == "mobile"]
        others = [sale for sale in sales if sale.offer.category != "mobile"]
        for sale in [random.choice(lines), *random.sample(others, random.choice((0, 0, 1, 1, 2, 3)))]:
            yield {
                "name": sale.offer.name,
                "category": sale.offer.category,
                "product_offering": sale.id,
                "price": self._money(sale.offer.price),
                "status": random.choices(("active", "suspended", "pending_active", "terminated"), (86, 6, 4, 4))[0],
                "start_date": self._moment(since + datetime.timedelta(days=random.randrange(30))),
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

    def bills(self, monthly: Money) -> Iterator[Values]:
        """Yield the bills of the last months, the oldest first; the last may be open or overdue."""
        is_late = self._random.random() < 0.12  # noqa: PLR2004 - a share of the people
        for back in range(BILLS, 0, -1):
            date = (self._today.replace(day=1) - datetime.timedelta(days=30 * (back - 1))).replace(day=1)
            amount = self._money(monthly.amount * Decimal(self._random.randint(95, 125)) / 100)
            is_open = back == 1 or (back <= 2 and is_late)  # noqa: PLR2004 - the last two
            yield {
                "bill_date": date,
                "payment_due_date": date + datetime.timedelta(days=DAYS_TO_PAY if not is_late else 5),
                "amount_due": amount,
                "remaining_amount": amount if is_open else self._money(Decimal(0)),
                "state": "sent" if is_open else "settled",
            }

    def interactions(self) -> Iterator[Values]:
        """Yield a customer's contacts of the last months."""
        random = self._random
        for _ in range(random.choice((0, 1, 1, 2, 2, 3, 5))):
            yield {
                "reason": random.choice(self._profile.interactions),
                "interaction_date": self._moment(self._today - datetime.timedelta(days=int(random.expovariate(1 / 40)))),
                "direction": random.choice(("inbound", "inbound", "inbound", "outbound")),
                "channel": random.choice(CHANNELS),
                "status": random.choice(("completed", "completed", "completed", "in_progress")),
            }

    def tickets(self) -> Iterator[tuple[int, Values]]:
        """Yield a customer's tickets, each with its age in days."""
        random = self._random
        for _ in range(random.choices((0, 1, 2, 3), (58, 28, 10, 4))[0]):
            text = random.choice(self._profile.tickets)
            yield min(int(random.expovariate(1 / 25)), 119), {
                "name": text,
                "description": text,
                "ticket_type": random.choices(("fault", "billing", "service_request", "complaint"), (5, 2, 2, 1))[0],
                "severity": random.choices(("critical", "major", "minor"), (1, 3, 6))[0],
                "channel": random.choice(CHANNELS),
            }

    def _money(self, amount: Decimal) -> Money:
        return Money(round(Decimal(amount), self._digits), self._currency)

    def _moment(self, date: datetime.date) -> datetime.datetime:
        at = datetime.time(self._random.randint(8, 19), self._random.randrange(60), tzinfo=datetime.UTC)
        moment = datetime.datetime.combine(min(date, self._today), at)
        return min(moment, datetime.datetime.combine(self._today, datetime.time(0, 1), datetime.UTC))
