"""How much of each release was the baseline's, kept when it is put in force."""

from datetime import date

import pytest
from tests.core.releases.installed import Installed
from tests.core.releases.test_approving import author, on_both, second, sn

from sidra.access.actor import Actor
from sidra.configuration import read_configuration
from sidra.releases.history import Releases
from sidra_metamodel.comparing.compare import compare

__all__ = ["author", "second", "sn"]

NAMED = ("affiliates/sn/entities/person.yaml", "name: {max_length: 40", "name: {label: {fr: Nom}, max_length: 40")


def reuse_of(sn: Installed) -> tuple[int, int]:
    """What the comparison of all affiliates counts."""
    configuration = read_configuration(sn.settings)
    found = compare(configuration.layers, configuration.language.registry, date(2026, 5, 4)).affiliates["sn"].reuse
    return found.leaves, found.equal


def apply_a_name(sn: Installed, author: Actor, second: Actor) -> None:
    """Put one more difference in force."""
    sn.edit(*NAMED)
    proposal = sn.propose("A label", author)
    sn.releasing().approvals.approve(second, proposal.id, "configure")
    sn.releasing().apply(proposal.revision, author, "all")


@on_both
def test_each_release_keeps_the_reuse_that_the_comparison_counts(sn: Installed, author: Actor, second: Actor) -> None:
    first = reuse_of(sn)
    apply_a_name(sn, author, second)
    assert sn.releasing().releases.figures() == {1: first, 2: reuse_of(sn)}
    assert first[0] - first[1] < reuse_of(sn)[0] - reuse_of(sn)[1]


def test_what_is_put_in_force_again_has_its_figure_again(sn: Installed, author: Actor, second: Actor) -> None:
    apply_a_name(sn, author, second)
    sn.releasing().rollback("1", author, "too early")
    figures = sn.releasing().releases.figures()
    assert figures[3] == figures[1]


@pytest.mark.parametrize("is_served_first", [True, False])
def test_a_store_of_before_figures_were_kept_has_none(sn: Installed, *, is_served_first: bool) -> None:
    sn.store.transact(lambda connection: connection.execute("DROP TABLE release_figure"))
    releases = Releases(sn.store) if is_served_first else sn.releasing().releases
    assert releases.live() is not None
    assert releases.figures() == {}
