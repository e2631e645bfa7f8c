"""What a saved YAML file costs until it is in force: milliseconds of work, for the baseline and the affiliates here.

    python bench/reload.py [--rounds 7] [--json]

The files are copied, and loaded once; that first load, with an empty cache and new databases, is the cold one. Then
each case saves a file and asks for an affiliate that it concerns, as the first request after it does with `sidra serve
--reload`; the others that it concerns are loaded when they are asked for, which is a line of its own. Work is the CPU
time of the process; what the disk takes to keep a new column is in the elapsed time only. The ratios are measured ÷
allowed, 50 ms, and measured ÷ cold.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import structlog

from sidra.affiliates.registry import Affiliates
from sidra.settings import Settings, load_settings
from sidra.web.reload import Reloader
from sidra_metamodel.render import render

ROOT = Path(__file__).parent.parent
ALLOWED_MILLISECONDS = 50.0
INDIVIDUAL = "affiliates/sn/entities/individual.yaml"
ASKED = "sn"
"""The affiliate that the first request asks for where a file concerns all."""
CUSTOMER = "baseline/sidra_baseline/core/entities/customer.yaml"


class Case(NamedTuple):
    """A file that is saved again and again, and its text for the n-th time."""

    file: str
    edit: Callable[[str, int], str]
    is_good: bool = True


def with_attribute(text: str, number: int) -> str:
    """Return an overlay with one more local attribute, under a name that was not there before."""
    added = f"  x_sn_bench_{number}: {{$why: A measurement, type: string, label: {{fr: Mesure, en: Measure}}}}\n"
    return text.replace("attributes:\n", f"attributes:\n{added}", 1)


def with_group_attribute(text: str, number: int) -> str:
    """Return a document of the baseline with one more attribute, under a name that was not there before."""
    return text.replace("attributes:\n", f"attributes:\n  bench_{number}: {{type: string, label: Measure}}\n", 1)


def with_label(text: str, number: int) -> str:
    """Return an overlay with another label."""
    return text.replace("fr: Prénoms", f"fr: Prénoms {number}", 1)


def with_error(text: str, number: int) -> str:
    """Return an overlay with an attribute of a type that does not exist."""
    return with_attribute(text, number).replace("type: string, label", f"type: strin_{number}, label", 1)


def torn(text: str, number: int) -> str:
    """Return a file that is no YAML."""
    return f"{text}  broken_{number}: [\n"


def with_comment(text: str, number: int) -> str:
    """Return a document of the baseline that says the same, on other lines."""
    return f"# {number}\n{text}"


CASES: Mapping[str, Case] = {
    "attribute added": Case(INDIVIDUAL, with_attribute),
    "label changed": Case(INDIVIDUAL, with_label),
    "wrong type": Case(INDIVIDUAL, with_error, is_good=False),
    "no YAML": Case(INDIVIDUAL, torn, is_good=False),
    "baseline changed": Case(CUSTOMER, with_comment),
    "baseline attribute": Case(CUSTOMER, with_group_attribute),
}


class Spent(NamedTuple):
    """Milliseconds of one reload."""

    work: float
    elapsed: float


def spent_on(action: Callable[[], object]) -> Spent:
    """Return what an action takes."""
    elapsed, work = time.perf_counter(), time.process_time()
    action()
    return Spent((time.process_time() - work) * 1000, (time.perf_counter() - elapsed) * 1000)


def loaded_whole(settings: Settings) -> Affiliates:
    """Return all affiliates of the settings, loaded."""
    affiliates = Affiliates(settings)
    affiliates.load_all()
    return affiliates


def median(spent: Iterable[Spent]) -> Spent:
    """Return the median of several measurements."""
    return Spent(*map(statistics.median, zip(*spent, strict=True)))


def measure(folder: Path, rounds: int) -> dict[str, Spent]:
    """Return the median of each case, and the cold load."""
    for name in ("baseline", "affiliates"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "sidra.yaml", folder)
    settings = load_settings({"SIDRA_BASELINE": "baseline/sidra_baseline"}, folder)
    loaded: list[Affiliates] = []
    found = {"cold": spent_on(lambda: loaded.append(loaded_whole(settings)))}
    reloader = Reloader(loaded[0], [settings.baseline, *settings.affiliates])
    for name, case in CASES.items():
        asked, others = zip(*(one_save(folder, case, n, loaded[0], reloader) for n in range(rounds)), strict=True)
        found[name] = median(asked)
        if not case.file.startswith("affiliates"):
            found[f"{name}, others"] = median(others)
    loaded[0].close()
    return found


def one_save(folder: Path, case: Case, number: int, affiliates: Affiliates, reloader: Reloader) -> tuple[Spent, Spent]:
    """Return what it takes to put one saved file in force, and in the others; the file is as it was afterwards."""
    path = folder / case.file
    text = path.read_text(encoding="utf-8")
    path.write_text(case.edit(text, number), encoding="utf-8")
    asked = path.relative_to(folder / "affiliates").parts[0] if case.file.startswith("affiliates") else ASKED
    spent = spent_on(lambda: one_request(reloader, affiliates, asked))
    others = spent_on(affiliates.load_all)
    states = [state for name in affiliates.names if (state := affiliates.state(name)) is not None]
    if all(state.is_current for state in states) is not case.is_good:
        found = render(one for state in states for one in state.diagnostics)
        raise SystemExit(f"{case.file} is {'not ' * case.is_good}in force; this measures something else\n{found}")
    path.write_text(text, encoding="utf-8")
    reloader()
    affiliates.load_all()
    return spent, others


def one_request(reloader: Reloader, affiliates: Affiliates, name: str) -> None:
    """Do what a request does before it is answered."""
    reloader()
    affiliates.get(name)


def main() -> None:
    """Print the figures as a table or as JSON."""
    arguments = argparse.ArgumentParser(description="What a saved YAML file costs until it is in force.")
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    structlog.configure(
        logger_factory=structlog.ReturnLoggerFactory(), processors=[structlog.processors.JSONRenderer()]
    )
    with tempfile.TemporaryDirectory() as name:
        found = measure(Path(name), given.rounds)
    cold = found["cold"].work
    ratios = {
        name: {"allowed": spent.work / ALLOWED_MILLISECONDS, "cold": spent.work / cold}
        for name, spent in found.items()
        if name in CASES
    }
    if given.json:
        milliseconds = {name: spent._asdict() for name, spent in found.items()}
        print(json.dumps({"milliseconds": milliseconds, "ratios": ratios}))
        return
    for name, spent in found.items():
        rest = "".join(f"  ÷ {what} {value:.2f}" for what, value in ratios.get(name, {}).items())
        print(f"{name:<26} work {spent.work:7.1f} ms  elapsed {spent.elapsed:7.1f} ms{rest}")


if __name__ == "__main__":
    main()
