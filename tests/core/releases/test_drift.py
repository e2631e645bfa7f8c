"""What is told, at the start and at night, of what is otherwise than it was released; everything is served."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast

import pytest
import structlog
import webtest
from tests.core.releases.installed import Installed

from sidra.access.actor import OPERATOR
from sidra.affiliates.registry import Affiliates
from sidra.jobs.work import JobWork, Reports
from sidra.releases.drift_job import check_drift
from sidra.releases.releasing import Releasing
from sidra.store.database import Store
from sidra.web.app import create_app

EGYPT = "layer: eg\nlevel: affiliate\nprefix: eg\ntiers: [core]\n"


@pytest.fixture
def sn(tmp_path: Path) -> Iterator[Installed]:
    """Senegal where its settings have it, with one release; Egypt is saved, and nothing of it was released."""
    (tmp_path / "var").mkdir()
    store = Store.open(tmp_path / "var/sn.db", durability="normal")
    made = Installed(tmp_path, store, is_small=True)
    made.write("affiliates/eg/layer.yaml", EGYPT)
    made.write("affiliates/waemu/layer.yaml", "layer: waemu\nlevel: region\nprefix: waemu\n")
    releasing = Releasing(made.releasing().configuration, "sn", store, made.keys)
    releasing.apply(releasing.plan().proposed.name, OPERATOR, "the beginning")
    yield made
    store.close()


@pytest.fixture
def affiliates(sn: Installed) -> Iterator[Affiliates]:
    found = Affiliates(sn.settings)
    yield found
    found.close()


def released_elsewhere(sn: Installed) -> None:
    """Let the store say that something else was released, as one does that was restored."""
    with sn.store.writing() as connection:
        connection.execute("UPDATE release_release SET revision = 'ab12'")


def test_a_release_that_is_not_what_is_served_is_told_at_the_start(sn: Installed, affiliates: Affiliates) -> None:
    state = affiliates.state("sn")
    assert state is not None
    assert [one.code for one in state.diagnostics] == []
    released_elsewhere(sn)
    with structlog.testing.capture_logs() as told:
        later = Affiliates(sn.settings)
        state = later.state("sn")
        later.close()
    assert state is not None
    assert state.runtime is not None
    [found] = state.diagnostics
    assert (found.code, found.severity.value) == ("R710", "warning")
    assert "and its database has `ab12`" in found.message
    assert found.help is not None
    assert "sidra releases sn --restore" in found.help
    assert [one["what"] for one in told if one["event"] == "drift"] == [found.message]


def test_an_affiliate_that_was_never_released_is_told_why_it_is_not_served(
    sn: Installed, affiliates: Affiliates
) -> None:
    assert affiliates.names == ("eg", "sn")
    state = affiliates.state("eg")
    assert state is not None
    assert state.runtime is None
    assert [one.code for one in state.diagnostics] == ["R711"]
    app = webtest.TestApp(create_app(sn.settings, affiliates))
    answer = app.get("/eg/tmf-api/party/v4/person", status=503)
    assert "nothing of `eg` was released yet" in answer.text
    assert "sidra apply eg --revision" in answer.text
    assert app.get("/health").json["affiliates"] == {"eg": "unreleased", "sn": "served"}
    releasing = Releasing.of(sn.settings, "eg")
    releasing.apply(releasing.plan().proposed.name, OPERATOR, "a country more")
    releasing.close()
    assert affiliates.reload() == ("eg",)
    assert affiliates.get("eg") is not None


def test_drift_is_looked_for_at_night(sn: Installed) -> None:
    def night(releases: Literal["saved", "required"]) -> list[str]:
        settings = replace(sn.settings, releases=releases)
        reports = Reports(lambda *_: None, lambda: "ours")
        work = JobWork(runtime, "sn:1", "check_drift", reports, settings, cast("Any", None))
        with structlog.testing.capture_logs() as told:
            check_drift.run(work, {})
        assert all(one["log_level"] == "warning" and one["affiliate"] == "sn" for one in told)
        return [one["what"] for one in told]

    runtime = sn.runtime()
    assert night("required") == []
    released_elsewhere(sn)
    with sn.store.reshaping() as connection:
        connection.execute("CREATE TABLE somebody (id INTEGER)")
    [moved, foreign] = night("required")
    assert "and `ab12` was released" in moved
    assert foreign == "`somebody` is not ours"
    assert night("saved") == [foreign]
