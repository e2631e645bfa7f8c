"""The conditions under which the engine keeps what we promise: each was seen to be broken once."""

from __future__ import annotations

import base64
import datetime
import importlib
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from tests.core.jobs.conftest import PROJECT, Place, Places, until
from tests.servers import PostgresqlServer

from sidra.jobs.database import CHECKED, SCHEMA, JobsDatabase
from sidra.jobs.engine import MOST_ON_SQLITE, configuration
from sidra.jobs.errors import JobsUnavailable, Unreadable
from sidra.jobs.scheduling import latest_due
from sidra.jobs.serializing import FORMAT, JsonSerializer, refuse_pickles
from sidra.jobs.service import QUEUE, Jobs, queue_of
from sidra_metamodel.timing import parse_timing

TWO_ENGINES = """
import sys
from tests.core.jobs.works import HANDLERS
from sidra.jobs.database import JobsDatabase
from sidra.jobs.engine import Doing, Engine
from sidra.jobs.errors import EngineRunning

doing = Doing(lambda job: None, lambda error: False, lambda job, failure: None, tuple)
databases = [JobsDatabase(f"sqlite:///{sys.argv[1]}/{name}.db") for name in ("one", "two")]
for database in databases:
    database.prepare()
engine = Engine(databases[0], "first", doing, ())
try:
    Engine(databases[1], "second", doing, ())
except EngineRunning as error:
    print(error.code)
engine.stop(0)
"""


INSIDE_AN_ENGINE = """
import sys
from tests.core.jobs.works import HANDLERS
from sidra.jobs.database import JobsDatabase
from sidra.jobs.engine import Doing, Engine

database = JobsDatabase(f"sqlite:///{sys.argv[1]}/one.db")
database.prepare()
doing = Doing(lambda job: None, lambda error: False, lambda job, failure: None, tuple)
engine = Engine(database, "first", doing, HANDLERS.by_name.values())
paced = engine._instance._sys_db.get_queue_partitions.__qualname__.startswith("Engine._pace")
threads = engine._instance.background_thread_stop_events
print("paced" if paced else "not paced", engine.active(), engine.take_over(["nobody"]), bool(threads))
engine.stop(0)
"""


