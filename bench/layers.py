"""What fifteen affiliates on one large baseline cost: check, plan, comparison and memory.

    python bench/layers.py [--documents 400] [--affiliates 15] [--overlays 100] [--json]

A baseline of so many files of some 220 lines is made, and for each affiliate so many overlay files. Each figure is
taken in a process of its own: CPU seconds, and for memory the growth of what Python holds. Beside each stands what
issue 5 allows; the ratio is measured ÷ allowed. An edit is measured as an editor or a server meets it: the files were
read and checked before, one of them is saved, the files are looked at and the affiliate is checked. The median of five
edits counts.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sidra.configuration import read_configuration
from sidra.releases.planning import plan_of
from sidra.settings import Settings
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.effective import effective
from sidra_metamodel.nodes import Node

ATTRIBUTES = 53
"""Of an entity, at four lines each."""
OVERRIDES = 5
"""Of an overlay file."""
EDITS = 5
MEGABYTE = 1_000_000
ALLOWED = {
    "check of all, cold: s": 8.0,
    "check of all, cached: s": 1.0,
    "one changed overlay file: ms": 50.0,
    "one changed file of the baseline: ms": 50.0,
    "plan without counts: s": 2.0,
    "memory of the baseline: MB": 36.0,
    "memory of each further affiliate: MB": 1.0,
}


def make(folder: Path, documents: int, affiliates: int, overlays: int) -> Settings:
    """Write a baseline and overlays; return the settings that lead to them."""
    baseline = folder / "baseline"
    (baseline / "core").mkdir(parents=True)
    (baseline / "layer.yaml").write_text(
        "layer: bench\nlevel: group\nlocales: [en, fr]\ncurrency: EUR\nversion: 1.0.0\n", encoding="utf-8"
    )
    (baseline / "core" / "pack.yaml").write_text("pack: core\ntier: core\n", encoding="utf-8")
    for number in range(documents):
        (baseline / "core" / f"e{number}.yaml").write_text(_entity(number), encoding="utf-8")
    folders = tuple(folder / "affiliates" / f"c{number}" for number in range(affiliates))
    for own in folders:
        own.mkdir(parents=True)
        layer = f"layer: {own.name}\nlevel: affiliate\nprefix: {own.name}\ntiers: [core]\n"
        (own / "layer.yaml").write_text(layer, encoding="utf-8")
        for number in range(overlays):
            (own / f"e{number}.yaml").write_text(overlay(number, own.name), encoding="utf-8")
    return Settings(home=folder / "var", affiliates=folders, baseline=baseline, plugins=())


def _entity(number: int, length: int = 60) -> str:
    attributes = "".join(
        f"  a{one}:\n    type: string\n    max_length: {length}\n"
        f"    label: {{en: Attribute {one}, fr: Attribut {one}}}\n"
        for one in range(ATTRIBUTES)
    )
    return f"entity: e{number}\ntitle: a0\nlabel: {{en: Thing {number}, fr: Chose {number}}}\nattributes:\n{attributes}"


def overlay(number: int, affiliate: str, length: int = 40) -> str:
    """Return an overlay of one entity: limits, texts, and an attribute of its own."""
    said = "".join(
        f"  a{one}: {{$why: The card is small, max_length: {length}, label: {{fr: Machin {one}}}}}\n"
        for one in range(OVERRIDES)
    )
    own = f"  x_{affiliate}_own: {{$why: A law, $after: a1, type: string, label: {{fr: Propre, en: Own}}}}\n"
    return f"entity: e{number}\nattributes:\n{said}{own}"


def settings_of(folder: Path) -> Settings:
    """Return the settings of a folder that `make` has filled."""
    folders = tuple(sorted((folder / "affiliates").iterdir()))
    return Settings(home=folder / "var", affiliates=folders, baseline=folder / "baseline", plugins=())


def check(folder: Path) -> dict[str, float]:
    """Return the CPU seconds of a check of all affiliates, as the command does it."""
    began = time.process_time()
    found = read_configuration(settings_of(folder)).check(None, datetime.now(UTC).date())
    spent = time.process_time() - began
    for loaded in found:
        _right(loaded.diagnostics)
    return {"seconds": spent}


def _right(found: Diagnostics) -> None:
    wrong = [one for one in found if one.code != "E210"]
    if wrong:
        raise SystemExit(f"this measures something else: {wrong[0]}")


def changed(folder: Path) -> dict[str, float]:
    """Return the milliseconds from a saved file to the findings of an affiliate: an overlay's file, and the group's."""
    configuration = read_configuration(settings_of(folder))
    configuration.load("c0")
    texts: dict[str, Callable[[int], str]] = {
        "affiliates/c0": lambda length: overlay(7, "c0", length),
        "baseline/core": lambda length: _entity(7, 60 + length),
    }
    found = {}
    for where, text in texts.items():
        took = []
        for length in range(35, 35 + EDITS):
            (folder / where / "e7.yaml").write_text(text(length), encoding="utf-8")
            began = time.process_time()
            configuration = configuration.reread()
            _right(configuration.load("c0").diagnostics)
            took.append(time.process_time() - began)
        found[where.partition("/")[0]] = median(took)
    return found


def plan(folder: Path) -> dict[str, float]:
    """Return the CPU seconds of a plan without counts, and of loading what it proposes."""
    configuration = read_configuration(settings_of(folder))
    live = configuration.load("c0")
    (folder / "affiliates" / "c0" / "e8.yaml").write_text(overlay(8, "c0", 38), encoding="utf-8")
    began = time.process_time()
    proposed = configuration.reread().load("c0")
    found = plan_of(live, proposed, ["c0"])
    if len(found.items) != OVERRIDES:
        raise SystemExit(f"this measures something else: {len(found.items)} changes")
    return {"seconds": time.process_time() - began}


def memory(folder: Path) -> dict[str, float]:
    """Return the megabytes of the nodes of the baseline with one affiliate, and of each further one."""
    settings = settings_of(folder)
    read_configuration(settings)
    sizes, nodes = [], []
    for count in (1, len(settings.affiliates)):
        tracemalloc.start()
        configuration = read_configuration(replace(settings, affiliates=settings.affiliates[:count]))
        kept = [
            effective(configuration.layers.stack(name), configuration.language.registry, Diagnostics())
            for name in configuration.layers.affiliates
        ]
        sizes.append(tracemalloc.get_traced_memory()[0] / MEGABYTE)
        tracemalloc.stop()
        nodes.append(sum(isinstance(one, Node) for one in gc.get_objects()))
        del kept, configuration
    further = max(1, len(settings.affiliates) - 1)
    return {
        "baseline": sizes[0],
        "further": (sizes[1] - sizes[0]) / further,
        "nodes of the baseline": nodes[0],
        "nodes of each further affiliate": (nodes[1] - nodes[0]) / further,
    }


PARTS: dict[str, Callable[[Path], dict[str, float]]] = {
    "check": check,
    "changed": changed,
    "plan": plan,
    "memory": memory,
}


def measured(part: str, folder: Path) -> dict[str, float]:
    """Return what a process of its own measures."""
    command = [sys.executable, __file__, "--part", part, "--folder", str(folder)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def main() -> None:
    """Print the figures as a table or as JSON."""
    arguments = argparse.ArgumentParser(description="What many affiliates on one large baseline cost.")
    for name, size in (("documents", 400), ("affiliates", 15), ("overlays", 100)):
        arguments.add_argument(f"--{name}", type=int, default=size)
    arguments.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    arguments.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    if given.part:
        print(json.dumps(PARTS[given.part](given.folder)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, given.documents, given.affiliates, given.overlays)
        cold, cached = (measured("check", folder)["seconds"] for _ in range(2))
        held = measured("memory", folder)
        edits = [seconds * 1000 for seconds in measured("changed", folder).values()]
        took = [cold, cached, *edits, measured("plan", folder)["seconds"]]
    found = dict(zip(ALLOWED, [*took, held.pop("baseline"), held.pop("further")], strict=True))
    ratios = {name: found[name] / most for name, most in ALLOWED.items()}
    if given.json:
        print(json.dumps({"measured": found, "ratios": ratios, "nodes": held}))
        return
    for name, most in ALLOWED.items():
        print(f"{name:<40} {found[name]:8.2f}  allowed {most:6.1f}  ÷ {ratios[name]:.2f}")
    for name, count in held.items():
        print(f"{name:<40} {count:8.0f}")


if __name__ == "__main__":
    main()
