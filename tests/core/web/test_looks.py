"""A look at the databases that are served: what it finds is in the log and under /health, and keeps nobody waiting."""

from __future__ import annotations

import pytest
from tests.core.web.conftest import Registry, State, World

from sidra.errors import Busy
from sidra.store.checking import DAMAGED, LACKING, Fault
from sidra.store.database import Store
from sidra.web import looks
from sidra.web.looks import Looks

FAULTS = [Fault(DAMAGED, "page 7 is never used", "restore it"), Fault(LACKING, "no right", "give it")]


def begun(world: World) -> Looks:
    """The looks of an application, after they were taken."""
    found: Looks = world.app.registry.looks
    found.begin(world.affiliates).join()
    return found


def test_nothing_is_told_of_databases_that_hold_together(world: World) -> None:
    assert begun(world).found == {}
    assert world.stranger().get("/health").json["faults"] == {}


def test_what_is_found_stands_in_the_log_and_under_health_by_its_code_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    runtime = world.affiliates.states["sn"].runtime
    assert runtime is not None
    monkeypatch.setattr(looks, "look_over", lambda store: FAULTS if store is runtime.store else [])
    begun(world)
    answer = world.stranger().get("/health")
    assert (answer.status_code, answer.json["faults"]) == (200, {"sn": [DAMAGED, LACKING]})
    assert "page 7" not in answer.text
    told = "".join(capfd.readouterr())
    assert "page 7 is never used" in told
    assert '"affiliate":"pl"' not in told


def test_a_database_that_does_not_answer_has_no_fault_that_would_stay(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(store: Store) -> list[Fault]:
        raise Busy("the database does not answer")

    monkeypatch.setattr(looks, "look_over", refuse)
    assert begun(world).found == {}


def test_an_affiliate_that_is_not_served_is_not_looked_at() -> None:
    taken = Looks()
    taken.look(Registry({"sn": State(None)}))
    assert taken.found == {}
