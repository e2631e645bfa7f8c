"""A PostgreSQL server of its own for the tests: in a temporary folder, as a person without rights, ended with them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

ADMIN = "postgres"
PASSWORD = "of-the-tests"
START_SECONDS = 30
SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "32MB",
    "max_pred_locks_per_transaction": "256",
    "log_min_messages": "log",
}
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests in which no server is killed: what a disk costs is not theirs."""


class PostgresqlServer:
    """A server on a socket of its folder (everybody is trusted) and on a port of the loopback (with a password)."""

    def __init__(
        self,
        programs: Path,
        *,
        is_durable: bool = False,
        settings: Mapping[str, str] = SETTINGS,
        folder: Path | None = None,
    ) -> None:
        """Make a cluster in a new folder, or take the one of `folder`; `programs` is the folder of `initdb`.

        `start` starts it.
        """
        self._programs = programs.resolve()
        self._user = _without_rights()
        self.folder = folder or Path(tempfile.mkdtemp(prefix="sidra-pg-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: psycopg.Connection | None = None
        self._numbers = count(1)
        kept = self.folder / "port"
        if kept.exists():
            self.port = int(kept.read_text(encoding="ascii"))
            return
        self.port = _free_port()
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self._initialise({**SETTINGS, **settings, **({} if is_durable else QUICK)})
        kept.write_text(str(self.port), encoding="ascii")

    def _initialise(self, settings: dict[str, str]) -> None:
        secret = self.folder / "secret"
        secret.write_text(PASSWORD, encoding="ascii")
        if self._user is not None:
            shutil.chown(secret, self._user)
        initdb = [self._program("initdb"), "-D", str(self.data), "-U", ADMIN, f"--pwfile={secret}", "-N"]
        initdb += ["--encoding=UTF8", "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=self.folder, **self._as_user())
        given = {**settings, "listen_addresses": "'127.0.0.1'", "port": str(self.port)}
        given["unix_socket_directories"] = f"'{self.folder}'"
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = {value}\n" for name, value in given.items())

    @property
    def data(self) -> Path:
        """The folder of the cluster."""
        return self.folder / "data"

    @property
    def process_id(self) -> int | None:
        """The server's process, the parent of those of its connections; None while it does not run."""
        return None if self._process is None else self._process.pid

    @property
    def log(self) -> str:
        """What the server has told so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def _program(self, name: str) -> str:
        beside = self._programs / name
        return str(beside if beside.exists() else shutil.which(name) or name)

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        entry = pwd.getpwnam(self._user)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        postgres = [self._program("postgres"), "-D", str(self.data)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(postgres, stdout=log, stderr=log, cwd=self.folder, **self._as_user())
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"the server does not start: {self.log[-2000:]}") from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop the server as a shutdown does: sessions are ended, what is committed is kept."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End the server and all its processes at once, as a loss of power does to programs."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(how)
            self._process.wait(START_SECONDS)
            self._process = None

    def remove(self) -> None:
        """Stop the server and remove its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres", user: str = ADMIN, **options: str) -> str:
        """Return the address of a database by the socket; `options` are settings such as `search_path`."""
        settings = "%20".join(f"-c%20{name}%3D{value}" for name, value in options.items())
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}" + (
            f"&options={settings}" if settings else ""
        )

    def loopback(self, database: str = "postgres", user: str = ADMIN, password: str = PASSWORD) -> str:
        """Return the address of a database by the network, where a password is asked for."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def execute(self, sql: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run statements as the administrator, outside a transaction; return the rows of the last, if it has any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def connected(self, url: str) -> Iterator[psycopg.Connection]:
        """Lend the connection that looks after schemas, outside a transaction; constraints do not hold on it."""
        if self._keeper is None:
            self._keeper = psycopg.connect(self.url(), autocommit=True)
            self._keeper.execute("SET session_replication_role = replica; SET lock_timeout = '10s'")
        self._keeper.execute(f"SET search_path = {_schema(url)}".encode())
        yield self._keeper

    def new_database(self) -> str:
        """Return the address of a new, empty database."""
        name = f"made_{os.getpid()}_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def copy_database(self, url: str) -> str:
        """Return the address of a copy of a database that `new_database` made, and that nobody is connected to."""
        name, made = f"made_{os.getpid()}_{next(self._numbers)}", url.partition("@/")[2].partition("?")[0]
        self.execute(f"CREATE DATABASE {name} TEMPLATE {made}")
        return self.url(name)

    def new_schema(self) -> str:
        """Return the address of a new, empty schema of the first database: ten times as quick as a database."""
        url = self.url(search_path=f"made_{os.getpid()}_{next(self._numbers)},public")
        with self.connected(url) as connection:
            connection.execute(f"CREATE SCHEMA {_schema(url)}".encode())
        return url

    def drop_schema(self, url: str) -> None:
        """Remove a schema that `new_schema` made, with all that is in it."""
        with self.connected(url) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {_schema(url)} CASCADE".encode())


def _schema(url: str) -> str:
    return url.rpartition("search_path%3D")[2].partition(",")[0]


def _without_rights() -> str | None:
    """Return who runs the server where we are root, which it refuses; None where we run it ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise RuntimeError("no person without rights to run the server: neither `postgres` nor `nobody`")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
