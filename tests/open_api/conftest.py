"""The affiliates of the demonstration behind HTTP, and an ordinary client with a token of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
import webtest
from tests.open_api.client import AFFILIATES, Client, Served

from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.settings import load_settings
from sidra.web.app import create_app


@pytest.fixture(scope="session")
def served(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """All affiliates of the checkout on a store of their own, with a client of each."""
    home = tmp_path_factory.mktemp("open_api")
    settings = dataclasses.replace(load_settings({}, root), home=home, log_level="error", durability="normal")
    affiliates = Affiliates(settings)
    app = webtest.TestApp(create_app(settings, affiliates))
    clients = {}
    for name in AFFILIATES:
        runtime = affiliates.get(name)
        assert runtime is not None, affiliates.state(name)
        clients[name] = Client(app, name, Entrance.of(name, runtime.store).tokens.issue("administrator"))
    yield Served(affiliates, app, clients)
    affiliates.close()


@pytest.fixture
def poland(served: Served) -> Client:
    """The client of one affiliate."""
    return served.clients["pl"]
