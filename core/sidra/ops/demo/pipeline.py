"""What people have noted about invented opportunities and tickets, from streams of chance of their own."""

from __future__ import annotations

import datetime
from collections.abc import Container, Sequence
from random import Random

from sidra.ops.demo.accounts import TEAM_LEAD
from sidra.ops.demo.chance import Values
from sidra.ops.demo.profile import Profile

SEED = 4
OWNED = 0.8
KNOWN = {"qualification": 0.35, "proposal": 1.0, "negotiation": 1.0, "won": 1.0, "lost": 0.6}
"""How often it is known who decides and that there is money, by stage."""
HANDLED, FOLLOWED = 0.7, 0.6
HANDLERS = ("agent", "agent", "back_office", TEAM_LEAD)
FOLLOW_UP_DAYS = (-2, -1, 0, 0, 0, 1, 1, 2, 3, 4, 7, 10)
SOLVED = frozenset({"resolve", "accept"})
OWNERS = (TEAM_LEAD, TEAM_LEAD, "back_office", "agent")


class Pipeline:
    """Makes the notes of one country."""

    def __init__(self, profile: Profile, logins: Container[str]) -> None:
        self._logins = logins
        self._profile, self._steps = profile, profile.selling.steps
        self._random = Random(SEED)  # noqa: S311 - invented data

    def notes(self, stage: str) -> Values:
        """Return who sells, who decides, and what comes next, as far as it is known at a stage."""
        random, profile = self._random, self._profile
        owner = random.choice(OWNERS) if random.random() < OWNED else None
        is_known = random.random() < KNOWN[stage]
        given, family = random.choice((*profile.female, *profile.male)), random.choice(profile.family)
        step = random.choice(self._steps) if self._steps and stage not in {"won", "lost"} else None
        return {
            **({"owner": owner} if owner in self._logins else {}),
            **({"budget_confirmed": True, "decision_maker": f"{given} {family}"} if is_known else {}),
            **({"next_step": step} if step else {}),
        }


class Handling:
    """Makes who works on open tickets, and when somebody looks at them again."""

    def __init__(self, today: datetime.date, logins: Container[str]) -> None:
        self._today, self._logins = today, logins
        self._random = Random(SEED)  # noqa: S311 - invented data

    def notes(self, done: Sequence[str]) -> Values:
        """Return the person and the day of a ticket with which so much was done; nothing where it is solved."""
        random = self._random
        person = random.choice(HANDLERS) if random.random() < HANDLED else None
        day = self._today + datetime.timedelta(days=random.choice(FOLLOW_UP_DAYS))
        is_dated = random.random() < FOLLOWED
        if set(done) & SOLVED:
            return {}
        return {
            **({"assignee": person} if person in self._logins else {}),
            **({"follow_up_date": day} if is_dated else {}),
        }
