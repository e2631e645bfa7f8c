"""The billing system of an affiliate, played for a journey."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.journeys.conftest import Served

from sidra.access.actor import system_actor
from sidra.affiliates.registry import Affiliates
from sidra.cli.simulate import simulation, variables
from sidra.settings import load_settings


@contextmanager
def billing_of(affiliate: str, served: Served, root: Path) -> Iterator[str]:
    """Play the billing system at an address that the environment gives; the first customer has an account there."""
    affiliates = Affiliates(load_settings({"SIDRA_HOME": str(served.home), "SIDRA_LOG_LEVEL": "error"}, root))
    runtime = affiliates.get(affiliate)
    assert runtime is not None
    account = {"customer": served.customers[affiliate].id, "name": "Main account"}
    runtime.records(system_actor("journey", affiliate=affiliate)).create("billing_account", account)
    # What another journey was answered counts no longer.
    vars(served.affiliates.get(affiliate)).pop("connectors", None)
    played = simulation(affiliates)
    played.begin()
    with pytest.MonkeyPatch.context() as environment:
        for variable, address in variables(played).items():
            environment.setenv(variable, address)
        yield f"{played.address}/{affiliate}/billing"
    played.shutdown()
    played.server_close()
    affiliates.close()
