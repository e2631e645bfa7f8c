"""What a large Model costs: CPU of a request with 500 entities ÷ with one; and the memory of two workers.

    python bench/many.py [--database postgresql] [--entities 500] [--affiliates 15] [--json]

The entities are those of `bench/tax` with as many more beside them. For the memory, `sidra serve` runs with two
workers, the process of durable work, and as many affiliates, in each of which an agent works: pages, the API, a record
that is written. What processes share counts once (PSS); what each maps (RSS) is told beside.
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

import orjson
from agents import Agent
from crm import AFFILIATE, OVERLAY
from databases import ROOT, Place, lent
from measuring import medians, ratios
from sides import HERE, served, visible
from users import served as serving

from sidra.affiliates.registry import Affiliates
from sidra.ops.demo.generate import generate
from sidra.ops.demo.profile import FILE as PROFILE
from sidra.settings import Settings, load_settings

ROWS = 20_000
WORKERS = 2
CUSTOMERS, ROUNDS = 5, 6


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


def with_affiliates(folder: Path, count: int) -> tuple[Settings, dict[str, Agent]]:
    """Return an installation of so many affiliates, each with an overlay, a few customers and an agent."""
    names = [f"m{number:02}" for number in range(count)]
    for name in names:
        copy = folder / "affiliates" / name
        shutil.copytree(OVERLAY, copy)
        for file in (*copy.rglob("*.yaml"), copy / PROFILE):
            text = file.read_text(encoding="utf-8").replace(f"x_{AFFILIATE}_", f"x_{name}_")
            text = re.sub(rf"^(layer|prefix): {AFFILIATE}$", rf"\1: {name}", text, flags=re.MULTILINE)
            file.write_text(re.sub(r"^store:.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    home = folder / "memory"
    home.mkdir()
    places = {"SIDRA_HOME": str(home), "SIDRA_AFFILIATES": str(folder / "affiliates" / "*")}
    settings = load_settings({**places, "SIDRA_DURABILITY": "normal"}, ROOT)
    affiliates, agents = Affiliates(settings), {}
    for name in names:
        runtime = affiliates.get(name) or sys.exit(f"{name} is not served")
        generate(runtime, folder / "affiliates" / name, customers=CUSTOMERS)
        agents[name] = Agent.of(runtime)
    affiliates.close()
    return settings, agents


def megabytes(folder: Path, count: int) -> dict[str, list[float]]:
    """Return what each process of a server with so many affiliates has in memory, once all of them were at work."""
    settings, agents = with_affiliates(folder, count)
    with serving(settings, WORKERS) as (process, port):
        for name, agent in agents.items():
            # Often enough for both workers.
            for _ in range(ROUNDS):
                work(f"http://127.0.0.1:{port}/{name}", agent)
        family = _family(process.pid)
        return {kind: [round(_kilobytes(each, kind) / 1024, 1) for each in family] for kind in ("Pss", "Rss")}


def work(site: str, agent: Agent) -> None:
    """Do what an agent does with a customer."""
    customers = orjson.loads(_ask(f"{site}/tmf-api/customerManagement/v4/customer?limit=20&sort=-createdAt", agent))
    customer = customers[0]["id"]
    for address in ("", "/customer", f"/customer/{customer}", f"/customer/{customer}/360", "/search?q=an"):
        _ask(site + address, agent)
    _ask(f"{site}/tmf-api/customerManagement/v4/customer/{customer}", agent)
    body = {"reason": "Asks about a bill", "direction": "inbound", "channel": [{"name": "voice"}]}
    body["relatedParty"] = [{"id": customer, "role": "customer", "@referredType": "Customer"}]
    _ask(f"{site}/tmf-api/partyInteraction/v4/partyInteraction", agent, orjson.dumps(body))


def _ask(address: str, agent: Agent, body: bytes | None = None) -> bytes:
    is_api = "/tmf-api/" in address
    headers = {"Authorization": f"Bearer {agent.token}"} if is_api else {"Cookie": agent.cookie}
    request = urllib.request.Request(address, body, {**headers, "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        sys.exit(f"{address}: {error.code}; the run is thrown away")


def _family(process: int) -> list[int]:
    found = [process]
    for one in found:
        # Any thread of a process may have started others.
        for thread in Path(f"/proc/{one}/task").iterdir():
            found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def _kilobytes(process: int, kind: str) -> int:
    """Return the kilobytes of a process: all that it maps (`Rss`), or of what several share its part (`Pss`)."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return int(re.search(rf"^{kind}:\s+(\d+)", text, re.MULTILINE)[1])  # type: ignore[index]


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
            found |= {"megabytes": round(sum(processes["Pss"])), "processes": processes["Pss"]}
            found |= {"mapped": processes["Rss"], "affiliates": given.affiliates}
    print(json.dumps(found, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
