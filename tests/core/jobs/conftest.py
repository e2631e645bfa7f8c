"""Installations with durable work on either database, and workers of theirs in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest
from tests.core.jobs import works
from tests.servers import PostgresqlServer

from sidra.affiliates.registry import Affiliates
from sidra.jobs.database import JobsDatabase
from sidra.jobs.engine import MOST_ON_POSTGRESQL, MOST_ON_SQLITE
from sidra.jobs.reading import JobView
from sidra.jobs.service import Jobs
from sidra.runtime import Runtime
from sidra.settings import Settings

PROJECT = Path(__file__).resolve().parents[3]
PATIENCE = 120.0


@dataclass
class Place:
    """One installation, with the processes that work for it."""

    settings: Settings
    folder: Path
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @cached_property
    def database(self) -> JobsDatabase:
        """Where its durable work is kept."""
        database = JobsDatabase.of(self.settings)
        database.prepare()
        return database

    @cached_property
    def jobs(self) -> Jobs:
        """The port, as a web process has it."""
        return Jobs(self.database, works.HANDLERS)

    @cached_property
    def affiliates(self) -> Affiliates:
        """Its affiliates, as a web process has them."""
        return Affiliates(self.settings)

    def runtime(self, name: str = "sn") -> Runtime:
        """One of them."""
        found = self.affiliates.get(name)
        assert found is not None
        return found

    def marks(self, name: str = "sn", *, order: str = "text") -> list[str]:
        """The effects at an affiliate, sorted; by `id` in the order in which they came."""
        return works.marks(self.affiliates, name, order)

    def start(self, *only: str) -> subprocess.Popen[str]:
        """Start a worker, and wait until it works."""
        before = {worker.id for worker in self.jobs.workers()}
        given = dict(os.environ, PYTHONPATH=os.pathsep.join([str(PROJECT), *sys.path]))
        command = [sys.executable, str(PROJECT / "tests/core/jobs/works.py"), str(self.folder), *only]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, text=True, env=given)
        self.processes.append(process)
        until(lambda: bool({worker.id for worker in self.jobs.workers()} - before))
        return process

    def state(self, job: str) -> str:
        """How a piece of work stands."""
        return self.jobs.get(job).state

    def wait(self, *ids: str, state: str = "done") -> list[JobView]:
        """Return pieces of work once all are in a state."""
        until(lambda: all(self.state(one) == state for one in ids), lambda: [self.jobs.get(one) for one in ids])
        return [self.jobs.get(one) for one in ids]

    def close(self) -> None:
        """End what was started."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()
        if "jobs" in self.__dict__:
            self.jobs.close()
        if "database" in self.__dict__:
            self.database.close()
        if "affiliates" in self.__dict__:
            self.affiliates.close()


def until(is_so: Callable[[], bool], told: Callable[[], object] = lambda: "", seconds: float = PATIENCE) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, told()
        time.sleep(0.03)


@dataclass
class Places:
    """Makes installations whose durable work is on one kind of database."""

    kind: str
    folder: Path
    server: PostgresqlServer | None
    made: list[Place] = field(default_factory=list)

    @property
    def most(self) -> int:
        """How many pieces a worker does at once."""
        return MOST_ON_SQLITE if self.kind == "sqlite" else MOST_ON_POSTGRESQL

    @cached_property
    def template(self) -> str:
        """A database that is prepared: copying it is ten times as quick."""
        assert self.server is not None
        url = self.server.new_database()
        database = JobsDatabase(url, connections=2)
        database.prepare()
        database.close()
        return url

    def make(self, *affiliates: str) -> Place:
        """A new installation."""
        folder = self.folder / f"place{len(self.made)}"
        jobs = ""
        if self.server is not None:
            jobs = self.server.copy_database(self.template)
        place = Place(works.make_installation(folder, *affiliates, jobs=jobs), folder)
        self.made.append(place)
        return place

    def close(self) -> None:
        """End all of them."""
        for place in self.made:
            place.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """Installations on each kind of database."""
    server = request.getfixturevalue("postgresql_server") if request.param == "postgresql" else None
    found = Places(request.param, tmp_path_factory.mktemp("jobs"), server)
    yield found
    found.close()


@pytest.fixture(scope="module")
def place(places: Places) -> Place:
    """One installation of two affiliates, without a worker."""
    return places.make("sn", "eg")


@pytest.fixture(scope="module")
def working(places: Places) -> Place:
    """One installation of two affiliates, with one worker."""
    made = places.make("sn", "eg")
    made.start()
    return made
