"""What loading a configuration costs: CPU seconds for generated YAML files, from the files and from the cache.

    python bench/load.py [--files 1000] [--rounds 5] [--json]

Each round is a process of its own, so that nothing is warm but the disk. Cold means an empty cache, which is filled on
the way; cached means that the files are those of an earlier, clean run. The ratios are measured ÷ allowed: 1 s cold,
0.3 s cached, both for 1,000 files of 60 lines and scaled with their number. Imports are not counted.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sidra_metamodel.checking.verdicts import Verdicts
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.expressions import STANDARD_FUNCTIONS
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.layering.effective import effective
from sidra_metamodel.load import Language, load
from sidra_metamodel.model.built_in import Types
from sidra_metamodel.reading.cache import Cache
from sidra_metamodel.registry import Registry

LINES = 60
ALLOWED_SECONDS = {"cold": 1.0, "cached": 0.3}
ALLOWED_FILES = 1000
OVERLAY_SHARE = 5
ATTRIBUTES = 10


def entity(number: int, prefix: str, *, is_overlay: bool) -> str:
    """Return a document of sixty lines: an entity, or an overlay of one."""
    lines = [f"entity: thing_{number}"]
    if not is_overlay:
        lines += ["label: {en: Thing, fr: Chose}", "title: field_0", "history: true"]
    lines.append("attributes:")
    for field in range(ATTRIBUTES):
        lines += [
            f"  {prefix}field_{field}:",
            *(["    $why: A local law asks for it"] if is_overlay else []),
            "    type: string",
            f"    max_length: {40 + field}",
            f"    label: {{en: Field {field}, fr: Champ {field}}}",
            "    pii: [identity]",
        ]
    filling = ["# A comment, as people write them."] * (LINES - len(lines))
    return "\n".join([*filling, *lines]) + "\n"


def write_layers(folder: Path, files: int) -> None:
    """Write a group and one affiliate; a fifth of the files are the affiliate's."""
    core, own = folder / "baseline" / "core", folder / "affiliates" / "sn"
    core.mkdir(parents=True)
    own.mkdir(parents=True)
    (folder / "baseline" / "layer.yaml").write_text("layer: bench\nlevel: group\nlocales: [en, fr]\n", encoding="utf-8")
    (core / "pack.yaml").write_text("pack: core\ntier: core\n", encoding="utf-8")
    (own / "layer.yaml").write_text("layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\n", encoding="utf-8")
    overlays = files // OVERLAY_SHARE
    for number in range(files - overlays):
        (core / f"thing_{number}.yaml").write_text(entity(number, "", is_overlay=False), encoding="utf-8")
    for number in range(overlays):
        (own / f"thing_{number}.yaml").write_text(entity(number, "x_sn_", is_overlay=True), encoding="utf-8")


def measure(folder: Path) -> dict[str, float]:
    """Return the CPU seconds of one load in this process: reading and merging, then all of it."""
    language = Language(Registry(BUILT_IN_KINDS), STANDARD_FUNCTIONS, Types())
    begin = time.process_time()
    cache = Cache(folder / "cache", language.registry)
    layers = discover(folder / "baseline", [folder / "affiliates"], language.registry, cache)
    read = time.process_time()
    loaded = load(layers, "sn", language, Verdicts(folder / "verdicts"))
    end = time.process_time()
    effective(layers.stack("sn"), language.registry, Diagnostics())
    merged = time.process_time()
    if loaded.model is None or len(loaded.diagnostics):
        raise SystemExit("the generated configuration is not clean; its load measures something else")
    # `load` merges, too; what the merge alone takes is measured by doing it once more.
    return {"read": read - begin, "merge": merged - end, "total": end - begin}


def in_a_process(folder: Path) -> dict[str, float]:
    """Return what `measure` finds in a fresh process."""
    command = [sys.executable, __file__, "--measure", str(folder)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def rounds_of(files: int, rounds: int) -> dict[str, dict[str, float]]:
    """Return the median of each step in seconds, cold and cached."""
    found: dict[str, list[dict[str, float]]] = {"cold": [], "cached": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            write_layers(Path(name), files)
            for state in found.values():
                state.append(in_a_process(Path(name)))
    return {
        state: {step: statistics.median(one[step] for one in measured) for step in measured[0]}
        for state, measured in found.items()
    }


def main() -> None:
    """Print the figures as a table or as JSON."""
    arguments = argparse.ArgumentParser(description="What loading a configuration costs.")
    arguments.add_argument("--files", type=int, default=ALLOWED_FILES)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure)))
        return
    seconds = rounds_of(given.files, given.rounds)
    scale = given.files / ALLOWED_FILES
    ratios = {state: found["total"] / (ALLOWED_SECONDS[state] * scale) for state, found in seconds.items()}
    if given.json:
        print(json.dumps({"files": given.files, "lines": LINES, "seconds": seconds, "ratios": ratios}))
        return
    for state, found in seconds.items():
        steps = "  ".join(f"{step} {value:.3f} s" for step, value in found.items())
        print(f"{state:<7} {steps}  ÷ allowed {ratios[state]:.2f}")


if __name__ == "__main__":
    main()