class Harm:
    """Would make a file when it is read."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.file,))


def test_1_who_only_asks_for_work_has_a_lazy_client_and_no_engine(tmp_path: Path) -> None:
    nobody = JobsDatabase("postgresql://nobody@127.0.0.1:1/none")
    asked = time.monotonic()
    with pytest.raises(JobsUnavailable):
        Jobs(nobody).enqueue("sn", "clean_up")
    assert time.monotonic() - asked < 20
    from dbos import _dbos  # noqa: PLC0415 - loaded by now, and by nothing before

    assert _dbos._dbos_global_instance is None


def test_1_a_process_has_one_engine_and_a_second_configuration_is_an_error(tmp_path: Path) -> None:
    given = dict(os.environ, PYTHONPATH=os.pathsep.join([str(PROJECT), *sys.path]))
    told = subprocess.run(
        [sys.executable, "-c", TWO_ENGINES, str(tmp_path)], capture_output=True, text=True, env=given, check=True
    )
    assert told.stdout == "R063\n"


@pytest.mark.parametrize("table", CHECKED)
def test_2_the_database_refuses_a_row_that_is_a_pickle(place: Place, table: str) -> None:
    schema = f"{SCHEMA}." if place.database.kind == "postgresql" else ""
    with place.database.engine.connect() as connection:
        columns = sa.inspect(connection).get_columns(table, schema=schema.rstrip(".") or None)
        needed = [one for one in columns if not one["nullable"] and one["default"] is None]
        values = {one["name"]: 1 if isinstance(one["type"], sa.Integer) else "x" for one in needed}
        values["serialization"] = "py_pickle"
        names, marks = ", ".join(f'"{name}"' for name in values), ", ".join(f":{name}" for name in values)
        with pytest.raises(sa.exc.IntegrityError, match=r"(?i)check|json_only"):
            connection.execute(sa.text(f"INSERT INTO {schema}{table} ({names}) VALUES ({marks})"), values)


def test_2_nothing_reads_a_pickle_wherever_it_stands(tmp_path: Path) -> None:
    from dbos import _serialization as engine  # noqa: PLC0415 - as above

    refuse_pickles()
    file, serializer = tmp_path / "harm", JsonSerializer()
    text = base64.b64encode(pickle.dumps(Harm(file))).decode()
    for name in ("py_pickle", FORMAT, None):
        with pytest.raises(Unreadable):
            engine.deserialize_value(text, name, serializer)  # type: ignore[arg-type]  # it has the same methods
    with pytest.raises(Unreadable):
        engine.DBOSDefaultSerializer.serialize(1)
    assert not file.exists()


def test_3_the_work_of_a_dead_worker_is_taken_over_by_another(places: Places) -> None:
    place = places.make("sn")
    first = place.start()
    job = place.jobs.enqueue("sn", "chunks", {"text": "x", "count": 40, "seconds": 0.05})
    until(lambda: len(place.marks()) > 2)
    second = place.start()
    ids = {worker.id for worker in place.jobs.workers()}
    assert len(ids) == 2
    first.send_signal(signal.SIGKILL)
    first.wait()
    place.wait(job)
    assert len(place.marks()) == 40
    until(lambda: len(place.jobs.workers()) == 1)
    assert second.poll() is None


def test_4_a_restart_of_the_server_leaves_no_work_failed(postgresql: Path, tmp_path: Path) -> None:
    server = PostgresqlServer(postgresql, is_durable=True)
    places = Places("postgresql", tmp_path, server)
    try:
        server.start()
        place = places.make("sn")
        place.start()
        ids = [
            place.jobs.enqueue("sn", "chunks", {"text": f"{number}", "count": 8, "seconds": 0.1})
            for number in range(10)
        ]
        until(lambda: len(place.marks()) > 3)
        server.kill()
        time.sleep(1.5)
        server.start()
        until(lambda: [one.state for one in place.jobs.list(limit=20).jobs] == ["done"] * 10)
        assert all(view.tries == 0 for view in place.wait(*ids))
        assert len(place.marks()) == 80
    finally:
        places.close()
        server.remove()


@pytest.mark.parametrize("places", ["sqlite"], indirect=True)
def test_4_a_file_that_is_taken_for_a_while_leaves_no_work_failed(places: Places) -> None:
    place = places.make("sn")
    place.start()
    ids = [place.jobs.enqueue("sn", "chunks", {"text": f"{n}", "count": 5, "seconds": 0.1}) for n in range(4)]
    until(lambda: len(place.marks()) > 2)
    with sqlite3.connect(str(place.database.engine.url.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(2)
    other.close()
    assert all(view.tries == 0 for view in place.wait(*ids))
    assert len(place.marks()) == 20


def test_4_what_is_busy_is_tried_again_without_counting_as_a_failure(working: Place, tmp_path: Path) -> None:
    job = working.jobs.enqueue("sn", "waits", {"file": str(tmp_path / "there")})
    until(lambda: working.state(job) == "running")
    time.sleep(0.5)
    (tmp_path / "there").touch()
    (done,) = working.wait(job)
    assert done.tries == 0


def test_5_the_version_is_constant_and_the_engine_keeps_nothing_of_what_is_to_be_done(working: Place) -> None:
    job = working.jobs.enqueue("sn", "mark", {"text": "kept by us"})
    working.wait(job)
    schema = f"{SCHEMA}." if working.database.kind == "postgresql" else ""
    with working.database.engine.connect() as connection:
        wanted = sa.text(f"SELECT * FROM {schema}workflow_status WHERE workflow_uuid = :id")
        (row,) = connection.execute(wanted, {"id": job}).mappings()
    assert (row["application_version"], row["serialization"]) == ("sidra", FORMAT)
    assert "kept by us" not in str(dict(row))


def test_6_one_line_for_all_affiliates_and_few_at_once_on_sqlite(working: Place) -> None:
    assert queue_of("mark", is_limited=False) == queue_of("clean_up", is_limited=False) == QUEUE
    schema = f"{SCHEMA}." if working.database.kind == "postgresql" else ""
    # The worker is heard of before it has made its lines.
    working.wait(working.jobs.enqueue("sn", "quick"), working.jobs.enqueue("sn", "limited"))
    with working.database.engine.connect() as connection:
        names = f"SELECT name, worker_concurrency FROM {schema}queues ORDER BY name"
        queues: dict[str, int] = dict(connection.exec_driver_sql(names).fetchall())
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar() if not schema else "wal"
    assert set(queues) == {"sidra", "sidra.alone", "sidra.limited"}
    assert mode == "wal"
    assert queues["sidra"] <= MOST_ON_SQLITE or working.database.kind == "postgresql"


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        # The clock is put back: 02:30 is shown twice, and counts once, when it is shown first.
        ("Europe/Warsaw", "2026-10-25", "02:30", "2026-10-25T00:30"),
        ("Africa/Cairo", "2026-10-29", "23:30", "2026-10-29T20:30"),
        # The clock is put forward: no 02:30 is shown; it comes as long after midnight as on other days.
        ("Europe/Warsaw", "2026-03-29", "02:30", "2026-03-29T01:30"),
        ("Africa/Cairo", "2026-04-24", "00:30", "2026-04-23T22:30"),
        ("Africa/Dakar", "2026-03-29", "02:30", "2026-03-29T02:30"),
    ],
)
def test_7_a_local_time_comes_once_whatever_is_done_to_the_clock(zone: str, day: str, at: str, utc: str) -> None:
    timing = parse_timing(f"day at {at}")
    assert timing is not None
    due = datetime.datetime.fromisoformat(utc).replace(tzinfo=datetime.UTC)
    minute = due - datetime.timedelta(hours=6)
    found: list[tuple[str, datetime.datetime]] = []
    while minute < due + datetime.timedelta(hours=6):
        slot = latest_due(timing, lambda _: True, ZoneInfo(zone), minute, datetime.timedelta(minutes=30))
        if slot is not None and (not found or slot > found[-1][0]):
            found.append((slot, minute))
        minute += datetime.timedelta(minutes=1)
    assert found == [(f"{day}T{at}", due)]


def test_8_failed_work_is_rewound_and_keeps_its_id(working: Place, tmp_path: Path) -> None:
    job = working.jobs.enqueue("eg", "fails", {"file": str(tmp_path / "there")})
    working.wait(job, state="failed")
    (tmp_path / "there").touch()
    working.jobs.retry(job)
    working.wait(job)
    assert [one.id for one in working.jobs.list("eg", name="fails").jobs] == [job]


def test_9_the_version_is_pinned_and_nothing_proprietary_is_configured(root: Path) -> None:
    assert '"dbos==' in (root / "pyproject.toml").read_text(encoding="utf-8")
    given = configuration(JobsDatabase("sqlite:///none.db"), "one")
    proprietary = ("conductor", "auto_upgrade", "sharding", "enterprise")
    assert [key for key in given if any(word in key for word in proprietary)] == []
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / "core/sidra/jobs").glob("*.py")))
    assert [word for word in ("conductor_", "auto_upgrade", "sharding", "transact_enterprise") if word in code] == []


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("_dbos", ["_dbos_global_instance"]),
        ("_dbos.DBOS", ["launch", "register_queue", "destroy", "_recover_pending_workflows"]),
        ("_sys_db.SystemDatabase", ["create", "run_migrations", "get_queue", "get_queue_partitions"]),
        ("_client.DBOSClient", ["enqueue_in_transaction", "cancel_workflow", "rewind_workflow", "delete_workflows"]),
        ("_serialization.DefaultSerializer", ["serialize", "deserialize"]),
        ("_error", ["DBOSException", "DBOSMaxStepRetriesExceeded", "DBOSAwaitedWorkflowCancelledError"]),
    ],
)
def test_9_another_version_of_the_engine_has_all_that_we_reach_into(module: str, names: list[str]) -> None:
    file, _, inner = module.partition(".")
    found = importlib.import_module(f"dbos.{file}")
    owner = getattr(found, inner) if inner else found
    missing = [name for name in names if not hasattr(owner, name)]
    assert not missing, f"dbos.{module} has no {', '.join(missing)}: see core/sidra/jobs before the pin is moved"


def test_9_an_engine_has_what_we_ask_it_for(tmp_path: Path) -> None:
    given = dict(os.environ, PYTHONPATH=os.pathsep.join([str(PROJECT), *sys.path]))
    told = subprocess.run(
        [sys.executable, "-c", INSIDE_AN_ENGINE, str(tmp_path)], capture_output=True, text=True, env=given, check=True
    )
    assert told.stdout == "paced 0 0 True\n"


def test_9_variables_of_the_surroundings_turn_nothing_on(tmp_path: Path) -> None:
    given = dict(os.environ, PYTHONPATH=os.pathsep.join([str(PROJECT), *sys.path]), DBOS__CLOUD="true")
    script = TWO_ENGINES.replace("doing =", "from dbos._utils import GlobalParams\ndoing =", 1)
    script = script.replace("databases =", "print(GlobalParams.dbos_cloud)\ndatabases =", 1)
    before = "import sys\nfrom sidra.jobs.engine import _leave_no_settings\n_leave_no_settings()\n"
    command = [sys.executable, "-c", script.replace("import sys\n", before, 1), str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, env=given, check=False)
    assert told.stdout == "False\nR063\n", told.stderr


def test_9_only_the_folder_of_durable_work_knows_the_engine(root: Path) -> None:
    places = [*(root / "core").rglob("*.py"), *(root / "ui").rglob("*.py"), *(root / "metamodel").rglob("*.py")]
    outside = [path for path in places if "dbos" in path.read_text(encoding="utf-8") and path.parent.name != "jobs"]
    assert outside == []
