"""Anything that may be done with records, in any order: each answer is what dictionaries in memory would give."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.proofs.counting import Counts
from tests.proofs.machine import Machine
from tests.proofs.world import runtime_on

from sidra.audit.verification import Verification
from sidra.runtime import Runtime
from sidra.store.database import Store


@pytest.fixture
def runtime(place: str) -> Iterator[Runtime]:
    """The configuration of the machine, on each database."""
    store = Store.open(place, durability="normal")
    yield runtime_on(store)
    store.close()


def run(runtime: Runtime, examples: int, steps: int, counts: Counts) -> None:
    """Run the machine, and look at the audit of all that it did."""

    class OnStore(Machine):
        pass

    OnStore.runtime, OnStore.counts = runtime, counts
    given = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        print_blob=True,
    )
    run_state_machine_as_test(OnStore, settings=given)
    counts["runs"] += examples
    verdict = Verification(runtime.store, runtime.keys, runtime.affiliate).run()
    assert verdict.is_whole
    counts["audit entries verified"] += verdict.entries


def test_records_answer_as_dictionaries_would(runtime: Runtime, counts: Counts) -> None:
    run(runtime, 20, 30, counts)


@pytest.mark.prove
def test_a_thousand_long_runs_are_answered_as_dictionaries_would(runtime: Runtime, counts: Counts) -> None:
    run(runtime, 1_000, 50, counts)
