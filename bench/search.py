"""What the search costs: CPU milliseconds of its page and of its suggestions, by what is typed.

    python bench/search.py [--affiliate sn] [--customers 2000] [--rounds 9] [--json]

The customers are those of the demonstration, the reader an agent of all shops. The ratios are measured ÷ allowed:
50 ms for the page, 20 ms for the suggestions while a person types. The worst text counts. Laying the page out is not
counted, only what it is made of.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sidra.access.actor import Actor
from sidra.affiliates.registry import Affiliates
from sidra.ops.demo.generate import generate
from sidra.ops.demo.profile import read_profile, units_of
from sidra.runtime import Runtime
from sidra.settings import load_settings
from sidra_ui.presenting.desk import Desk, Visit
from sidra_ui.presenting.frame.searching import search_page, suggestions
from sidra_ui.presenting.screens import Screens

ROOT = Path(__file__).parent.parent
ALLOWED_MILLISECONDS = {"page": 50.0, "suggestions": 20.0}
TEXTS = {
    "sn": ("a", "aw", "awa", "awa ndiaye", "ndiaye", "diop", "771", "+221 77", "mobile", "fibre", "facture", "zzyzx"),
    "eg": ("م", "مح", "محمد", "احمد", "السيد", "010", "فايبر", "فاتورة", "zzyzx"),
    "pl": ("a", "an", "anna", "nowak", "kow", "501", "mobilny", "faktura", "lodz", "zzyzx"),
}


def milliseconds(make: Callable[[], object], rounds: int) -> float:
    """Return the median of what making something costs, once everything is compiled."""
    make()
    found = []
    for _ in range(rounds):
        began = time.process_time()
        make()
        found.append((time.process_time() - began) * 1000)
    return statistics.median(found)


def measure(runtime: Runtime, units: tuple[str, ...], rounds: int) -> dict[str, dict[str, float]]:
    """Return the milliseconds of each text, of the page and of the suggestions."""
    screens, locale = Screens(runtime), runtime.model.locales[0]
    actor = Actor("bench", "bench", frozenset({"agent"}), units, locale)
    visit = Visit("/", "light", "", (), frozenset())

    def cost(make: Callable[[Desk, str], object], text: str) -> float:
        return milliseconds(lambda: make(Desk(runtime.records(actor), screens, locale, visit), text), rounds)

    texts = TEXTS[runtime.affiliate]
    return {
        "page": {text: cost(search_page, text) for text in texts},
        "suggestions": {text: cost(suggestions, text) for text in texts},
    }


def measured(affiliate: str, customers: int, rounds: int) -> dict[str, dict[str, float]]:
    """Return the same of an affiliate with so many customers."""
    folder = ROOT / "affiliates" / affiliate
    with tempfile.TemporaryDirectory() as home:
        affiliates = Affiliates(load_settings({"SIDRA_HOME": home}, ROOT))
        runtime = affiliates.get(affiliate)
        if runtime is None:
            raise SystemExit(f"{affiliate} is not served: see `sidra check`")
        generate(runtime, folder, customers=customers)
        found = measure(runtime, units_of(read_profile(folder)), rounds)
        affiliates.close()
    return found


def main() -> None:
    """Print the figures as a table or as JSON."""
    arguments = argparse.ArgumentParser(description="What the search costs.")
    arguments.add_argument("--affiliate", choices=sorted(TEXTS), default="sn")
    arguments.add_argument("--customers", type=int, default=2000)
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    found = measured(given.affiliate, given.customers, given.rounds)
    ratios = {what: max(times.values()) / ALLOWED_MILLISECONDS[what] for what, times in found.items()}
    if given.json:
        print(json.dumps({"customers": given.customers, "milliseconds": found, "ratios": ratios}, ensure_ascii=False))
        return
    for what, times in found.items():
        worst = max(times, key=lambda text: times[text])
        median = statistics.median(times.values())
        print(f"{what:<12} median {median:.1f} ms  worst {times[worst]:.1f} ms ({worst})  ÷ allowed {ratios[what]:.2f}")


if __name__ == "__main__":
    main()
