"""Runs the tests of a proposed configuration in memory, and tries whether they notice the overrides that it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sidra.errors import Busy, SidraError
from sidra.releases.pins import Files
from sidra.releases.proposals import Proposal, Proposals
from sidra.releases.releasing import Releasing
from sidra.releases.serving import place_of_release, read_release
from sidra.releases.trying import Testings, summary
from sidra.trials.leaves import Leaf
from sidra.trials.mutating import Mutant, mutants
from sidra.trials.outcomes import Outcome
from sidra.trials.running import run_tests

if TYPE_CHECKING:
    from sidra.jobs.work import JobWork

UNFORESEEN: Final = "R500"


def run(work: JobWork, proposal_id: str) -> None:
    """Run the tests of a proposal, and keep how they end; raises what keeps them from being run, once it is kept."""
    runtime = work.runtime
    proposal, testings = Proposals(runtime.store, runtime.clock).get(proposal_id), Testings(runtime.store)
    try:
        outcomes, tried = _tried(work, proposal)
    except Busy:
        raise
    except Exception as error:
        code = error.code if isinstance(error, SidraError) else UNFORESEEN
        testings.end(runtime, proposal, {"failure": code})
        raise
    testings.end(runtime, proposal, summary(runtime.affiliate, outcomes, tried))


def _tried(work: JobWork, proposal: Proposal) -> tuple[tuple[Outcome, ...], tuple[Mutant, ...]]:
    """Return how the tests end, and which overrides they notice; the latter only where all tests pass."""
    affiliate, settings = work.runtime.affiliate, work.settings
    files = Files(proposal.revision, proposal.below, proposal.own)
    # What was proposed is unpacked and looked at first: nothing else is tested.
    Releasing.of(settings, affiliate, work.runtime).load_release(files.revision, files.below, files.own)
    configuration = read_release(settings, place_of_release(settings.home, affiliate, files))
    loaded = configuration.load(affiliate)
    outcomes = run_tests(loaded, told=lambda _: work.progress(0, 0))
    if not outcomes or not all(one.is_good for one in outcomes):
        return outcomes, ()

    def is_changed(leaf: Leaf) -> bool:
        at = leaf.document.kind, leaf.document.name
        return any((item.kind, item.document) == at and _is_near(item.path, leaf.path) for item in proposal.plan)

    layers, language = configuration.layers, configuration.language
    return outcomes, mutants(layers, language, loaded, only=is_changed, told=lambda _: work.progress(0, 0))


def _is_near(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether one path is the other, around it or inside it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
