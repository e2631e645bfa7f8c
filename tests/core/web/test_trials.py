"""A trial in the browser and the API: the people of some units have screens before the others, and nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.core.releases.installed import CORE, Installed
from tests.core.web.conftest import settings_for

from sidra.access.actor import OPERATOR, Actor
from sidra.affiliates.registry import Affiliates
from sidra.privacy.keys import KeyRing
from sidra.releases.releasing import Releasing
from sidra.store.database import Store
from sidra.web.app import create_app
from sidra.web.sites import Sites
from sidra.web.visit import Visit

LABEL = (f"{CORE}/entities/person.yaml", "label: {en: Name}", "label: {en: Full name}")


@pytest.fixture
def sn(tmp_path: Path) -> Iterator[Installed]:
    """An affiliate of which the shop `plateau` tries out another label."""
    settings_for(tmp_path)
    store = Store.open(tmp_path / "var" / "sn.db", durability="normal")
    made = Installed(tmp_path, store, is_small=True)
    made.keys = KeyRing.open(made.settings.key_file)
    made.first()
    security = made.person("marieme", "administrator")
    made.edit(*LABEL)
    proposal = made.propose("A label", made.person("ousmane", "configurator"))
    releasing: Releasing = made.releasing()
    releasing.approvals.approve(security, proposal.id, "configure")
    releasing.apply(proposal.revision, OPERATOR, "one shop first", ("plateau",))
    yield made
    store.close()


class Asked(Visit):
    """A request of somebody who works for some units; of nobody without any."""

    def __init__(self, sites: Sites, *units: str) -> None:
        self.sites, self.named, self.environ = sites, "sn", {"REQUEST_METHOD": "GET"}
        actor = Actor("a", "Awa", frozenset({"agent"}), units) if units else None
        self.__dict__["visitor"] = actor

    @property
    def label(self) -> str:
        """What is shown of the attribute that is tried out."""
        return self.runtime.model.entities["person"].attributes["name"].label.text("en")


def test_the_people_of_a_unit_have_a_trial_and_the_others_have_not(sn: Installed) -> None:
    affiliates = Affiliates(sn.settings)
    sites = create_app(replace(sn.settings, log_level="error"), affiliates).registry.sites
    assert Asked(sites, "plateau").label == "Full name"
    assert Asked(sites, "dakar").label == "Name"
    assert Asked(sites).label == "Name"
    assert Asked(sites, "plateau").entrance is Asked(sites, "dakar").entrance
    affiliates.close()


def test_a_trial_ends_when_it_is_applied_for_all(sn: Installed) -> None:
    affiliates = Affiliates(sn.settings)
    sites = create_app(replace(sn.settings, log_level="error"), affiliates).registry.sites
    trial = sn.releasing().releases.trial()
    assert trial is not None
    assert Asked(sites, "dakar").label == "Name"
    sn.releasing().apply(trial.revision, OPERATOR, "all")
    affiliates.reload()
    assert Asked(sites, "dakar").label == "Full name"
    assert Asked(sites, "dakar").site.trial is None
    affiliates.close()
