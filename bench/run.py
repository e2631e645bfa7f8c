"""All benchmarks, and one table: what the goal is, what was measured, and whether that holds.

    python bench/run.py [--scale small|full] [--rows 50000] [--only tax scale] [--at FOLDER] [--json results.json]

Each benchmark is a process of its own. `full` asks the questions of size with ten million customers, which takes hours
and some fifty gigabytes; `small` asks them with a few ten thousand. What is loaded for them is kept in the folder
`--at`, where the next run finds it.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from databases import programs

HERE = Path(__file__).resolve().parent
FINE = "holds"

# What a benchmark prints as JSON.
Found = Any


@dataclass(frozen=True)
class Goal:
    """One line of the table."""

    what: str
    most: float
    of: Callable[[Found], float]
    is_least: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether a measured value is as good as the goal."""
        return value >= self.most if self.is_least else value <= self.most

    def line(self, found: Found) -> tuple[str, str, str, str]:
        """Return the cells of the table."""
        value = self.of(found)
        off = f"by {abs(value - self.most):.2f} not"
        return (
            self.what,
            f"{'≥' if self.is_least else '≤'} {self.most:g}",
            f"{value:g}",
            FINE if self.holds(value) else off,
        )


def _at(*path: str) -> Callable[[Found], float]:
    def value(found: Found) -> float:
        for name in path:
            found = found[name]
        return float(found)

    return value


def _each(kind: str, text: str, goals: dict[str, float], *, is_least: bool = False) -> list[Goal]:
    return [Goal(f"{text}: {name}", most, _at(kind, name), is_least) for name, most in goals.items()]


TAX = [
    *_each("ratios", "bare ÷ by hand", dict.fromkeys(("get", "list", "create", "patch"), 1.1)),
    *_each("by hand", "features ÷ by hand", dict.fromkeys(("get", "list", "create", "patch"), 1.1)),
    *_each("features", "features ÷ bare", {"get": 1.5, "list": 1.5, "create": 2}),
    *_each("rest", "Django REST framework ÷ features", {"get": 3, "list": 3, "create": 3}, is_least=True),
]
SCALE = _each("ratios", "many ÷ few customers", dict.fromkeys(("get", "list", "page", "360", "search"), 1.3))
MANY = _each("ratios", "500 ÷ 1 entities", dict.fromkeys(("get", "list", "create", "patch"), 1.05))
MEMORY = [Goal("memory, MiB: 2 workers, 15 affiliates", 300, _at("megabytes"))]
USERS = [Goal("250 users, p95 in ms", 300, _at("p95"))]
STREAMS = [
    Goal(
        "250 streams: threads more than without",
        8,
        lambda found: found["threads"]["with"] - found["threads"]["without"],
    ),
    Goal("250 streams: GET beside them ÷ without", 1.1, _at("ratios", "beside ÷ without")),
    Goal("GET of a record, as served ÷ by Granian's WSGI", 1.1, _at("ratios", "now ÷ before")),
    Goal("250 streams: p95 ms until told, another process", 1000, _at("ms until told", "another process", "p95")),
]
EVENTS = [Goal("events told a second", 200, _at("events_a_second"), is_least=True)]
FEED = [Goal("feed ÷ COPY", 6, _at("ratio"))]
LAYERS = [
    *_each(
        "measured",
        "400 files and 15 overlays of 100",
        {
            "check of all, cold: s": 8,
            "check of all, cached: s": 1,
            "one changed overlay file: ms": 50,
            "one changed file of the baseline: ms": 50,
            "plan without counts: s": 2,
            "memory of the baseline: MB": 36,
            "memory of each further affiliate: MB": 1,
        },
    )
]
LISTED = ("customer", "trouble_ticket", "party_interaction", "product", "customer_bill")
LISTS = [Goal(f"page of 50 rows ÷ JSON: {name}", 1.5, _at("lists", name, "page ÷ json")) for name in LISTED]


@dataclass(frozen=True)
class Benchmark:
    """One script, how it is called, and what it answers."""

    script: str
    arguments: tuple[str, ...]
    goals: list[Goal]
    database: str


def benchmarks(scale: str, rows: int, at: Path | None) -> Iterator[Benchmark]:
    """Yield what is run."""
    kept = () if at is None else ("--at", str(at))
    kinds = ("sqlite", "postgresql") if programs() is not None else ("sqlite",)
    sizes = {"sqlite": ("20000", "100000"), "postgresql": ("20000", "100000")}
    if scale == "full":
        sizes = {"sqlite": ("200000", "1000000"), "postgresql": ("1000000", "10000000")}
    for kind in kinds:
        of_kind = ("--database", kind)
        yield Benchmark("tax", (*of_kind, "--rows", str(rows)), TAX, kind)
        yield Benchmark("many", of_kind, [*MANY, *(MEMORY if kind == "sqlite" else [])], kind)
        yield Benchmark("scale", (*of_kind, "--small", sizes[kind][0], "--large", sizes[kind][1], *kept), SCALE, kind)
        yield Benchmark("feed", of_kind, FEED, kind)
        yield Benchmark("streams", of_kind, STREAMS, kind)
        yield Benchmark("lists", of_kind, LISTS, kind)
    yield Benchmark("layers", (), LAYERS, "none")
    yield Benchmark("events", (), EVENTS, "sqlite")
    customers = sizes[kinds[-1]][1]
    yield Benchmark("users", ("--database", kinds[-1], "--customers", customers, *kept), USERS, kinds[-1])


def ran(benchmark: Benchmark) -> Found | None:
    """Return what a benchmark printed; None where it failed, which it says."""
    command = [sys.executable, str(HERE / f"{benchmark.script}.py"), *benchmark.arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{benchmark.script} on {benchmark.database} ended: {done.stderr.strip()[-500:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def jobs() -> Iterator[tuple[str, ...]]:
    """Yield the lines of durable work, which one script measures on both databases."""
    done = subprocess.run(
        [sys.executable, str(HERE / "jobs.py"), "--json"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return
    for kind, found in json.loads(done.stdout).items():
        goal = Goal(
            "jobs a second of a worker", 30 if kind == "sqlite" else 100, _at("quick_jobs_a_second"), is_least=True
        )
        yield (kind, *goal.line(found))


def main() -> None:
    """Run, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", choices=("small", "full"), default="small")
    parser.add_argument("--rows", type=int, default=50_000, help="customers where endpoints are compared")
    parser.add_argument("--only", nargs="*", default=[], help="names of scripts")
    parser.add_argument("--at", type=Path, help="a folder that keeps what is loaded for the questions of size")
    parser.add_argument("--json", type=Path, help="a file for all that was measured")
    given = parser.parse_args()
    lines: list[tuple[str, ...]] = []
    kept: list[dict[str, Any]] = []
    for benchmark in benchmarks(given.scale, given.rows, given.at):
        if given.only and benchmark.script not in given.only:
            continue
        found = ran(benchmark)
        if found is None:
            lines.append((benchmark.database, benchmark.script, "", "", "thrown away"))
            continue
        kept.append({"script": benchmark.script, "database": benchmark.database, "found": found})
        lines += ((benchmark.database, *goal.line(found)) for goal in benchmark.goals)
    if not given.only or "jobs" in given.only:
        lines += jobs()
    if given.json:
        given.json.write_text(json.dumps(kept, indent=2), encoding="utf-8")
    now = datetime.datetime.now(datetime.UTC)
    print(f"{now:%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}, scale {given.scale}\n")
    print("| database | what | goal | measured | |\n|---|---|---|---|---|")
    for line in lines:
        print(f"| {' | '.join(line)} |")


if __name__ == "__main__":
    main()
