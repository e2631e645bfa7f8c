"""What fifteen affiliates on one large baseline cost: check, plan, comparison and memory.

    python bench/layers.py [--documents 400] [--affiliates 15] [--overlays 100] [--json]

A baseline of so many files of some 220 lines is made, and for each affiliate so many overlay files. Each figure is
taken in a process of its own: CPU seconds, and for memory the growth of what Python holds. Beside each stands what
issue 5 allows; the ratio is measured ÷ allowed.
"""

from __future__ import annotations

import argparse
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

from sidra.configuration import read_configuration
from sidra.settings import Settings
from sidra_metamodel.comparing.leaves import leaf_changes
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.effective import effective

ATTRIBUTES = 53
"""Of an entity, at four lines each."""
OVERRIDES = 5
"""Of an overlay file."""
MEGABYTE = 1_000_000
ALLOWED = {
    "check of all, cold: s": 8.0,
    "check of all, cached: s": 1.0,
    "one changed file: ms": 50.0,
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


def _entity(number: int) -> str:
    attributes = "".join(
        f"  a{one}:\n    type: string\n    max_length: 60\n    label: {{en: Attribute {one}, fr: Attribut {one}}}\n"
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
    wrong = [one for loaded in found for one in loaded.diagnostics if one.code != "E210"]
    if wrong:
        raise SystemExit(f"this measures something else: {wrong[0]}")
    return {"seconds": spent}


def changed(folder: Path) -> dict[str, float]:
    """Return the milliseconds from a saved overlay file to its affiliate's findings."""
    settings = settings_of(folder)
    read_configuration(settings).check(None, datetime.now(UTC).date())
    configuration = read_configuration(settings)
    configuration.load("c0")
    file = folder / "affiliates" / "c0" / "e7.yaml"
    file.write_text(overlay(7, "c0", 39), encoding="utf-8")
    began = time.process_time()
    configuration.reread().load("c0")
    return {"seconds": time.process_time() - began}


def plan(folder: Path) -> dict[str, float]:
    """Return the CPU seconds of comparing two loaded configurations of an affiliate, and of loading the new one."""
    settings = settings_of(folder)
    configuration = read_configuration(settings)
    live = configuration.load("c0")
    (folder / "affiliates" / "c0" / "e8.yaml").write_text(overlay(8, "c0", 38), encoding="utf-8")
    began = time.process_time()
    proposed = configuration.reread().load("c0")
    roots = [{key: document.root for key, document in one.effective.items()} for one in (live, proposed)]
    if not leaf_changes(*roots):
        raise SystemExit("nothing changed")
    return {"seconds": time.process_time() - began}


def memory(folder: Path) -> dict[str, float]:
    """Return the megabytes of the nodes of the baseline with one affiliate, and of each further one."""
    settings = settings_of(folder)
    read_configuration(settings)
    sizes = []
    for count in (1, len(settings.affiliates)):
        tracemalloc.start()
        configuration = read_configuration(replace(settings, affiliates=settings.affiliates[:count]))
        kept = [
            effective(configuration.layers.stack(name), configuration.language.registry, Diagnostics())
            for name in configuration.layers.affiliates
        ]
        sizes.append(tracemalloc.get_traced_memory()[0] / MEGABYTE)
        tracemalloc.stop()
        del kept, configuration
    return {"baseline": sizes[0], "further": (sizes[1] - sizes[0]) / max(1, len(settings.affiliates) - 1)}


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
        took = [cold, cached, measured("changed", folder)["seconds"] * 1000, measured("plan", folder)["seconds"]]
    found = dict(zip(ALLOWED, [*took, held["baseline"], held["further"]], strict=True))
    if given.json:
        print(json.dumps({"measured": found, "ratios": {name: found[name] / most for name, most in ALLOWED.items()}}))
        return
    for name, most in ALLOWED.items():
        print(f"{name:<40} {found[name]:8.2f}  allowed {most:6.1f}  ÷ {found[name] / most:.2f}")


if __name__ == "__main__":
    main()
