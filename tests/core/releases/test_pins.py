"""What is served is what the affiliate's store has in force, whatever servers were told and whatever was unpacked."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.core.releases.installed import Installed

from sidra.access.actor import OPERATOR
from sidra.affiliates.registry import Affiliates
from sidra.affiliates.states import AffiliateState
from sidra.configuration import read_configuration
from sidra.releases import serving
from sidra.releases.errors import Damaged, OtherStore
from sidra.releases.pins import Pin, read_pin, write_pin
from sidra.releases.releasing import Releasing
from sidra.releases.serving import configuration_in_force
from sidra.store.database import Store

WIDER = ("affiliates/sn/roles/agent.yaml", "salary: mask", "salary: read")


@pytest.fixture
def sn(tmp_path: Path) -> Iterator[Installed]:
    """Senegal where its settings have it, with one release: people in shops see salaries masked."""
    (tmp_path / "var").mkdir()
    store = Store.open(tmp_path / "var/sn.db", durability="normal")
    made = Installed(tmp_path, store, is_small=True)
    applied(made)
    yield made
    store.close()


@pytest.fixture
def other(sn: Installed, tmp_path: Path) -> Iterator[Installed]:
    """The same folder on another database."""
    store = Store.open(tmp_path / "other.db", durability="normal")
    made = Installed(tmp_path, store, is_small=True)
    yield made
    store.close()


@pytest.fixture
def affiliates(sn: Installed) -> Iterator[Affiliates]:
    found = Affiliates(sn.settings)
    found.load_all()
    yield found
    found.close()


def applied(sn: Installed) -> None:
    """Put what is saved in force as a first release."""
    releasing = Releasing(sn.releasing().configuration, "sn", sn.store, sn.keys)
    releasing.apply(releasing.plan().proposed.name, OPERATOR, "the beginning")


def pinned_by(other: Installed) -> None:
    """Let the other database's release be what servers read, as somebody does who writes to the folder."""
    home = other.settings.home
    pin = home / "releases/_live/sn.json"
    kept = pin.read_bytes()
    pin.unlink()
    other.edit(*WIDER)
    applied(other)
    assert pin.read_bytes() != kept


def sees(affiliates: Affiliates) -> str:
    """What people in shops may do with a salary."""
    runtime = affiliates.get("sn")
    assert runtime is not None
    return str(runtime.model.roles["agent"].may["person"].columns["salary"])


def state_of(affiliates: Affiliates) -> AffiliateState:
    state = affiliates.state("sn")
    assert state is not None
    return state


def pin_of(sn: Installed) -> Pin:
    pin = read_pin(sn.settings.home, "sn")
    assert pin is not None
    return pin


def test_a_first_release_of_another_database_is_refused_and_changes_nothing(sn: Installed, other: Installed) -> None:
    was = pin_of(sn)
    other.edit(*WIDER)
    with pytest.raises(OtherStore, match="this database has no such release") as refused:
        applied(other)
    assert refused.value.hint is not None
    assert str(sn.settings.home / "releases/_live/sn.json") in refused.value.hint
    assert pin_of(sn) == was
    assert other.releasing().releases.all() == []
    with other.store.reading() as connection:
        assert "person" not in other.store.columns(connection)


def test_what_another_database_released_is_not_served(sn: Installed, other: Installed, affiliates: Affiliates) -> None:
    assert sees(affiliates) == "mask"
    pinned_by(other)
    assert affiliates.reload() == ("sn",)
    assert sees(affiliates) == "mask"
    [found] = state_of(affiliates).diagnostics
    assert (found.code, found.severity.value) == ("R710", "warning")
    later = Affiliates(sn.settings)
    assert sees(later) == "mask"
    later.close()
    migrated = configuration_in_force(sn.settings, "sn").load("sn").draft
    assert str(migrated.roles["agent"].may["person"].columns["salary"]) == "mask"
    sn.releasing().restore()
    assert affiliates.reload() == ("sn",)
    assert state_of(affiliates).diagnostics == ()


def test_what_was_told_to_be_tried_out_is_not_served_either(
    sn: Installed, other: Installed, affiliates: Affiliates
) -> None:
    live = sn.releasing().releases.live()
    assert live is not None
    pinned_by(other)
    trial = other.releasing().releases.live()
    assert trial is not None
    write_pin(sn.settings.home, "sn", live, replace(trial, units=("plateau",)))
    assert affiliates.reload() == ("sn",)
    assert state_of(affiliates).trial is None
    assert [one.code for one in state_of(affiliates).diagnostics] == ["R710"]


