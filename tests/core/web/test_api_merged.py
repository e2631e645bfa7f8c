"""The API leads clients on to what a record became part of, those who may see it, and no others."""

from tests.core.web.conftest import API, Client, World

from sidra.access.actor import system_actor
from sidra.identity.merging import Order, merge

INDIVIDUALS = f"{API}/party/v4/individual"


def test_the_address_of_a_merged_record_leads_to_its_survivor(world: World, agent: Client) -> None:
    keep, drop = (agent.post(INDIVIDUALS, {"givenName": "Awa", "familyName": "Ndiaye"}).json for _ in range(2))
    order = Order("individual", keep["id"], drop["id"])
    runtime = world.affiliates.states["sn"].runtime
    assert runtime is not None
    runtime.transact(system_actor("test"), lambda unit: merge(unit, order))
    answer = agent.get(f"{drop['href']}?fields=familyName")
    assert (answer.status_code, answer.headers["Location"]) == (307, f"{keep['href']}?fields=familyName")
    assert agent.get(answer.headers["Location"]).json["familyName"] == "Ndiaye"
    assert agent.get(f"{INDIVIDUALS}/01a20733-0000-7000-8000-000000000000").status_code == 404
