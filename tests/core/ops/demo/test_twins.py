"""People of the demonstration who were entered twice."""

import pytest
from tests.core.ops.demo.conftest import MakeRuntime, folder_of

from sidra.access.actor import system_actor
from sidra.identity.pairs import Place
from sidra.ops.demo import twins
from sidra.ops.demo.generate import generate


@pytest.mark.parametrize("affiliate", ["sn", "eg", "pl"])
def test_some_people_are_there_twice_and_wait_to_be_compared(
    make_runtime: MakeRuntime, monkeypatch: pytest.MonkeyPatch, affiliate: str
) -> None:
    monkeypatch.setattr(twins, "CUSTOMERS_A_TWIN", 10)
    runtime = make_runtime(affiliate)
    generate(runtime, folder_of(affiliate), customers=30)
    records = runtime.records(system_actor("test"))
    with runtime.store.reading() as connection:
        found = runtime.pairs.page(connection, Place(), 100)
    people = [one for one in found if one.entity == "individual"]
    assert len(people) >= 3
    for pair in people[:3]:
        one, other = (records.get("individual", id) for id in (pair.left, pair.right))
        assert one["birth_date"] == other["birth_date"]
        assert len(one["customers"]) == len(other["customers"]) == 1
