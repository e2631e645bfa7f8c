"""Invented loyalty accounts and market segments."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sidra.ops.demo.chance import Chance, Values, months_between
from sidra.ops.demo.profile import Profile
from sidra.ops.demo.subscriptions import Story, months_paid

MEMBERS_SHARE = 0.65
MEMBER_AFTER_MONTHS = 6
TIERS = {"bronze": 0, "silver": 3000, "gold": 9000, "x_pl_diamond": 18000}
SPENT_SHARE = 0.5
YOUNG_YEARS, SENIOR_YEARS = 27, 62
VALUE_OF_MONTHS = Decimal(4)
MAX_SCORE = 100


def loyalty_account(story: Story, chance: Chance, tiers: set[str]) -> Values | None:
    """Return the account of a member of the programme: a point for each unit of money paid, less what was spent."""
    is_member = story.status == "active" and not story.is_company and chance.happens(MEMBERS_SHARE)
    if not is_member or months_between(story.since, chance.today) < MEMBER_AFTER_MONTHS:
        return None
    earned = int(sum(one.offer.price * months_paid(one, chance.today) for one in story.subscriptions))
    tier = [name for name, least in TIERS.items() if name in tiers and earned >= least][-1]
    points = int(earned * chance.random.uniform(SPENT_SHARE, 1))
    year = chance.today.year + 1
    expires = {"points_expire_on": datetime.date(year, 12, 31)} if points else {}
    return {"tier": tier, "points": points, **expires}


def segment_of(story: Story, born: datetime.date | None, today: datetime.date) -> str:
    """Return which of the market segments a customer belongs to."""
    if story.is_company or born is None:
        return "company"
    age = months_between(born, today) // 12
    if age <= YOUNG_YEARS:
        return "young"
    if age >= SENIOR_YEARS:
        return "senior"
    categories = {one.offer.category for one in story.active}
    return "family" if categories & {"television", "option"} else "other"


def value_score(story: Story, profile: Profile, today: datetime.date) -> int:
    """Return what a customer is worth, of a hundred: by what it pays, and for how long it has."""
    highest = max(profile.tiers.values()) or Decimal(1)
    score = 60 * min(Decimal(1), story.monthly / highest) + months_between(story.since, today) / VALUE_OF_MONTHS
    return min(MAX_SCORE, int(score))
