"""Invented tickets with the contacts around them, and contacts about other things."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sidra.ops.demo.chance import Chance, Values
from sidra.ops.demo.profile import ContactText, Profile, TicketText
from sidra.ops.demo.subscriptions import Story, Subscription

Moment = datetime.datetime

OLDEST_DAYS = 119
NEW_DAYS = 45
TICKETS = ((0, 1, 2, 3), (60, 28, 9, 3))
CONTACTS = (0, 1, 1, 2, 2, 3, 4)
HOURS_TO_SOLVE = {"critical": (1, 9), "major": (3, 40), "minor": (12, 120)}
OVERDUE_SHARE = 0.15
"""Of tickets: those that take several times as long."""
WAITING = {"in_progress": 6, "pending": 2, "held": 1}
HOLD_REASONS = ("spare_part", "field_team", "third_party")
FAST = datetime.timedelta(hours=2)


@dataclass(frozen=True)
class Step:
    """A step of a ticket's life cycle, when it was taken, and what was noted with it."""

    at: Moment
    name: str
    reason: str | None = None


@dataclass(frozen=True)
class Case:
    """A ticket as it was opened, what became of it, and the contacts about it."""

    opened: Moment
    ticket: Values
    product: Subscription
    steps: tuple[Step, ...]
    contacts: tuple[Values, ...]
    satisfaction: int | None = None


