"""What `/health` costs where something is away: whoever asks comes again soon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import webtest
from tests.core.web.conftest import World, settings_for

from sidra.store.sqlite import SqliteStore
from sidra.web.app import create_app


def test_a_database_of_durable_work_that_is_away_is_asked_once(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = webtest.TestApp(create_app(settings_for(tmp_path), world.affiliates))
    asked = []

    def away(_: sa.Engine) -> Any:  # noqa: ANN401 - it gives nothing
        asked.append(1)
        raise sa.exc.OperationalError("SELECT", {}, Exception("away"), connection_invalidated=True)

    monkeypatch.setattr(sa.Engine, "connect", away)
    answer = app.get("/health")
    assert (answer.status_code, answer.json["work"]) == (200, "unreachable")
    assert len(asked) == 1


def test_a_file_that_cannot_be_opened_is_told_and_is_no_fault_of_ours(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = world.affiliates.states["sn"]
    assert state.runtime is not None
    store = state.runtime.store
    assert isinstance(store, SqliteStore)
    with store._writer_lock:
        while store._idle:
            store._idle.pop().close()
    monkeypatch.setattr(store, "path", tmp_path / "gone" / "sn.db")
    answer = world.stranger().get("/health")
    assert (answer.status_code, answer.json["affiliates"]["sn"]) == (503, "unreachable")
