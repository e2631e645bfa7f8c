"""Small demonstrations of the three affiliates of the project."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.baseline.configurations import ROOT, loaded, model_of, shipped

from sidra.ops.demo.generate import generate
from sidra.runtime import Runtime
from sidra.store.database import Store

CUSTOMERS = 150
NOW = datetime.datetime(2026, 3, 20, 15, 0, tzinfo=datetime.UTC)

MakeRuntime = Callable[[str], Runtime]


@pytest.fixture(scope="session")
def make_runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeRuntime]:
    """Builds Runtimes of affiliates, each on an empty store."""
    stores: list[Store] = []

    def make(affiliate: str) -> Runtime:
        store = Store.open(tmp_path_factory.mktemp("demo") / f"{affiliate}.db", durability="normal")
        stores.append(store)
        model = model_of(loaded(shipped([ROOT / "affiliates" / affiliate]), affiliate))
        return Runtime(model, store, clock=lambda: NOW)

    yield make
    for store in stores:
        store.close()


@pytest.fixture(scope="session", params=["sn", "eg", "pl"])
def demo(request: pytest.FixtureRequest, make_runtime: MakeRuntime) -> Runtime:
    """An affiliate with the data of a demonstration; tests only read it."""
    runtime = make_runtime(request.param)
    assert generate(runtime, folder_of(request.param), customers=CUSTOMERS) == CUSTOMERS
    return runtime


def folder_of(affiliate: str) -> Path:
    """The folder of an overlay."""
    return ROOT / "affiliates" / affiliate
