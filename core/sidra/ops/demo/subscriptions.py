"""What invented customers have: their standing with us, and products that fit it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from sidra.ops.demo.chance import Chance, Values, months_between
from sidra.ops.demo.profile import Offer, Place, Profile
from sidra.ops.demo.wallets import wallet_values

COMPANIES_SHARE = 0.08
STATUSES = {"active": 85, "prospect": 4, "suspended": 6, "closed": 5}
OLDEST_MONTHS = 132
TYPICAL_MONTHS = 34
LATE_SHARE = 0.09
"""Of active customers with bills: those who have not paid the last ones."""
ENDED_SHARE, LOST_SHARE, ORDERED_SHARE = 0.06, 0.02, 0.03
"""Of products of active customers: given up, suspended because the telephone is lost, ordered and not active yet."""
SETTLED_DAYS = 40
"""Nothing happens to a product in its first days."""
LINES_OF_COMPANIES = (1, 2, 2, 3, 3, 4, 5, 7)


@dataclass(frozen=True)
class Subscription:
    """A product of a customer and the time for which it is paid."""

    offer: Offer
    status: str
    number: str
    ordered: datetime.datetime
    start: datetime.datetime | None
    end: datetime.datetime | None = None

    @property
    def is_billed(self) -> bool:
        """Whether it stands on bills: what is prepaid does not."""
        return self.start is not None and not self.offer.prepaid and self.offer.price > 0

    def is_billed_for(self, month: datetime.date) -> bool:
        """Whether the bill of a month, given by its first day, charges it: it was there all month."""
        following = (month + datetime.timedelta(days=31)).replace(day=1)
        if not self.is_billed or self.start is None or self.start.date() > month:
            return False
        return self.end is None or self.end.date() >= following


@dataclass
class Story:
    """A customer: who it is, since when, and how it goes."""

    status: str
    place: Place
    is_company: bool
    since: datetime.date
    line: str
    """The number of the main line."""
    landline: str
    left: datetime.date | None = None
    is_late: bool = False
    subscriptions: list[Subscription] = field(default_factory=list)

    @property
    def active(self) -> list[Subscription]:
        """The products that work."""
        return [one for one in self.subscriptions if one.status == "active"]

    @property
    def monthly(self) -> Decimal:
        """What the products that are there cost a month."""
        kept = ("active", "suspended")
        return sum((one.offer.price for one in self.subscriptions if one.status in kept), Decimal(0))

    @property
    def is_prepaid(self) -> bool:
        """Whether nothing is ever billed."""
        return not any(one.is_billed for one in self.subscriptions)


class Stories:
    """Draws the customers of one country."""

    def __init__(self, profile: Profile, chance: Chance) -> None:
        self._profile, self._chance = profile, chance
        self._weights = [place.weight for place in profile.places]

    def draw(self) -> Story:
        """Return a customer with products."""
        chance = self._chance
        place = chance.random.choices(self._profile.places, self._weights)[0]
        status = chance.weighted(STATUSES)
        numbers = self._profile.mobile.draw(chance.random), place.fixed.draw(chance.random)
        story = Story(status, place, chance.happens(COMPANIES_SHARE), self._since(status), *numbers)
        if status == "closed":
            days = (chance.today - story.since).days
            story.left = story.since + datetime.timedelta(days=chance.random.randint(days // 2, days - 1))
        for number, offer in enumerate(self._offers(story)):
            story.subscriptions.append(self._subscription(story, offer, is_first=number == 0))
        is_billed = any(
            one.is_billed and one.start and one.start.date() < _last_month(chance.today) for one in story.subscriptions
        )
        story.is_late = is_billed and (status == "suspended" or (status == "active" and chance.happens(LATE_SHARE)))
        return story

    def _since(self, status: str) -> datetime.date:
        random, today = self._chance.random, self._chance.today
        if status == "prospect":
            return self._chance.at_work(today - datetime.timedelta(days=random.randrange(1, 21))).date()
        months = min(random.expovariate(1 / TYPICAL_MONTHS) + (4 if status != "active" else 0), OLDEST_MONTHS)
        return self._chance.at_work(
            today - datetime.timedelta(days=int(months * 30.4) + random.randrange(1, 30))
        ).date()

    def _offers(self, story: Story) -> Iterator[Offer]:
        """Yield the offers of a customer, that of the main line first; who is barred for unpaid bills has had bills."""
        random = self._chance.random
        audience = "company" if story.is_company else "person"
        offers = [offer for offer in self._profile.offers if offer.audience == audience]
        lines = [o for o in offers if o.category == "mobile" and not (o.prepaid and story.status == "suspended")]
        main = _one(self._chance, lines)
        yield main
        if story.is_company:
            yield from random.choices(lines, k=random.choice(LINES_OF_COMPANIES) - 1)
        for category, share in self._shares(main, is_company=story.is_company).items():
            found = [offer for offer in offers if offer.category == category]
            if found and story.status != "prospect" and self._chance.happens(share):
                yield _one(self._chance, found)
                if category == "internet":
                    yield from (o for o in offers if o.category == "television" and self._chance.happens(0.4))

    def _shares(self, main: Offer, *, is_company: bool) -> dict[str, float]:
        """How many customers with a main line have products of other categories, too."""
        if is_company:
            return {"internet": 0.8, "security": 0.4}
        if main.prepaid:
            return {"wallet": 0.55, "internet": 0.08}
        return {"wallet": 0.35, "internet": 0.5, "option": 0.25, "security": 0.15}

    def _subscription(self, story: Story, offer: Offer, *, is_first: bool) -> Subscription:
        chance, random = self._chance, self._chance.random
        number = story.line if is_first or offer.category == "wallet" else self._number(story, offer)
        if story.status == "prospect":
            return Subscription(offer, "pending_active", number, chance.at_work(story.since), None)
        last = story.left or chance.today
        later = 0 if is_first else int(random.triangular(0, (last - story.since).days, 0))
        ordered = chance.at_work(story.since + datetime.timedelta(days=later))
        start = min(
            ordered
            + datetime.timedelta(
                days=random.randrange(1, 9) if offer.category == "internet" else 0, minutes=random.randint(10, 60)
            ),
            chance.now,
        )
        if story.left is not None:
            end = max(start, chance.at_work(story.left))
            return Subscription(offer, "terminated", number, ordered, start, end)
        return self._standing(story, Subscription(offer, "active", number, ordered, start), is_first=is_first)

    def _standing(self, story: Story, made: Subscription, *, is_first: bool) -> Subscription:
        """Return a product as it stands today; wallets are never barred for unpaid bills."""
        chance, offer = self._chance, made.offer
        if story.status == "suspended":
            status = "suspended" if offer.category != "wallet" else "active"
            return Subscription(offer, status, made.number, made.ordered, made.start)
        age = (chance.now - (made.start or chance.now)).days
        if is_first or age < SETTLED_DAYS:
            return made
        if chance.happens(ENDED_SHARE):
            end = chance.at_work(chance.today - datetime.timedelta(days=chance.random.randrange(1, age - 20)))
            return Subscription(offer, "terminated", made.number, made.ordered, made.start, end)
        if offer.category == "mobile" and chance.happens(LOST_SHARE * 2):
            return Subscription(offer, "suspended", made.number, made.ordered, made.start)
        if chance.happens(ORDERED_SHARE):
            ordered = chance.at_work(chance.days_ago(0, 6))
            return Subscription(offer, "pending_active", made.number, ordered, None)
        return made

    def _number(self, story: Story, offer: Offer) -> str:
        match offer.category:
            case "mobile":
                return self._profile.mobile.draw(self._chance.random)
            case "internet":
                return story.landline
        return ""

    def customer(self, story: Story) -> Values:
        """Return a customer's record without its party."""
        chance, random, today = self._chance, self._chance.random, self._chance.today
        total = sum((one.offer.price * months_paid(one, today) for one in story.subscriptions), Decimal(0))
        methods = self._profile.company_payment_methods if story.is_company else self._profile.payment_methods
        tiers = [name for name, least in self._profile.tiers.items() if story.monthly >= least]
        return {
            "status": story.status,
            "unit": story.place.unit,
            "segment": tiers[-1] if tiers else next(iter(self._profile.tiers)),
            "customer_since": story.since,
            "tenure_months": 0 if story.status == "prospect" else months_between(story.since, story.left or today),
            "contract": "monthly" if story.is_prepaid else random.choice(("monthly", "one_year", "two_year")),
            "payment_method": chance.weighted(methods),
            "paperless_billing": chance.happens(0.7),
            "monthly_charges": chance.money(story.monthly),
            "total_charges": chance.money(total),
            **({} if story.left else {"churn_risk": self._risk(story)}),
            "churned": story.left is not None,
            "preferred_channel": random.choice(("voice", "voice", "shop", "sms", "email", "chat")),
            **({"notes": random.choice(self._profile.notes)} if chance.happens(0.15) else {}),
        }

    def _risk(self, story: Story) -> int:
        loyal = months_between(story.since, self._chance.today) // 6
        return max(2, min(95, int(self._chance.random.gauss(26, 14)) + 30 * story.is_late - min(loyal, 14)))

    def product(self, story: Story, one: Subscription) -> Values:
        """Return a product's record."""
        offer, chance = one.offer, self._chance
        return {
            "name": offer.name,
            "category": offer.category,
            "price": chance.money(offer.price),
            "status": one.status,
            "order_date": one.ordered,
            **({"start_date": one.start} if one.start else {}),
            **({"termination_date": one.end} if one.end else {}),
            **({"service_number": one.number} if offer.category in {"mobile", "internet"} else {}),
            **({"product_serial_number": self._serial()} if offer.category == "internet" and one.start else {}),
            **(self._usage(story, one) if one.status in {"active", "suspended"} else {}),
        }

    def _serial(self) -> str:
        return "HWTC" + "".join(self._chance.random.choices("0123456789ABCDEF", k=8))

    def _usage(self, story: Story, one: Subscription) -> Values:
        """Return how much was used this month, within what the offer allows."""
        offer, chance, texts = one.offer, self._chance, self._profile.usage
        passed = 1.0 if one.status == "suspended" else chance.today.day / 31
        if offer.category == "wallet":
            return wallet_values(self._profile, chance, story.line)
        if offer.prepaid:
            credit = chance.money(round(offer.price * chance.random.randrange(2, 40) / 20))
            return {"usage": texts.credit.format(amount=chance.written(credit))}
        if offer.allowance:
            used = round(offer.allowance * min(1, passed * chance.random.uniform(0.4, 1.3)), 1)
            written = chance.written(Decimal(str(used)))
            share = round(used * 100 / offer.allowance)
            return {"usage": texts.data.format(used=written, all=chance.written(offer.allowance)), "usage_share": share}
        if offer.category == "internet":
            used = int(passed * chance.random.triangular(40, 900, 180)) + 1
            return {"usage": texts.volume.format(used=chance.written(used))}
        return {}


def months_paid(one: Subscription, today: datetime.date) -> int:
    """Return for how many whole months a product was there: those on bills that were sent, if it is billed."""
    if one.start is None:
        return 0
    start = one.start.date()
    first = start if start.day == 1 else (start.replace(day=1) + datetime.timedelta(days=31)).replace(day=1)
    last = min(today, one.end.date() if one.end else today).replace(day=1)
    return max(0, (last.year - first.year) * 12 + last.month - first.month)


def _last_month(today: datetime.date) -> datetime.date:
    return (today.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)


def _one(chance: Chance, offers: list[Offer]) -> Offer:
    return chance.random.choices(offers, [offer.weight for offer in offers])[0]
