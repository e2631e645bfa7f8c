"""What durable work costs: jobs a second of one worker, an event until its effect, a worker with nothing to do.

    python bench/jobs.py [--jobs 400] [--json]

On SQLite, and on a PostgreSQL server of its own where there is one (with fsync). A `quick` job does nothing, a `mark`
job makes a record in a step that is done once. The stores are SQLite files, so that the engine is what differs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.core.jobs.works import HANDLERS, make_installation, marks  # noqa: E402 - found by the line above
from tests.servers import PostgresqlServer  # noqa: E402 - as above

from sidra.access.actor import system_actor  # noqa: E402 - as above
from sidra.affiliates.registry import Affiliates  # noqa: E402 - as above
from sidra.jobs.database import JobsDatabase  # noqa: E402 - as above
from sidra.jobs.service import Jobs, Wish  # noqa: E402 - as above

IDLE_SECONDS = 10.0
EVENTS = 20
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process: int) -> float:
    """The processor time that a process has had."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def megabytes(process: int) -> float:
    """The memory that a process has now."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def jobs_a_second(jobs: Jobs, name: str, count: int) -> float:
    """How many jobs one worker does, asked for at once by two affiliates."""
    wishes = [Wish(("sn", "eg")[number % 2], name, {"text": f"{number}"}) for number in range(count)]
    ids = set(jobs.enqueue_all(wishes))
    begun = time.perf_counter()
    while ids:
        time.sleep(0.1)
        ids -= {one.id for one in jobs.list(state="done", name=name, limit=500).jobs}
    return count / (time.perf_counter() - begun)


def event_milliseconds(affiliates: Affiliates) -> float:
    """How long after its change is kept an event has its effect: the median of some."""
    runtime, found = affiliates.get("sn"), []
    assert runtime is not None
    for number in range(EVENTS):
        with runtime.unit_of_work(system_actor("bench")) as unit:
            unit.emit("mark.noted", payload={"text": f"event {number}"})
        begun = time.perf_counter()
        while f"event {number}" not in marks(affiliates, "sn"):
            time.sleep(0.005)
        found.append((time.perf_counter() - begun) * 1000)
    return statistics.median(found)


def measured(folder: Path, url: str, count: int) -> dict[str, float]:
    """The figures on one database."""
    settings = make_installation(folder, "sn", "eg", jobs=url)
    database = JobsDatabase.of(settings)
    database.prepare()
    jobs, affiliates = Jobs(database, HANDLERS), Affiliates(settings)
    given = dict(os.environ, PYTHONPATH=os.pathsep.join([str(ROOT), *sys.path]))
    command = [sys.executable, str(ROOT / "tests/core/jobs/works.py"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=given) as worker:
        while not jobs.workers():
            time.sleep(0.1)
        time.sleep(2)
        before = cpu_seconds(worker.pid)
        time.sleep(IDLE_SECONDS)
        figures = {"idle_cpu_percent": 100 * (cpu_seconds(worker.pid) - before) / IDLE_SECONDS}
        for name in ("quick", "mark"):
            before = cpu_seconds(worker.pid)
            figures[f"{name}_jobs_a_second"] = jobs_a_second(jobs, name, count)
            # Of the worker alone: on a machine that others use too, this is what can be compared.
            figures[f"{name}_jobs_a_cpu_second"] = count / (cpu_seconds(worker.pid) - before)
        figures["event_to_effect_milliseconds"] = event_milliseconds(affiliates)
        figures["megabytes"] = megabytes(worker.pid)
        worker.terminate()
    jobs.close()
    affiliates.close()
    return {name: round(value, 1) for name, value in figures.items()}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=400, choices=range(1, 501), metavar="1-500")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        results["sqlite"] = measured(Path(folder) / "sqlite", "", given.jobs)
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if programs:
            server = PostgresqlServer(programs[-1], is_durable=True)
            try:
                server.start()
                results["postgresql"] = measured(Path(folder) / "postgresql", server.new_database(), given.jobs)
            finally:
                server.remove()
    if given.json:
        print(json.dumps(results, indent=2))
        return
    for kind, figures in results.items():
        print(kind)
        for name, value in figures.items():
            print(f"  {name:<30} {value:>8,.1f}")


if __name__ == "__main__":
    main()
