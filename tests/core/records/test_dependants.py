from __future__ import annotations

from collections.abc import Callable

import pytest

from sidra.access.actor import system_actor
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

CLUB = """
entity: club
attributes:
  name: {type: string}
  title: {type: string, compute: "concat(name, '!')"}
  size: {type: integer, compute: {by: "members.size()", stored: true}}
  best: {type: integer, compute: {by: "members.filter(m, m.score == 3).size() * 3", stored: true}}
relations:
  members: {to: player, many: true}
  first_player: {to: player}
"""
PLAYER = """
entity: player
attributes:
  score: {type: integer}
  greeting: {type: string, compute: {by: "club.title", stored: true}, search: true}
  echo: {type: string, compute: {by: "club.first_player.greeting", stored: true}}
  rank: {type: string}
relations:
  club: {to: club}
"""
RULE = """
rule: player_rank
kind: compute
on: player
at: rank
value: "club.name"
"""


@pytest.fixture
def system(make_model: Callable[..., Model], store: Store) -> Records:
    runtime = Runtime(make_model(club=CLUB, player=PLAYER, player_rank=RULE), store)
    return runtime.records(system_actor("test"))


def test_values_follow_through_values_that_are_computed_at_reading(system: Records) -> None:
    club = system.create("club", {"name": "Lions"})
    player = system.create("player", {"club": club.id})
    assert (player["greeting"], player["rank"]) == ("Lions!", "Lions")
    system.update("club", club.id, {"name": "Eagles"})
    found = system.get("player", player.id)
    assert (found["greeting"], found["rank"], found.version) == ("Eagles!", "Eagles", 1)
    assert [hit.id for hit in system.search("eagles")] == [player.id]


def test_values_follow_values_that_followed(system: Records) -> None:
    club = system.create("club", {"name": "Lions"})
    first = system.create("player", {"club": club.id})
    system.update("club", club.id, {"first_player": first.id})
    other = system.create("player", {"club": club.id})
    assert other["echo"] == "Lions!"
    system.update("club", club.id, {"name": "Eagles"})
    assert system.get("player", other.id)["echo"] == "Eagles!"


def test_values_follow_links(system: Records) -> None:
    players = [system.create("player", {}) for _ in range(2)]
    club = system.create("club", {"name": "x", "members": [player.id for player in players]})
    assert system.get("club", club.id)["best"] == 0
    system.update("player", players[0].id, {"score": 3})
    assert system.get("club", club.id)["best"] == 3
    assert [found.id for found in system.get("club", club.id)["members"]] == [player.id for player in players]


def test_what_a_change_gives_back_has_what_followed_from_it_in_its_turn(
    make_model: Callable[..., Model], store: Store
) -> None:
    debtor = """
entity: debtor
attributes:
  discount: {type: integer}
  total: {type: integer, compute: {by: "debts.map(d, d.rest).sum()", stored: true}}
relations: {debts: {to: debt, many: true, inverse: debtor}}
"""
    debt = """
entity: debt
attributes:
  amount: {type: integer}
  rest: {type: integer, compute: {by: "amount - debtor.discount", stored: true}}
  share: {type: integer, compute: {by: "debtor.total", stored: true}}
relations: {debtor: {to: debtor}}
"""
    records = Runtime(make_model(debtor=debtor, debt=debt), store).records(system_actor("test"))
    owing = records.create("debtor", {"discount": 1})
    made = records.create("debt", {"debtor": owing.id, "amount": 10})
    assert dict(made) == dict(records.get("debt", made.id))
    assert made["share"] == 9
    changed = records.update("debtor", owing.id, {"discount": 5})
    assert dict(changed) == dict(records.get("debtor", owing.id))
    assert changed["total"] == 5
