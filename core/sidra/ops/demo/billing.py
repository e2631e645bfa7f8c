"""Invented billing accounts and bills: each bill is the sum of what the month's products cost."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from sidra.ops.demo.chance import Chance, Values, months_before
from sidra.ops.demo.profile import Profile
from sidra.ops.demo.subscriptions import Story
from sidra_metamodel.values import Period

DAYS_TO_PAY = 15
BILLS = 5
UNPAID_OF_SUSPENDED = 3
HUNDRED = Decimal(100)


class Billing:
    """Makes the accounts and bills of one country."""

    def __init__(self, profile: Profile, chance: Chance) -> None:
        self._profile, self._chance = profile, chance

    def bills(self, story: Story) -> list[Values]:
        """Return the bills of the last months, the oldest first; each is sent on the first day after its month."""
        months = [months_before(self._chance.today, back) for back in range(BILLS, 0, -1)]
        found = [bill for month in months for bill in self._bill(story, month)]
        return [
            {**bill, **self._payment(bill, unpaid)}
            for bill, unpaid in zip(found, self._unpaid(story, found), strict=True)
        ]

    def _bill(self, story: Story, month: datetime.date) -> Iterator[Values]:
        charged = [one.offer.price for one in story.subscriptions if one.is_billed_for(month)]
        if not charged:
            return
        amount, sent = sum(charged, Decimal(0)), months_before(month, -1)
        zone = self._chance.now.tzinfo
        begin, end = (datetime.datetime.combine(day, datetime.time(), zone) for day in (month, sent))
        yield {
            "bill_date": sent,
            "billing_period": Period(begin, end),
            "payment_due_date": sent + datetime.timedelta(days=DAYS_TO_PAY),
            "next_bill_date": months_before(sent, -1),
            "amount_due": self._chance.money(amount),
            "tax_included_amount": self._chance.money(amount),
            "tax_excluded_amount": self._chance.money(amount * HUNDRED / (HUNDRED + self._profile.tax_percent)),
        }

    def _unpaid(self, story: Story, bills: list[Values]) -> list[bool]:
        """For each bill, whether it is to be paid yet; late payers leave those behind that are due, too."""
        today = self._chance.today
        overdue = [bill for bill in bills if bill["payment_due_date"] < today]
        behind = UNPAID_OF_SUSPENDED if story.status == "suspended" else self._chance.random.choice((1, 1, 2))
        late = overdue[-behind:] if story.is_late else []
        is_early = story.status == "closed" or self._chance.happens(0.4)
        return [
            bill in late or (bill["payment_due_date"] >= today and (story.is_late or not is_early)) for bill in bills
        ]

    def _payment(self, bill: Values, unpaid: bool) -> Values:  # noqa: FBT001 - one of a pair
        amount = bill["amount_due"].amount
        if not unpaid:
            return {"state": "settled", "remaining_amount": self._chance.money(0)}
        if bill["payment_due_date"] < self._chance.today and self._chance.happens(0.2):
            return {"state": "partially_paid", "remaining_amount": self._chance.money(amount / 2)}
        return {"state": "sent", "remaining_amount": bill["amount_due"]}

    def account(self, story: Story, customer: Values, name: str, bills: list[Values]) -> Values:
        """Return a customer's billing account; what is owed stands in it below zero."""
        overdue = [
            bill for bill in bills if bill["state"] != "settled" and bill["payment_due_date"] < self._chance.today
        ]
        owed = sum((bill["remaining_amount"].amount for bill in bills), Decimal(0))
        standing = "dunning" if story.status == "suspended" and overdue else "late" if overdue else "in_order"
        return {
            "name": name,
            "unit": customer["unit"],
            "account_type": "prepaid" if story.is_prepaid else "postpaid",
            "state": {"suspended": "suspended", "closed": "closed"}.get(story.status, "active"),
            "payment_status": standing,
            "payment_method": customer["payment_method"],
            "paperless_billing": customer["paperless_billing"],
            **({} if story.is_prepaid else {"balance": self._chance.money(-owed)}),
        }
