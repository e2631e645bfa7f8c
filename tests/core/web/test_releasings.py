"""What is kept of releases between requests belongs to one release, and to no other that has its number."""

from pathlib import Path

import pytest
from tests.core.releases.installed import Installed

from sidra.access.actor import OPERATOR
from sidra.releases.history import Release
from sidra.store.database import Store
from sidra.web.releasings import Releasings


@pytest.fixture
def sn(tmp_path: Path) -> Installed:
    made = Installed(tmp_path, Store.open(tmp_path / "sn.db", durability="off"), is_small=True)
    made.first()
    return made


def live_of(sn: Installed) -> Release:
    live = sn.releasing().releases.live()
    assert live is not None
    return live


def released_instead(sn: Installed) -> None:
    """Let the same number be another release, as in a database that was restored and released on."""
    with sn.store.writing() as connection:
        for table in ("release_release", "release_figure"):
            connection.execute(f"DELETE FROM {table}")
    (sn.settings.home / "releases/_live/sn.json").unlink()
    releasing = sn.releasing()
    releasing.apply(releasing.plan().proposed.name, OPERATOR, "restored")


def test_a_release_that_has_the_number_of_another_has_its_own_rights(sn: Installed) -> None:
    kept, served = Releasings(sn.settings), sn.runtime()
    first = live_of(sn)
    was = kept.in_force(served, sn.releasing(), first)
    approvals = kept.approvals(served, sn.releasing(), first)
    assert kept.in_force(served, sn.releasing(), first) is was
    assert kept.approvals(served, sn.releasing(), first) is approvals
    sn.edit("affiliates/sn/roles/agent.yaml", "salary: mask", "salary: none")
    released_instead(sn)
    second = live_of(sn)
    assert second.number == first.number
    now = kept.in_force(served, sn.releasing(), second)
    assert str(now.model.roles["agent"].may["person"].columns["salary"]) == "none"
    assert kept.approvals(served, sn.releasing(), second) is not approvals


def test_what_says_the_same_in_other_files_is_kept_apart(sn: Installed) -> None:
    kept, served = Releasings(sn.settings), sn.runtime()
    first = live_of(sn)
    was = kept.in_force(served, sn.releasing(), first)
    sn.edit("affiliates/sn/roles/agent.yaml", "Nobody in a shop needs it", "Nobody needs it")
    released_instead(sn)
    second = live_of(sn)
    assert (second.number, second.revision, second.own == first.own) == (first.number, first.revision, False)
    assert kept.in_force(served, sn.releasing(), second) is not was
