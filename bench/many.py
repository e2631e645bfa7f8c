"""What a large Model costs: CPU of a request with 500 entities ÷ with one; and the memory of two workers.

    python bench/many.py [--database postgresql] [--entities 500] [--affiliates 15] [--json]

The entities are those of `bench/tax` with as many more beside them. For the memory, `sidra serve` runs with two workers
and as many affiliates, all of them asked by both; what processes share counts once.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path

from crm import AFFILIATE, OVERLAY
from databases import ROOT, Place, lent
from measuring import medians, ratios
from sides import HERE, served, visible
from users import served as serving

from sidra.settings import load_settings

ROWS = 20_000
WORKERS = 2


def with_entities(folder: Path, count: int) -> Path:
    """Return a baseline with so many entities."""
    baseline = folder / "many"
    shutil.copytree(HERE / "baseline", baseline)
    for number in range(1, count):
        text = f"entity: thing_{number}\napi: {{path: thing{number}/v4}}\nattributes:\n"
        text += "".join(f"  field_{one}: {{type: string, max_length: 80}}\n" for one in range(8))
        (baseline / "core" / f"thing_{number}.yaml").write_text(text, encoding="utf-8")
    return baseline


def tax(place: Place, entities: int) -> dict[str, float]:
    """Return the ratios of requests for one entity among many ÷ for one alone."""
    sides = [served(place, "one", ROWS, overlay=HERE / "features").side("one")]
    many = with_entities(place.folder, entities)
    sides.append(served(place, "many", ROWS, overlay=HERE / "features", baseline=many).side("many"))
    for side in sides:
        visible(side)
    spent = medians(sides, place.processor)
    return ratios(spent["many"], spent["one"])


def megabytes(folder: Path, count: int) -> list[float]:
    """Return what each process of a server with two workers and so many affiliates has in memory."""
    names = [f"m{number:02}" for number in range(count)]
    for name in names:
        copy = folder / "affiliates" / name
        shutil.copytree(OVERLAY, copy)
        for file in copy.rglob("*.yaml"):
            text = file.read_text(encoding="utf-8").replace(f"x_{AFFILIATE}_", f"x_{name}_")
            text = re.sub(rf"^(layer|prefix): {AFFILIATE}$", rf"\1: {name}", text, flags=re.MULTILINE)
            file.write_text(re.sub(r"^store:.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    home = folder / "memory"
    home.mkdir()
    given = {
        "SIDRA_HOME": str(home),
        "SIDRA_AFFILIATES": str(folder / "affiliates" / "*"),
        "SIDRA_DURABILITY": "normal",
    }
    os.environ["SIDRA_WORKER"] = "apart"
    with serving(load_settings(given, ROOT), WORKERS) as (process, port):
        for name in names:
            # Often enough for both workers.
            for _ in range(12):
                _ask(f"http://127.0.0.1:{port}/{name}/sign-in")
                _ask(f"http://127.0.0.1:{port}/{name}/tmf-api/customerManagement/v4/customer")
        return [round(_pss(each) / 1024, 1) for each in _family(process.pid)]


def _ask(address: str) -> None:
    try:
        urllib.request.urlopen(address, timeout=30).read()
    except urllib.error.HTTPError as error:
        if error.code != 401:  # noqa: PLR2004 - nobody is signed in
            sys.exit(f"{address}: {error.code}; the run is thrown away")


def _family(process: int) -> list[int]:
    found = [process]
    for one in found:
        # Any thread of a process may have started others.
        for thread in Path(f"/proc/{one}/task").iterdir():
            found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def _pss(process: int) -> int:
    """Return the kilobytes of a process; of what several share, its part."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1])  # type: ignore[index]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--entities", type=int, default=500)
    parser.add_argument("--affiliates", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    given = parser.parse_args()
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - for the whole run
    with lent(given.database) as place:
        found: dict[str, object] = {"ratios": tax(place, given.entities), "entities": given.entities}
        if given.database == "sqlite":
            processes = megabytes(place.folder, given.affiliates)
            found |= {"megabytes": round(sum(processes)), "processes": processes, "affiliates": given.affiliates}
    print(json.dumps(found, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
