"""What the group waives and bounds is released with an affiliate that stands on another version of the baseline."""

from pathlib import Path

import pytest
from tests.core.releases.installed import Installed

from sidra.access.actor import OPERATOR
from sidra.configuration import read_configuration
from sidra.releases.plan import Impact
from sidra.releases.sources import GRANTED
from sidra.store.database import Store
from sidra.versions.archives import add
from sidra_metamodel.load import Loaded

CEILING = "baseline/sidra_baseline/ceilings/sn.yaml"
LAYER = "affiliates/sn/layer.yaml"


@pytest.fixture
def sn(tmp_path: Path) -> Installed:
    """Senegal on 1.0.0, which bounds it less than 1.1.0 does, which is installed; that is in force."""
    made = Installed(tmp_path, Store.open(tmp_path / "sn.db", durability="off"), is_small=True)
    made.write(CEILING, "ceiling: sn\nlevel: L4\n")
    settings = made.settings
    add(settings, settings.baseline, "1.0.0", "1.0.0")
    made.edit("baseline/sidra_baseline/layer.yaml", "version: 1.0.0", "version: 1.1.0")
    made.edit(LAYER, "level: affiliate", "level: affiliate\nbaseline: 1.0.0")
    made.write(CEILING, "ceiling: sn\nlevel: L3\n")
    made.first()
    return made


def bounds(loaded: Loaded | None) -> list[str]:
    """The levels that the group lets an affiliate go to."""
    assert loaded is not None
    return [str(node.items["level"].value) for _, _, node in loaded.effective.stack.grants]


def test_what_is_in_force_is_bounded_by_what_was_installed_when_it_was_released(sn: Installed) -> None:
    assert bounds(sn.releasing().proposed_loaded) == ["L3"]
    assert bounds(sn.releasing().live_loaded) == ["L3"]
    sn.edit(CEILING, "L3", "L2")
    assert bounds(sn.releasing().live_loaded) == ["L3"]


def test_a_bound_that_the_group_changes_is_a_change_that_is_looked_at_and_applied(sn: Installed) -> None:
    sn.edit(CEILING, "L3", "L4")
    plan = sn.plan()
    [item] = plan.items
    assert (item.cls, item.dotted, item.was, item.now) == (Impact.WIDENED, "sn", "{level: L3}", "{level: L4}")
    assert plan.gates == ("configure", "approve_access")
    author, other = sn.person("ousmane", "configurator"), sn.person("marieme", "administrator")
    proposal = sn.propose("More room", author)
    for gate in plan.gates:
        sn.releasing().approvals.approve(other, proposal.id, gate)
    sn.releasing().apply(proposal.revision, OPERATOR, "agreed")
    assert bounds(sn.releasing().live_loaded) == ["L4"]
    assert sn.plan().is_empty


def test_what_the_group_took_back_does_not_come_alive_with_the_version_that_had_it(sn: Installed) -> None:
    (sn.folder / CEILING).unlink()
    proposed = sn.releasing()
    assert bounds(proposed.proposed_loaded) == []
    [item] = sn.plan().items
    assert (item.was, item.now) == ("{level: L3}", None)
    proposal = sn.propose("No bound", sn.person("ousmane", "configurator"))
    loaded = sn.releasing().load_release(proposal.revision, proposal.below, proposal.own)
    assert bounds(loaded) == []


def test_who_stands_on_what_is_installed_has_its_bounds_once(sn: Installed) -> None:
    sn.edit(LAYER, "baseline: 1.0.0\n", "")
    loaded = read_configuration(sn.settings).load("sn")
    assert loaded.effective.stack.granted_by is None
    proposal = sn.propose("The next one", sn.person("ousmane", "configurator"))
    sources = sn.releasing().releases.sources(proposal.below, proposal.own)
    assert [path for path in sources.own.files if path.startswith(GRANTED)] == []
    assert bounds(sn.releasing().load_release(proposal.revision, proposal.below, proposal.own)) == ["L3"]
