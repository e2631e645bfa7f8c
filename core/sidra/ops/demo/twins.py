"""People who were entered twice, as it happens at a counter: so that the demonstration has duplicates to merge."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from sidra.records.record import Record
from sidra.records.work import UnitOfWork

CUSTOMERS_A_TWIN = 300
"""One of so many customers was entered twice."""
MOST = 6
KEPT = ("birth_date", "gender", "nationality", "preferred_language", "place_of_birth")


def add_twins(work: UnitOfWork, customers: Sequence[tuple[Record, str]], random: Random) -> int:
    """Make some people and customers a second time, each with a slip; return how many. With each stands its unit."""
    people = [(one, unit) for one, unit in customers if one.entity == "individual" and one.get("family_name")]
    number = min(MOST, len(customers) // CUSTOMERS_A_TWIN, len(people))
    for person, unit in random.sample(people, number):
        twin = work.records.create("individual", {**_slipped(person, random), "unit": unit}, work=work)
        work.records.create("customer", {"engaged_party": twin.id, "unit": unit}, work=work)
    return number


def _slipped(person: Record, random: Random) -> dict[str, Any]:
    """Return what the second agent typed: a letter twice, or the names the other way round; no number of a document."""
    values = {name: person[name] for name in KEPT if person.get(name) is not None}
    given, family = person["given_name"], person["family_name"]
    others = {name: person[name] for name in person if name.startswith("x_") and isinstance(person.get(name), str)}
    values |= {name: text for name, text in others.items() if name.endswith("_name")}
    media = [
        {"medium_type": one["medium_type"], "phone_number": one["phone_number"]}
        for one in person["contact_media"]
        if one.get("phone_number")
    ]
    values["contact_media"] = media[:1]
    if random.random() < 0.5:  # noqa: PLR2004 - one half
        return values | {"given_name": family, "family_name": given}
    place = random.randrange(1, max(2, len(family)))
    return values | {"given_name": given, "family_name": family[:place] + family[place - 1 :]}
