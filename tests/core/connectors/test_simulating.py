import datetime
from collections.abc import Iterator

import httpx
import pytest
from tests.core.models import model_of

from sidra.connectors.simulating import Simulation, answered
from sidra_metamodel.kinds.simulator import Simulator

WORDS = """
simulator: billing
answers:
  bills:
    path: /bills
    key: account
    rows: 3
    of:
      id: "{key}/{month}/{n}"
      amount_due__value: {least: 100, most: 900, step: 50}
      due_date: {day: 16}
      state: {among: [sent, settled], in_turn: true}
      channel: {among: [mail, paper]}
"""
DAY = datetime.date(2026, 1, 20)


@pytest.fixture
def words() -> Simulator:
    found = model_of(WORDS.lstrip()).documents("simulator")["billing"]
    assert isinstance(found, Simulator)
    return found


@pytest.fixture
def played(words: Simulator) -> Iterator[Simulation]:
    found = Simulation({("sn", "billing"): words})
    found.begin()
    yield found
    found.shutdown()
    found.server_close()


def test_answers_follow_from_the_key_alone(words: Simulator) -> None:
    bills = answered(words.answers["bills"], "A-1", DAY)
    assert bills == answered(words.answers["bills"], "A-1", DAY)
    assert bills != answered(words.answers["bills"], "A-2", DAY)
    assert [bill["id"] for bill in bills] == ["A-1/2026-01/1", "A-1/2025-12/2", "A-1/2025-11/3"]
    assert [bill["state"] for bill in bills] == ["sent", "settled", "settled"]
    assert [bill["dueDate"] for bill in bills] == ["2026-01-16", "2025-12-16", "2025-11-16"]
    assert all(100 <= bill["amountDue"]["value"] <= 900 for bill in bills)


def test_a_system_is_switched_while_it_runs(played: Simulation) -> None:
    address = f"{played.address}/sn/billing"
    ask = {"account": "A-1"}
    assert len(httpx.get(f"{address}/bills", params=ask).json()) == 3
    httpx.post(f"{address}/_control", json={"failing": 100})
    assert httpx.get(f"{address}/bills", params=ask).status_code == 503
    httpx.post(f"{address}/_control", json={"failing": 0, "garbage": "<html>"})
    assert httpx.get(f"{address}/bills", params=ask).text == "<html>"
    wrong = (b"{", b"[]", b'{"delay": -1}', b'{"delay": 1e9}', b'{"delay": null}', b'{"failing": 101}')
    assert {httpx.post(f"{address}/_control", content=each).status_code for each in wrong} == {400}
    assert httpx.post(f"{address}/_control", content=b" " * 9000).status_code == 400
    assert httpx.get(f"{address}/bills", params=ask).text == "<html>"


def test_what_nobody_plays_is_not_found(played: Simulation) -> None:
    for path in ("/sn/other/bills?account=1", "/eg/billing/bills?account=1", "/sn/billing/none?account=1", "/"):
        assert httpx.get(played.address + path).status_code == 404
