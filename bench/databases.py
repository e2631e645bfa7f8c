"""Where the benchmarks keep their records: files, or schemas of a PostgreSQL server of their own."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from measuring import Processor  # noqa: E402 - found by the line above
from tests.servers import ADMIN, PostgresqlServer  # noqa: E402 - as above

from sidra.affiliates.opening import login_url  # noqa: E402 - as above
from sidra.affiliates.places import ServerPlace, place_of  # noqa: E402 - as above
from sidra.affiliates.provisioning import provision  # noqa: E402 - as above
from sidra.affiliates.registry import Affiliates  # noqa: E402 - as above
from sidra.configuration import read_configuration  # noqa: E402 - as above
from sidra.runtime import Runtime  # noqa: E402 - as above
from sidra.settings import Settings, load_settings  # noqa: E402 - as above

DATABASE = "bench"
SERVER = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "maintenance_work_mem": "512MB",
    # As the setting `durability: normal` of SQLite, which the other side of each comparison has too.
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


ROOM = 8 << 30
"""Bytes of the disk that loading leaves free."""


@dataclass
class Place:
    """A folder for a run, and a server where the run is on PostgreSQL."""

    folder: Path
    server: PostgresqlServer | None = None
    processor: Processor = field(default_factory=Processor)

    @property
    def kind(self) -> str:
        """The database as people name it."""
        return "SQLite" if self.server is None else "PostgreSQL"

    def settings(self, name: str, overlay: Path, baseline: Path | None = None, **others: str) -> Settings:
        """Return the settings of an installation with one affiliate, whose records have a place of their own."""
        home = self.folder / name
        home.mkdir(parents=True, exist_ok=True)
        given = {"SIDRA_HOME": str(home), "SIDRA_DURABILITY": "normal", "SIDRA_AFFILIATES": str(overlay), **others}
        if baseline is not None:
            given["SIDRA_BASELINE"] = str(baseline)
        if self.server is not None:
            copy = home / "overlay" / overlay.name
            shutil.copytree(overlay, copy, dirs_exist_ok=True)
            layer = copy / "layer.yaml"
            lines = layer.read_text(encoding="utf-8").splitlines()
            kept = [line for line in lines if not line.startswith("store:")]
            layer.write_text("\n".join([*kept, f"store: {{schema: {name}}}", ""]), encoding="utf-8")
            address = f"postgresql://{ADMIN}@/{DATABASE}?host={self.server.folder}&port={self.server.port}"
            given |= {"SIDRA_AFFILIATES": str(copy), "SIDRA_DATABASE": address}
        return load_settings(given, ROOT)

    def open(self, settings: Settings) -> tuple[Affiliates, Runtime]:
        """Return the affiliates of an installation with the Runtime of its only one, whose place is made."""
        layers = read_configuration(settings).layers
        (name,) = layers.affiliates
        place = place_of(layers, name, settings)
        if isinstance(place, ServerPlace):
            provision(place, settings)
        affiliates = Affiliates(settings)
        runtime = affiliates.get(name)
        if runtime is None:
            state = affiliates.state(name)
            sys.exit(f"{name} is not served: {[str(found) for found in state.diagnostics] if state else ''}")
        return affiliates, runtime

    def clear(self, name: str) -> None:
        """Remove what an installation has that was not loaded to its end."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        if self.server is not None:
            self.server.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE', DATABASE)

    def check_room(self) -> None:
        """Raise SystemExit where the disk is nearly full."""
        if (free := shutil.disk_usage(self.folder).free) < ROOM:
            sys.exit(f"only {free >> 30} GiB of the disk are free: what is loaded stays, and is no CRM yet")

    def login(self, settings: Settings) -> str:
        """Return what the role of the only affiliate connects to; the path of its file with SQLite."""
        layers = read_configuration(settings).layers
        (name,) = layers.affiliates
        place = place_of(layers, name, settings)
        return login_url(place, settings) if isinstance(place, ServerPlace) else str(place.path)

    def settle(self, runtime: Runtime) -> None:
        """Bring what was loaded to the state that a database in use has."""
        if self.server is not None:
            self.server.execute("VACUUM ANALYZE", DATABASE)
            self.server.execute("CHECKPOINT")
            return
        with runtime.store.writing() as connection:
            connection.execute("ANALYZE")
        with runtime.store.reading() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; None where it is not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


def add_place(parser: argparse.ArgumentParser, usual: str) -> None:
    """Let a command be asked for a database, and for a folder that keeps what is loaded."""
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default=usual)
    parser.add_argument("--at", type=Path, help="a folder: what is loaded is kept there, and found the next time")


@contextmanager
def lent(kind: str, at: Path | None = None) -> Iterator[Place]:
    """Lend a place on `sqlite` or `postgresql`, which is removed afterwards; one in the folder `at` is kept."""
    found = programs()
    if kind == "postgresql" and found is None:
        sys.exit("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="sidra-bench-") as name:
        folder = Path(name) if at is None else at.resolve() / kind
        folder.mkdir(parents=True, exist_ok=True)
        if kind == "sqlite":
            yield Place(folder)
            return
        server = started(found, None if at is None else at.resolve() / "server")
        try:
            yield Place(folder, server, Processor(server.process_id))
        finally:
            if at is None:
                server.remove()
            else:
                server.stop()


def started(programs: Path, kept: Path | None = None) -> PostgresqlServer:
    """Return a running server with a database for the runs, in a folder that is kept where one is given."""
    server = PostgresqlServer(programs, is_durable=True, settings=SERVER, folder=kept)
    server.start()
    if not server.execute(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):
        server.execute(f"CREATE DATABASE {DATABASE}")
    os.environ["PGPASSWORD"] = ""
    return server
