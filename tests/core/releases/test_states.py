"""A state or a step that goes while records stand in it: found with their number before anything is put in force."""

from collections.abc import Iterator

import pytest
from tests.core.releases.installed import CORE, Installed, item

from sidra.releases.plan import Count, Impact
from sidra.store.database import Store

ENTITY, STATES = f"{CORE}/entities/task.yaml", f"{CORE}/enums/progress.yaml"
TASK = """entity: task
title: name
attributes:
  name: {type: string}
  progress: {type: enum, enum: progress}
lifecycle:
  attribute: progress
  initial: open
  transitions:
    hold: {from: [open], to: held}
    go_on: {from: [held], to: open}
    close: {from: [open], to: closed}
"""
PROGRESS = "enum: progress\nvalues: {open: {}, held: {}, closed: {}}\n"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Three tasks, two of which are held."""
    folder = tmp_path_factory.mktemp("states")
    store = Store.open(str(folder / "sn.db"), durability="normal")
    made = Installed(folder, store, is_small=True)
    _written(made)
    made.first()
    records = made.runtime().records(made.runtime().system_actor)
    held = [made.make("task", name=name) for name in ("one", "two", "three")][:2]
    for one in held:
        records.transition("task", one.id, "hold")
    yield made
    store.close()


@pytest.fixture
def sn(released: Installed) -> Installed:
    released.fresh()
    _written(released)
    return released


def _written(made: Installed) -> None:
    made.write(ENTITY, TASK)
    made.write(STATES, PROGRESS)


def _without_held(sn: Installed) -> None:
    sn.edit(ENTITY, "    hold: {from: [open], to: held}\n    go_on: {from: [held], to: open}\n", "")
    sn.edit(STATES, "held: {}, ", "")


def test_a_state_that_goes_counts_the_records_that_are_in_it_and_wants_them_moved(sn: Installed) -> None:
    _without_held(sn)
    plan = sn.plan()
    gone = item(plan, Impact.PROCESS, "progress.values.held")
    assert gone.rows is not None
    assert (gone.word, gone.rows.rows, gone.rows.total, len(gone.rows.examples)) == ("state_gone", 2, 3, 2)
    assert (gone.blocks, gone.choices, gone.gate) == (True, (), "configure")
    steps = {one.subject: one.rows for one in plan.of(Impact.PROCESS) if one.word == "step_gone"}
    about = (("task", "progress"),)
    assert steps == {"hold": Count(1, 3, (), about), "go_on": Count(2, 3, (), about)}


def test_a_state_with_another_name_takes_its_records_along(sn: Installed) -> None:
    sn.edit(ENTITY, "held", "waiting")
    sn.edit(STATES, "held: {}", "waiting: {$was: held}")
    plan = sn.plan()
    assert [one for one in plan.of(Impact.PROCESS) if one.word == "state_gone"] == []
    assert item(plan, Impact.SAFE, "progress.values.waiting").word == "renamed"


def test_a_state_in_which_nothing_stands_goes_without_a_decision(sn: Installed) -> None:
    sn.edit(ENTITY, "    close: {from: [open], to: closed}\n", "")
    sn.edit(STATES, ", closed: {}", "")
    gone = item(sn.plan(), Impact.PROCESS, "progress.values.closed")
    assert gone.rows is not None
    assert (gone.rows.rows, gone.blocks) == (0, False)
