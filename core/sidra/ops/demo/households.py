"""People of one name who live in one place, put together as households."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter

from sidra.records.record import Record
from sidra.records.work import UnitOfWork

CUSTOMERS_A_HOUSEHOLD = 12
MOST_MEMBERS = 4
PARTNER_YEARS, PARENT_YEARS = 15, 18


def add_households(work: UnitOfWork, customers: Sequence[tuple[Record, str]]) -> int:
    """Make households of people of one unit and family name, where there are several; return how many."""
    families: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    for one, unit in customers:
        if one.entity == "individual":
            families[unit, one["family_name"]].append(one)
    several = ((place, people) for place, people in families.items() if len(people) > 1)
    wanted = len(customers) // CUSTOMERS_A_HOUSEHOLD
    made = list(islice(several, wanted))
    for (_, name), people in made:
        household = work.records.create("household", {"name": name}, work=work)
        for person, role in roles(sorted(people, key=itemgetter("birth_date"))[:MOST_MEMBERS]):
            joined = {"household": household.id, "household_role": role}
            work.records.update("individual", person.id, joined, work=work)
    return len(made)


def roles(members: Sequence[Record]) -> Iterator[tuple[Record, str]]:
    """Who is what to the eldest, as their ages and genders suggest."""
    head, has_partner = members[0], False
    yield head, "head"
    for person in members[1:]:
        years = (person["birth_date"] - head["birth_date"]).days // 365
        if years < PARTNER_YEARS and not has_partner and person["gender"] != head["gender"]:
            has_partner = True
            yield person, "partner"
        else:
            yield person, "child" if years >= PARENT_YEARS else "relative"
