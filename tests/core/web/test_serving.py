"""What the processes of a server have in common is loaded once, and what was saved since is loaded by each."""

from __future__ import annotations

import gc
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import webtest
from tests.core.cli.test_serve import FILES
from tests.metamodel.configurations import write

from sidra.affiliates.registry import Affiliates
from sidra.settings import load_settings
from sidra.web.serving import Served

CHANGED = "entity: individual\nattributes:\n  given_name: {max_length: 41, $why: Law}\n"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    write(tmp_path, FILES)
    given = {"SIDRA_BASELINE": "baseline", "SIDRA_AFFILIATES": "affiliates/*", "SIDRA_HOME": "var"}
    affiliates = Affiliates(load_settings({**given, "SIDRA_PLUGINS": ""}, tmp_path))
    yield Served(affiliates, reloads=False)
    affiliates.close()
    gc.unfreeze()


def in_child(function: Callable[[], object]) -> str:
    """Return what a function says in a forked process."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writer, str(function()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as file:
        return file.read()


def length(served: Served) -> int | None:
    runtime = served.affiliates.get("sn")
    assert runtime is not None
    return runtime.model.entities["individual"].attributes["given_name"].max_length


def test_a_process_that_is_forked_has_the_very_same_configuration(served: Served) -> None:
    runtime = served.affiliates.get("sn")
    served.settle()

    def looked() -> bool:
        served.renew()
        return served.affiliates.get("sn") is runtime

    assert in_child(looked) == "True"


def test_a_process_that_is_forked_reads_and_writes_by_connections_of_its_own(served: Served) -> None:
    served.settle()
    opened = [path for one in Path("/proc/self/fd").iterdir() if (path := _target(one)).endswith(".db")]
    assert not [path for path in opened if path.startswith(str(served.affiliates.settings.home))]
    answer = in_child(lambda: webtest.TestApp(served.application()).get("/health").json["affiliates"])
    assert answer == "{'sn': 'served'}"


def test_what_was_saved_since_counts_in_the_process_that_is_forked(served: Served, tmp_path: Path) -> None:
    served.settle()
    (tmp_path / "affiliates/sn/individual.yaml").write_text(CHANGED, encoding="utf-8")

    def looked() -> int | None:
        served.renew()
        return length(served)

    assert in_child(looked) == "41"
    assert length(served) == 40


def test_a_process_that_shares_nothing_makes_the_same_anew(served: Served) -> None:
    other = pickle.loads(pickle.dumps(served))
    assert isinstance(other, Served)
    assert (other.reloads, other.affiliates.settings) == (False, served.affiliates.settings)
    assert length(other) == 40
    other.affiliates.close()


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:
        return ""
