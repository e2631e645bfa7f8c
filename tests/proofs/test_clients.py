"""Eight processes change the same records over HTTP at once: no change is lost, and no rule is got round together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from tests.proofs.asking import Json
from tests.proofs.counting import Counts
from tests.proofs.served import MOST_OPEN, PROJECT, Served, served

from sidra.access.actor import system_actor
from sidra.audit.verification import Verification
from sidra.records.query import Filter, Query
from sidra.records.service import Records

CLIENTS = 8
COUNTERS, LIMITED, BEFRIENDED = 3, 3, 2
"""Accounts that all of them change: so few that they meet all the time."""
SECONDS = 3_600


@pytest.fixture(params=["sqlite", "postgresql"])
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """An installation on each database, which is served."""
    server = request.getfixturevalue("postgresql_server") if request.param == "postgresql" else None
    with served(tmp_path, server) as found:
        found.start()
        yield found


def work(installation: Served, shared: dict[str, list[str]], operations: int) -> list[Json]:
    """Let the clients work, each a process; return what all of them were told."""
    given = dict(os.environ, PYTHONPATH=os.pathsep.join([str(PROJECT), *sys.path]))
    words = [sys.executable, str(PROJECT / "tests/proofs/client.py"), str(installation.port), installation.token]
    processes = []
    for number in range(CLIENTS):
        process = subprocess.Popen(
            [*words, str(number), str(operations)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=given
        )
        processes.append(process)
        assert process.stdin is not None
        process.stdin.write(json.dumps(shared))
        process.stdin.close()
        process.stdin = None
    told = [json.loads(process.communicate(timeout=SECONDS)[0]) for process in processes]
    assert [process.returncode for process in processes] == [0] * CLIENTS
    return [one for each in told for one in each]


def prepared(records: Records) -> dict[str, list[str]]:
    kinds = {"counters": COUNTERS, "limited": LIMITED, "befriended": BEFRIENDED}
    return {
        kind: [records.create("account", {"name": kind, "code": f"{kind} {number}"}).id for number in range(count)]
        for kind, count in kinds.items()
    }


def let_clients_meet(installation: Served, operations: int, counts: Counts) -> None:
    records = installation.runtime.records(system_actor("test"))
    shared = prepared(records)
    told = work(installation, shared, operations)
    good = [one for one in told if one["status"] < HTTPStatus.BAD_REQUEST]
    statuses = Counter(one["status"] for one in told)
    counts["operations"] += len(told)
    counts["acknowledged"] += len(good)
    counts["refused as outdated"] += statuses[HTTPStatus.PRECONDITION_FAILED]
    counts["refused by a rule or a unique value"] += statuses[HTTPStatus.BAD_REQUEST]
    counts["told to come again"] += statuses[HTTPStatus.SERVICE_UNAVAILABLE]
    known = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE}
    assert [one for one in told if one not in good and one["status"] not in known] == []
    assert len(told) == CLIENTS * operations
    records = installation.runtime.records(system_actor("test"))
    for id in shared["counters"]:
        assert_no_lost_update(records, id, [one for one in good if one["did"] == "count" and one["id"] == id])
    for id in shared["limited"]:
        assert_never_too_many(records, id)
    for id in shared["befriended"]:
        kept = [one["friend"] for one in good if "friend" in one and one["id"] == id]
        assert sorted(one.id for one in records.get("account", id)["friends"]) == sorted(kept)
    assert_unique(records, [one for one in good if one["did"] == "make"])
    assert Verification(installation.runtime.store, installation.runtime.keys, "sn").run().is_whole
    assert "Traceback" not in installation.log
    counts["updates lost"] += 0
    counts["quotas exceeded"] += 0


def assert_no_lost_update(records: Records, id: str, acknowledged: list[Json]) -> None:
    """Each acknowledged version is there once, and made of the one before."""
    found = records.get("account", id)
    assert found["total"] == len(acknowledged)
    assert sorted(one["version"] for one in acknowledged) == list(range(2, found.version + 1))
    assert all(one["total"] == one["version"] - 1 for one in acknowledged)


def assert_never_too_many(records: Records, id: str) -> None:
    """At no time were more open than may be, as the history of the count says."""
    found = records.get("account", id)
    opened = [ticket for ticket in found["tickets"] if ticket["status"] == "open"]
    assert found["opened"] == len(opened) <= MOST_OPEN
    counted, after = [], None
    while True:
        page = records.history("account", id, after=after)
        counted += [change.new for change in page.changes if change.attribute == "opened"]
        after = page.next_cursor
        if after is None:
            break
    assert max(counted) <= MOST_OPEN


def assert_unique(records: Records, made: list[Json]) -> None:
    """Of all who gave a code, one got it; no number was given twice."""
    assert len({one["code"] for one in made}) == len(made) == len({one["number"] for one in made})
    for one in made:
        query = Query(filters=(Filter("code", "eq", one["code"]),), count=False)
        assert len(records.list("account", query).records) == 1


def test_clients_that_meet_lose_no_change_and_get_round_no_rule(installed: Served, counts: Counts) -> None:
    let_clients_meet(installed, 40, counts)


@pytest.mark.prove
def test_eight_clients_with_500_operations_each_lose_no_change(installed: Served, counts: Counts) -> None:
    let_clients_meet(installed, 500, counts)
