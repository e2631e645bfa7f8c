"""The customers of the benchmarks that compare endpoints: one table, the same rows and bodies for every side."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

AFFILIATES = ("FR", "ES", "PL", "RO", "BE", "EG", "MA", "SN", "CI", "ML", "CM", "JO", "TN", "SK", "MD")
ASKED = AFFILIATES[:3]
"""Those that the role with a rule on rows may see."""
STATUSES = ("active", "suspended", "prospect", "closed")
SEGMENTS = ("mass", "premium", "youth", "senior", "soho")
GIVEN = tuple("Ana Luc Marie Omar Fatou Jean Ion Ewa Piotr Aminata Karim Lea Hugo Nour Elena".split())  # noqa: SIM905 - names
FAMILY = tuple(  # as above
    "Martin Diallo Kowalski Popescu Dubois Haddad Ndiaye Traore Garcia Novak Rossi Mensah Ali Leroy Petit".split()  # noqa: SIM905
)
FIRST_MOMENT = datetime.datetime(2015, 1, 1, tzinfo=datetime.UTC)
SECONDS = 300_000_000

Row = dict[str, object]


def rows(count: int) -> Iterator[Row]:
    """Yield customers, each time the same; their `number` counts from one."""
    chance = random.Random(1)
    for number in range(1, count + 1):
        given, family = chance.choice(GIVEN), chance.choice(FAMILY) + str(chance.randrange(5000))
        at = FIRST_MOMENT + datetime.timedelta(seconds=chance.randrange(SECONDS))
        yield {
            "number": number,
            "affiliate": chance.choice(AFFILIATES),
            "status": chance.choice(("active", *STATUSES)),
            "segment": chance.choice(SEGMENTS),
            "given_name": given,
            "family_name": family,
            "email": f"{given}.{family}.{number}@example.org".lower(),
            "phone": f"+33{number:09d}",
            "birth_date": datetime.date(1940 + chance.randrange(60), 1 + chance.randrange(9), 10 + chance.randrange(9)),
            "credit_score": chance.randrange(900),
            "marketing_consent": chance.random() < 1 / 2,
            "created_at": at,
            "updated_at": at,
            "version": 1,
        }


def new_customer(chance: random.Random, number: int) -> Row:
    """Return a body for a create."""
    return {
        "affiliate": chance.choice(ASKED),
        "status": "active",
        "segment": chance.choice(SEGMENTS),
        "given_name": "Awa",
        "family_name": f"Ndiaye{number}",
        "email": f"awa.{number}@example.org",
        "phone": f"+33{number:09d}",
        "birth_date": "1990-05-17",
        "credit_score": chance.randrange(900),
        "marketing_consent": True,
    }


def some_filter(chance: random.Random) -> str:
    """Return a query for a list of a size."""
    where = f"affiliate={chance.choice(ASKED)}&status={chance.choice(STATUSES)}"
    return f"{where}&limit={chance.choice((20, 21, 22))}"


def camel(name: str) -> str:
    """Return the name as the API writes it."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