class Care:
    """Makes the tickets and contacts of one country."""

    def __init__(self, profile: Profile, chance: Chance) -> None:
        self._profile, self._chance = profile, chance

    def cases(self, story: Story) -> list[Case]:
        """Return a customer's tickets: about products that were there, and one of a kind."""
        random = self._chance.random
        count = random.choices(*TICKETS)[0] if story.subscriptions else 0
        made: list[Case] = []
        for _ in range(count):
            product = random.choice(story.subscriptions)
            said = {case.ticket["name"] for case in made}
            texts = [text for text in self._profile.tickets if self._fits(text, product) and text.subject not in said]
            opened = self._opened(product)
            if texts and opened is not None:
                made.append(self._case(random.choice(texts), product, opened))
        return made

    def _fits(self, text: TicketText, product: Subscription) -> bool:
        return text.category == product.offer.category and (text.type != "billing" or product.is_billed)

    def _opened(self, product: Subscription) -> Moment | None:
        """Return when a ticket about a product was opened: while it was active, in the last months."""
        start = product.start.date() if product.start else self._chance.today
        last = (product.end or self._chance.now).date()
        least, most = (self._chance.today - last).days, (self._chance.today - start).days - 2
        if most <= least or least >= OLDEST_DAYS:
            return None
        return self._chance.at_work(self._chance.days_ago(least, min(most, OLDEST_DAYS)))

    def _case(self, text: TicketText, product: Subscription, opened: Moment) -> Case:
        chance, random = self._chance, self._chance.random
        channel = random.choice(("voice", "voice", "voice", "shop", "chat", "email"))
        ticket = {
            "name": text.subject,
            "description": text.description,
            "ticket_type": text.type,
            "severity": text.severity,
            "channel": channel,
            "queue": self._profile.queues[text.type],
        }
        steps = self._steps(text, opened)
        is_solved = bool(steps) and steps[-1].name in {"resolve", "accept"}
        contacts = [self._contact(text.contact, _category(text.type), opened, channel)]
        if is_solved:
            solved = next(step.at for step in steps if step.name == "resolve")
            answer = min(chance.awake(solved + datetime.timedelta(minutes=random.randint(5, 50))), chance.now)
            by = "voice" if text.severity != "minor" else "sms"
            contacts.append(self._contact(text.answer, _category(text.type), answer, by, "outbound"))
        is_closed = is_solved and steps[-1].name == "accept"
        quick = is_solved and solved - opened < FAST * 12
        satisfaction = random.randint(7, 10) if quick else random.randint(3, 8)
        return Case(opened, ticket, product, tuple(steps), tuple(contacts), satisfaction if is_closed else None)

    def _steps(self, text: TicketText, opened: Moment) -> list[Step]:
        """Return what was done about a ticket until now."""
        chance, random = self._chance, self._chance.random
        least, most = HOURS_TO_SOLVE[text.severity]
        hours = random.uniform(least, most) * (random.randint(3, 6) if chance.happens(OVERDUE_SHARE) else 1)
        started = opened + datetime.timedelta(minutes=random.randint(4, 90))
        solved = max(chance.awake(opened + datetime.timedelta(hours=hours)), started)
        closed = chance.awake(solved + datetime.timedelta(hours=random.uniform(4, 60)))
        if closed < chance.now:
            return [Step(started, "start"), Step(solved, "resolve"), Step(closed, "accept")]
        if solved < chance.now:
            return [Step(started, "start"), Step(solved, "resolve")]
        return self._work(started) if started < chance.now else []

    def _work(self, started: Moment) -> list[Step]:
        """Return what was done about a ticket that is not solved yet."""
        chance = self._chance
        taken = Step(started, "start")
        halted = started + (chance.now - started) * chance.random.uniform(0.2, 0.8)
        match chance.weighted(WAITING):
            case "held":
                return [taken, Step(halted, "hold", chance.random.choice(HOLD_REASONS))]
            case "pending":
                return [taken, Step(halted, "wait")]
        return [taken]

    def contacts(self, story: Story) -> list[Values]:
        """Return a customer's contacts that are about no ticket, each such as customers in its situation have."""
        situations = self._situations(story)
        possible = [text for text in self._profile.contacts if set(text.of) <= situations]
        count = min(self._chance.random.choice(CONTACTS), len(possible))
        chosen = self._chance.random.sample(possible, count)
        return [contact for text in chosen for contact in self._free(story, text)]

    def _situations(self, story: Story) -> set[str]:
        found = {"company" if story.is_company else "person"}
        found |= {one.offer.category for one in story.active}
        found |= {"late"} if story.is_late else set()
        found |= {story.status} - {"active"}
        found |= {"new"} if (self._chance.today - story.since).days <= NEW_DAYS and not story.left else set()
        return found

    def _free(self, story: Story, text: ContactText) -> Iterator[Values]:
        chance = self._chance
        least = (chance.today - story.left).days if story.left else 0
        most = min((chance.today - story.since).days, least + OLDEST_DAYS)
        if "late" in text.of or "suspended" in text.of:
            most = min(most, 20)
        if "closed" in text.of:
            most = least
        offers = [one.offer.name for one in story.subscriptions if one.offer.category in text.of]
        words = {"offer": offers[0] if offers else story.subscriptions[0].offer.name}
        moment = chance.at_work(chance.days_ago(least, max(least, most)))
        channel = chance.random.choice(text.channels)
        yield self._contact(
            text.reason.format(**words),
            text.category,
            moment,
            channel,
            text.direction,
            text.description.format(**words),
        )

    def _contact(
        self, reason: str, category: str, at: Moment, channel: str, direction: str = "inbound", description: str = ""
    ) -> Values:
        chance = self._chance
        minutes = datetime.timedelta(minutes=chance.random.randint(2, 14), seconds=chance.random.randrange(60))
        is_talk = channel in {"voice", "shop", "chat"}
        is_going_on = is_talk and direction == "inbound" and chance.now - at < FAST and chance.happens(0.3)
        agent = {"agent": chance.random.choice(self._profile.agents)} if is_talk or channel == "email" else {}
        return {
            "reason": reason,
            "category": category,
            "interaction_date": at,
            **({} if is_going_on else {"interaction_end": min(at + minutes, chance.now) if is_talk else at}),
            "direction": direction,
            "channel": channel,
            "status": "in_progress" if is_going_on else "completed",
            **({"description": description} if description else {}),
            **agent,
        }


def satisfaction_of(cases: list[Case], chance: Chance) -> int:
    """Return how satisfied a customer is: as with the tickets that were closed."""
    said = [case.satisfaction for case in cases if case.satisfaction is not None]
    if said:
        return round(sum(said) / len(said))
    return chance.random.choice((6, 7, 7, 8, 8, 8, 9, 9, 10)) - 2 * bool(cases)


def _category(ticket_type: str) -> str:
    categories: Mapping[str, str] = {"fault": "technical", "billing": "billing", "complaint": "complaint"}
    return categories.get(ticket_type, "account")
