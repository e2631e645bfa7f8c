"""Clients of the API who change the same record at once."""

import threading
from typing import Any

from tests.core.web.conftest import Client, World
from tests.core.web.test_api import customer

Json = dict[str, Any]


def test_merge_patches_of_one_value_at_once_lose_no_key(world: World, agent: Client, awa: Json) -> None:
    created = customer(agent, awa, address={"city": "Dakar"})
    clients = [world.client() for _ in range(8)]
    barrier = threading.Barrier(len(clients))

    def fill(number: int) -> None:
        barrier.wait()
        for turn in range(5):
            change = {"address": {f"line_{number}_{turn}": "x"}}
            assert clients[number].patch(created["href"], change).status_code == 200

    threads = [threading.Thread(target=fill, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = agent.get(created["href"]).json["address"]
    assert set(kept) == {"city", *(f"line_{number}_{turn}" for number in range(8) for turn in range(5))}
