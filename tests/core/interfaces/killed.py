"""A run of the feed in a process of its own, which a test kills."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.core.interfaces.conftest import language

from sidra.access.actor import system_actor
from sidra.interfaces.loading import FeedLoader
from sidra.interfaces.runs import Counts
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.load import load as load_model


def load(folder: Path, file: Path, place: str) -> None:
    """Load a file with the configuration in a folder, and tell how far it is from the second chunk on."""
    model = load_model(discover(folder / "base", [folder / "sn"]), "sn", language()).model
    assert model is not None
    runtime = Runtime(model, Store.open(place))

    def tell(counts: Counts, _: int) -> None:
        if counts.read > 3:
            sys.stdout.write(f"{counts.read}\n")
            sys.stdout.flush()

    FeedLoader(runtime, "load").run(file, system_actor("feed:load"), tell)
