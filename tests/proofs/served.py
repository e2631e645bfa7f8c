"""An installation that real processes serve: the server with its workers, and one that does durable work beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path

from tests.core.affiliates.installations import BASELINE, Installation, installation
from tests.core.cli.test_serve import free_port
from tests.servers import PostgresqlServer

from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.jobs.database import JobsDatabase
from sidra.runtime import Runtime
from sidra.settings import Settings, load_settings

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 300.0
MOST_OPEN = 3
"""Tickets of one account, says a rule."""
FILES = {
    **BASELINE,
    "core/account.yaml": """
entity: account
title: name
history: true
api: {path: proofs/v4}
attributes:
  name: {type: string, required: true, search: true, sort: true, filter: true, max_length: 200}
  number: {type: sequence, sequence: "A-{n:06}", sort: true}
  code: {type: string, unique: true, filter: true}
  total: {type: integer, default: 0, filter: true}
  opened: {type: integer, compute: {by: "tickets.filter(t, t.status == 'open').size()", stored: true}, sort: true}
relations:
  lines: {to: line, many: true, owned: true, inverse: account, max: 5}
  tickets: {to: ticket, many: true, inverse: account}
  friends: {to: account, many: true}
""",
    "core/line.yaml": """
entity: line
attributes:
  text: {type: string, required: true}
relations:
  account: {to: account, required: true}
""",
    "core/ticket.yaml": """
entity: ticket
title: text
api: {path: proofs/v4}
attributes:
  text: {type: string, required: true, search: true}
  status: {type: string, default: open, filter: true}
relations:
  account: {to: account, required: true}
""",
    "core/few_are_open.yaml": f"""
rule: few_are_open
kind: validate
on: ticket
when: "status == 'open'"
check: "account.tickets.filter(t, t.status == 'open' && t.id != id).size() < {MOST_OPEN}"
message: There are open ones enough
""",
    "core/mark.yaml": """
entity: mark
title: text
attributes:
  text: {type: string, search: exact, filter: true, sort: true}
""",
    "core/client.yaml": """
role: client
may:
  account: {do: [create, read, update, delete]}
  ticket: {do: [create, read, update, delete]}
functions: [search]
""",
}
AMCHECK = (
    # Raises at the first index that does not have all rows, or has others.
    """WITH indexes AS MATERIALIZED (
    SELECT c.oid, c.relname FROM pg_class c JOIN pg_am a ON a.oid = c.relam JOIN pg_index i ON i.indexrelid = c.oid
    WHERE a.amname = 'btree' AND c.relpersistence = 'p' AND i.indisvalid)
    SELECT relname FROM indexes WHERE bt_index_check(oid, true)::text <> ''""",
    """WITH tables AS MATERIALIZED (
    SELECT oid, relname FROM pg_class WHERE relkind IN ('r', 'm', 't') AND relpersistence = 'p')
    SELECT relname, told.msg FROM tables CROSS JOIN LATERAL verify_heapam(oid) told""",
)
"""What PostgreSQL's `amcheck` is asked: each returns what is wrong."""
HEAD = "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\nlocales: [fr]\ntime_zone: Africa/Dakar\n"


class Served:
    """One affiliate, whose processes are started and killed at will."""

    def __init__(self, folder: Path, settings: Settings, port: int, made: Installation | None = None) -> None:
        self.folder, self.settings, self.port, self._made = folder, settings, port, made
        self._processes: list[subprocess.Popen[bytes]] = []

    @cached_property
    def affiliates(self) -> Affiliates:
        """The affiliates as this process has them."""
        return Affiliates(self.settings)

    @property
    def runtime(self) -> Runtime:
        """The affiliate, beside the server."""
        found = self.affiliates.get("sn")
        assert found is not None, self.affiliates.state("sn")
        return found

    @cached_property
    def token(self) -> str:
        """What a client of the API shows."""
        return Entrance.of("sn", self.runtime.store).tokens.issue("client")

    @property
    def address(self) -> str:
        """Of the API's resources."""
        return f"http://127.0.0.1:{self.port}/sn/tmf-api/proofs/v4"

    @property
    def log(self) -> str:
        """What the processes have told so far."""
        file = self.folder / "log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def found_wrong(self) -> list[str]:
        """Return what the database itself finds wrong with what it keeps, where nobody writes."""
        if self._made is not None:
            database = self._made.place("sn").address.database
            return [str(row) for query in AMCHECK for row in self._made.server.execute(query, database)]
        with self.runtime.store.reading() as connection:
            told = connection.execute("PRAGMA integrity_check").fetchall()
            return [str(row) for row in (*told, *connection.execute("PRAGMA foreign_key_check")) if row != ("ok",)]

    def start(self, *, works: bool = False) -> None:
        """Start the server, and on demand what does durable work: all of them one group, which `kill` ends."""
        server = self._start(["-c", "from sidra.cli import main; main()", "serve", "--port", str(self.port)], 0)
        if works:
            self._start([str(PROJECT / "tests/proofs/worker.py"), str(self.folder)], server.pid)
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert server.poll() is None, self.log[-3000:]
            assert time.monotonic() < end, self.log[-3000:]
            time.sleep(0.02)

    def _start(self, words: list[str], group: int) -> subprocess.Popen[bytes]:
        given = dict(os.environ, PYTHONPATH=os.pathsep.join([str(PROJECT), *sys.path]))
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *words], cwd=self.folder, env=given, stdout=log, stderr=log, process_group=group
            )
        self._processes.append(process)
        return process

    def _answers(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5):
            return True
        return False

    def kill(self) -> None:
        """End all processes at once, as nothing can be kept from."""
        if not self._processes:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._processes[0].pid, signal.SIGKILL)
        for process in self._processes:
            process.wait()
        self._processes = []

    def close(self) -> None:
        """End what was started."""
        self.kill()
        if "affiliates" in self.__dict__:
            self.affiliates.close()


@contextmanager
def served(folder: Path, server: PostgresqlServer | None) -> Iterator[Served]:
    """Lend an installation on SQLite, or on a server of PostgreSQL; nothing of it runs yet."""
    lines = ["baseline: baseline", "home: var", "plugins: []", "workers: 2", "worker: apart", "log_level: warning"]
    files, made = {f"baseline/{name}": text for name, text in FILES.items()}, None
    with ExitStack() as ends:
        if server is not None:
            made = ends.enter_context(installation(folder, server))
            lines += [f"database: {made.settings.database}", f"jobs_database: {json.dumps(server.new_database())}"]
        files["sidra.yaml"] = "\n".join(lines) + "\n"
        files["affiliates/sn/layer.yaml"] = HEAD + ("store: {schema: sn}\n" if made else "")
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        if made is not None:
            made.provision("sn")
        settings = load_settings({}, folder)
        database = JobsDatabase.of(settings, connections=1)
        database.prepare()
        database.close()
        found = Served(folder, settings, free_port(), made)
        ends.callback(found.close)
        yield found
