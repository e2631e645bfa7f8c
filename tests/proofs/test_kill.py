"""The server, its workers and the worker beside it are killed while clients write: what was acknowledged is there.

Each account that is there has its two lines, its history and one effect of durable work, whoever was killed when.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.core.jobs.conftest import until
from tests.proofs.counting import Counts
from tests.proofs.served import Served, served
from tests.proofs.writers import LINES, Account, Writer
from tests.servers import PostgresqlServer

from sidra.access.actor import system_actor
from sidra.audit.verification import Verification
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime

CLIENTS = 6
DEADLINE_SECONDS = 900.0
"""After which nothing comes any more, on the slowest of machines."""
SEED = 20_261_123


@pytest.fixture(scope="module")
def durable(postgresql: Path) -> Iterator[PostgresqlServer]:
    """A server of PostgreSQL that waits for its disk."""
    server = PostgresqlServer(postgresql, is_durable=True)
    try:
        server.start()
        server.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public", "template1")
        server.execute("CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA public", "template1")
        yield server
    finally:
        server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """An installation on each database, of which nothing runs."""
    server = request.getfixturevalue("durable") if request.param == "postgresql" else None
    with served(tmp_path, server) as found:
        assert found.token
        yield found


@contextmanager
def writing(installation: Served, name: str) -> Iterator[list[Writer]]:
    """Let clients write meanwhile."""
    stop = threading.Event()
    writers = [Writer(installation, f"{name}-{number}", stop) for number in range(CLIENTS)]
    for writer in writers:
        writer.start()
    try:
        yield writers
    finally:
        stop.set()
        for writer in writers:
            writer.join()


def acknowledged(writers: list[Writer]) -> int:
    assert [writer.refused for writer in writers if writer.refused] == []
    return sum(writer.acknowledged for writer in writers)


def kill_while_clients_write(installation: Served, kills: int, writes: int, counts: Counts) -> None:
    """Kill all processes so many times, each after so many acknowledged writes; look at all that is left."""
    chance, everyone = random.Random(SEED), list[Writer]()
    for number in range(kills):
        installation.start(works=True)
        with writing(installation, f"k{number}") as writers:
            until(lambda: acknowledged(writers) >= writes, lambda: installation.log[-2000:], seconds=DEADLINE_SECONDS)
            time.sleep(chance.uniform(0, 0.1))
            installation.kill()
        assert_sound(installation, counts)
        assert_kept(installation.runtime, writers)
        everyone += writers
        counts["kills"] += 1
        counts["acknowledged writes"] += acknowledged(writers)
    installation.start(works=True)
    settle(installation)
    counts["effects"] += len(effects(installation.runtime))
    assert_whole(installation.runtime, everyone)
    counts["lost, half done or twice"] += 0
    assert "Traceback" not in installation.log


def settle(installation: Served) -> None:
    """Wait until all that happened was taken up and done."""
    runtime = installation.runtime
    until(lambda: not runtime.outbox.oldest(1), seconds=DEADLINE_SECONDS)
    expected = number_of(runtime, "account")
    until(lambda: number_of(runtime, "mark") >= expected, lambda: installation.log[-2000:], seconds=DEADLINE_SECONDS)


def number_of(runtime: Runtime, table: str) -> int:
    with runtime.store.reading() as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def effects(runtime: Runtime) -> list[str]:
    with runtime.store.reading() as connection:
        return [row[0] for row in connection.execute("SELECT text FROM mark ORDER BY text").fetchall()]


def assert_sound(installation: Served, counts: Counts) -> None:
    """The database itself finds nothing wrong, and no unit of work is there in part."""
    runtime = installation.runtime
    assert installation.found_wrong() == []
    counts["checks by the database itself"] += 1
    with runtime.store.reading() as connection:
        accounts, lines = number_of(runtime, "account"), number_of(runtime, "line")
        orphans = "SELECT count(*) FROM account a WHERE (SELECT count(*) FROM line l WHERE l.account_id = a.id) <> 2"
        assert connection.execute(orphans).fetchone()[0] == 0
    assert lines == len(LINES) * accounts


def assert_kept(runtime: Runtime, writers: list[Writer]) -> None:
    """What clients were told is there, whole; what they were not told is there or not, whole."""
    records = runtime.records(system_actor("test"))
    for account in (account for writer in writers for account in writer.accounts):
        found = records.get("account", account.id)
        assert (found.version, found["total"]) in possible(account)
        assert [line["text"] for line in found["lines"]] == list(LINES)
        totals = [
            change.new for change in records.history("account", account.id).changes if change.attribute == "total"
        ]
        assert totals == list(range(found["total"], -1, -1))
        tickets = {ticket.id for ticket in found["tickets"]}
        assert account.tickets - account.unsure <= tickets
        assert not account.gone & tickets
        assert found["opened"] == len(tickets)


def possible(account: Account) -> set[tuple[int, int]]:
    known = {(account.version, account.total)}
    return known if account.doubt is None else {*known, (account.version + 1, account.doubt)}


def assert_whole(runtime: Runtime, writers: list[Writer]) -> None:
    """At the end: nothing that nobody wrote, one effect each, numbers given once, and an audit that is whole."""
    known = {account.code for writer in writers for account in writer.accounts}
    doubtful = {code for writer in writers for code in writer.doubtful}
    with runtime.store.reading() as connection:
        rows = connection.execute("SELECT code, number FROM account").fetchall()
    codes = {code for code, _ in rows}
    assert known <= codes <= known | doubtful
    assert len({number for _, number in rows}) == len(rows) == len(codes)
    everyone: Records = runtime.records(system_actor("test"))
    ids = [record.id for code in codes if (record := by_code(everyone, code))]
    assert effects(runtime) == sorted(ids)
    assert Verification(runtime.store, runtime.keys, "sn").run().is_whole
    assert_kept(runtime, writers)


def by_code(records: Records, code: str) -> Record:
    (found,) = records.list("account", Query(filters=(Filter("code", "eq", code),), count=False)).records
    return found


def test_what_was_acknowledged_survives_a_kill_of_the_server(installed: Served, counts: Counts) -> None:
    kill_while_clients_write(installed, kills=2, writes=50, counts=counts)


@pytest.mark.prove
def test_twenty_kills_of_the_server_lose_nothing(installed: Served, counts: Counts) -> None:
    kill_while_clients_write(installed, kills=20, writes=1_000, counts=counts)


def kill_database(server: PostgresqlServer) -> None:
    """End all processes of a database server at once."""
    process = server._process
    assert process is not None
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for one in (process.pid, *map(int, children)):
        os.kill(one, signal.SIGKILL)
    process.wait()
    server._process = None


def test_a_kill_of_postgresql_loses_nothing_and_the_server_goes_on(
    durable: PostgresqlServer, tmp_path: Path, counts: Counts
) -> None:
    with served(tmp_path, durable) as installation:
        assert installation.token
        installation.start(works=True)
        with writing(installation, "d") as writers:
            until(lambda: acknowledged(writers) >= 200, seconds=DEADLINE_SECONDS)
            kill_database(durable)
            time.sleep(0.5)
            durable.start()
            before = acknowledged(writers)
            until(lambda: acknowledged(writers) >= before + 200, lambda: installation.log[-2000:], DEADLINE_SECONDS)
        counts["kills of PostgreSQL"] += 1
        counts["acknowledged writes"] += acknowledged(writers)
        settle(installation)
        assert_sound(installation, counts)
        assert_whole(installation.runtime, writers)
