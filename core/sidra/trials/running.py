"""Runs the tests of a configuration: each in an empty affiliate in memory, whatever became of those before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from sidra.errors import SidraError
from sidra.trials.acting import do_steps, make_given
from sidra.trials.claims import judge
from sidra.trials.outcomes import Finding, Outcome, verdict_of
from sidra.trials.stand import Stand
from sidra.trials.world import World
from sidra_metamodel.checking.tests import moment_of
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.layering.effective import Effective
from sidra_metamodel.load import Loaded
from sidra_metamodel.model import Model


class NotTested(SidraError):
    """The configuration has errors, so that its tests cannot be run."""

    code = "R190"


def run_tests(
    loaded: Loaded, *, name: str = "", tests: Iterable[str] | None = None, told: Callable[[Outcome], None] | None = None
) -> tuple[Outcome, ...]:
    """Return what became of the tests of an affiliate's configuration; raises NotTested where it has errors.

    name: only tests that have this in their names. tests: only these. told: is given each outcome as it comes. Nothing
    is read but the configuration, nothing is written, nobody is called: a proposed configuration is tested alike.
    """
    model = refuse_unsound(loaded)
    return run_on(model, loaded.effective, chosen(model, name, tests), told)


def refuse_unsound(loaded: Loaded) -> Model:
    """Return the Model of a configuration; raises NotTested where it has errors."""
    if loaded.model is None:
        hint = f"run `sidra check {loaded.affiliate}` and mend what it names"
        raise NotTested(f"the configuration of `{loaded.affiliate}` has errors", hint=hint)
    return loaded.model


def chosen(model: Model, name: str, tests: Iterable[str] | None) -> list[Test]:
    """Return the tests that are asked for, in the order of their names."""
    wanted = None if tests is None else set(tests)
    return [
        test for known, test in sorted(model.tests.items()) if name in known and (wanted is None or known in wanted)
    ]


def run_on(
    model: Model, effective: Effective, tests: Iterable[Test], told: Callable[[Outcome], None] | None = None
) -> tuple[Outcome, ...]:
    """Return what became of some tests of a Model."""
    wanted = list(tests)
    if not wanted:
        return ()
    stand = Stand.of(model)
    found = []
    try:
        for test in wanted:
            found.append(run_one(stand, test, effective))
            if told is not None:
                told(found[-1])
    finally:
        stand.close()
    return tuple(found)


def run_one(stand: Stand, test: Test, effective: Effective) -> Outcome:
    """Return what became of one test; whatever it does, nothing is raised."""
    began = time.perf_counter()
    touched: set[tuple[str, str]] = set()
    try:
        findings = tuple(_findings(stand, test, effective))
    except Exception as error:  # noqa: BLE001 - a broken test must not stop the others
        findings = (_broken(test, error),)
    touched.update(stand.runtime.touched)
    return Outcome(
        affiliate=stand.runtime.affiliate,
        test=test.name,
        title=test.title,
        at=test.node.place,
        verdict=verdict_of(findings),
        findings=findings,
        seconds=time.perf_counter() - began,
        touched=frozenset(touched),
    )


def _broken(test: Test, error: Exception) -> Finding:
    said = error.reason if isinstance(error, SidraError) else f"{type(error).__name__}: {error}"
    return Finding(test.node.place, "", "the test can be run", said, is_broken=True)


def _findings(stand: Stand, test: Test, effective: Effective) -> Iterator[Finding]:
    moment = moment_of(test.clock)
    if moment is None:
        raise NotTested(f"`{test.clock}` is no local moment")
    world = World(stand.begin(moment), stand.clock, test, effective)
    stopped = make_given(world) or do_steps(world)
    if stopped is not None:
        yield stopped
        return
    yield from judge(world)


def counted(outcomes: Iterable[Outcome]) -> Mapping[str, int]:
    """Return how many tests ended in which way."""
    found: dict[str, int] = {}
    for outcome in outcomes:
        found[str(outcome.verdict)] = found.get(str(outcome.verdict), 0) + 1
    return found
