"""People of the demonstration who live together."""

from sidra.access.actor import system_actor
from sidra.records.query import Query
from sidra.runtime import Runtime


def test_some_people_of_one_name_live_together_and_the_eldest_is_the_head(demo: Runtime) -> None:
    records = demo.records(system_actor("test"))
    households = records.list("household", Query(limit=100)).records
    assert households
    for one in households:
        household = records.get("household", one.id)
        members = [records.get("individual", member.id) for member in household["members"]]
        assert 2 <= len(members) <= 4
        assert {member["family_name"] for member in members} == {household["name"]}
        assert min(members, key=lambda person: person["birth_date"])["household_role"] == "head"
        assert [member["household_role"] for member in members].count("partner") <= 1