def test_a_database_without_the_release_keeps_the_last_good_one_and_begins_none(
    sn: Installed, other: Installed, affiliates: Affiliates
) -> None:
    pinned_by(other)
    with sn.store.writing() as connection:
        connection.execute("DELETE FROM release_release")
    assert affiliates.reload() == ("sn",)
    assert sees(affiliates) == "mask"
    assert [one.code for one in state_of(affiliates).diagnostics] == ["R716"]
    later = Affiliates(sn.settings)
    found = state_of(later)
    assert (found.runtime, [one.code for one in found.diagnostics]) == (None, ["R716"])
    later.close()


def test_what_somebody_unpacked_otherwise_is_not_served(sn: Installed, affiliates: Affiliates) -> None:
    folder = sn.settings.home / "releases/sn" / pin_of(sn).live.own / "affiliates/sn"
    role = folder / "roles/agent.yaml"
    was = role.read_text(encoding="utf-8")
    for file, text in ((role, was.replace("mask", "read")), (folder / "_more/boss.yaml", "role: boss\nmay: {}\n")):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        later = Affiliates(sn.settings)
        found = state_of(later)
        assert (found.runtime, [one.code for one in found.diagnostics]) == (None, ["R707"])
        later.close()
        affiliates.reload()
        assert sees(affiliates) == "mask"
        assert [one.code for one in state_of(affiliates).diagnostics] == ["R707"]
        sn.releasing().restore()
        assert role.read_text(encoding="utf-8") == was
        assert not file.exists() or file == role
    affiliates.reload()
    assert state_of(affiliates).diagnostics == ()


def test_files_that_say_something_else_than_the_release_is_called_are_no_release(sn: Installed) -> None:
    live = sn.releasing().releases.live()
    assert live is not None
    assert sn.releasing().load_release(live.revision, live.below, live.own).affiliate == "sn"
    with pytest.raises(Damaged, match="say something else"):
        sn.releasing().load_release("ab" * 32, live.below, live.own)


def test_a_release_is_read_once(sn: Installed) -> None:
    live, releasing = sn.releasing().releases.live(), sn.releasing()
    assert live is not None
    first = releasing.load_release(live.revision, live.below, live.own)
    assert releasing.load_release(live.revision, live.below, live.own) is first


def test_what_another_machine_released_is_followed_when_the_tables_change(
    sn: Installed, affiliates: Affiliates, tmp_path: Path
) -> None:
    was = affiliates.get("sn")
    assert was is not None
    sn.edit("affiliates/sn/entities/person.yaml", "attributes: {", "attributes: {x_sn_color: {type: string, $why: w}, ")
    elsewhere = replace(sn.settings, home=tmp_path / "elsewhere")
    releasing = Releasing(read_configuration(elsewhere), "sn", sn.store, sn.keys)
    proposal = releasing.propose("Colour", sn.person("ousmane", "configurator"))
    releasing.approvals.approve(sn.person("aminata", "configurator"), proposal.id, "configure")
    releasing.apply(proposal.revision, OPERATOR, "now")
    assert "x_sn_color" not in was.model.entities["person"].attributes
    assert affiliates.overtaken("sn", was)
    now = affiliates.get("sn")
    assert now is not None
    assert "x_sn_color" in now.model.entities["person"].attributes
    assert [one.code for one in state_of(affiliates).diagnostics] == ["R710"]


def test_a_database_that_cannot_be_asked_keeps_the_last_good_one_until_it_can(
    sn: Installed, other: Installed, affiliates: Affiliates, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(store: Store) -> Pin | None:
        raise sqlite3.OperationalError("disk I/O error")

    pinned_by(other)
    with monkeypatch.context() as patched:
        patched.setattr(serving, "pin_in", away)
        affiliates.reload()
        found = state_of(affiliates)
        assert (found.is_waiting, found.is_current) == (True, False)
        assert sees(affiliates) == "mask"
        later = Affiliates(sn.settings)
        assert state_of(later).runtime is None
        later.close()
    affiliates.reload()
    assert not state_of(affiliates).is_waiting
    assert sees(affiliates) == "mask"
