import datetime

import pytest
from tests.core.records.conftest import FILES, NOW, MakeModel

from sidra.access.actor import Actor, system_actor
from sidra.errors import BadQuery
from sidra.records.query import Filter, Query
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra_metamodel.model import Model

TERMS = "  term: {type: period, filter: true}\n  trial: {type: period}\n"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def model(make_model: MakeModel) -> Model:
    customer = FILES["core/customer.yaml"].replace("  note: {type: text}\n", "  note: {type: text}\n" + TERMS)
    roles = {
        name: f"role: {name}\nmay:\n  customer: {{do: [read], columns: {{term: {level}}}}}\n"
        for name, level in (("open", "read"), ("masked", "mask"), ("closed", "none"))
    }
    return make_model(customer=customer, **roles)


@pytest.fixture
def system(runtime: Runtime) -> Records:
    made = runtime.records(system_actor("test"))
    party = made.create("individual", {"family_name": "Diop"})
    for start, end in ((NOW, NOW + DAY), (NOW + DAY, None)):
        made.create("customer", {"engaged_party": party.id, "term": {"start": start, "end": end}})
    return made


def starts(records: Records, path: str, op: str, value: object) -> list[datetime.datetime]:
    query = Query(filters=(Filter(path, op, value),), sort=("created_at",))  # type: ignore[arg-type]  # a parameter
    return sorted(record["term"].start for record in records.list("customer", query).records)


@pytest.mark.parametrize(
    ("path", "op", "value", "found"),
    [
        ("term.start", "gt", NOW, [NOW + DAY]),
        ("term.start", "eq", NOW.isoformat(), [NOW]),
        ("term.end", "lte", NOW + DAY, [NOW]),
        ("term.end", "null", True, [NOW + DAY]),
        ("term.start", "in", [NOW, NOW + DAY], [NOW, NOW + DAY]),
    ],
)
def test_either_end_of_a_period_narrows_a_list(
    system: Records, path: str, op: str, value: object, found: list[datetime.datetime]
) -> None:
    assert starts(system, path, op, value) == found


@pytest.mark.parametrize("path", ["term.middle", "trial.start", "name.start", "term.start.start"])
def test_what_is_no_end_of_a_declared_period_narrows_nothing(system: Records, path: str) -> None:
    with pytest.raises(BadQuery, match="no filter"):
        starts(system, path, "gt", NOW)


@pytest.mark.parametrize("value", ["soon", 5, {}])
def test_an_end_is_compared_with_a_moment(system: Records, value: object) -> None:
    with pytest.raises(BadQuery, match="cannot be read"):
        starts(system, "term.start", "gt", value)


def test_a_period_that_is_hidden_or_masked_tells_nothing_by_its_ends(runtime: Runtime, system: Records) -> None:
    del system

    def asked(role: str) -> int:
        reader = runtime.records(Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({role}), ()))
        return len(reader.list("customer", Query(filters=(Filter("term.start", "gte", NOW),))).records)

    assert asked("open") == 2
    for role in ("masked", "closed"):
        with pytest.raises(BadQuery, match="no filter"):
            asked(role)
