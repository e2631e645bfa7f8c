"""What the generic runtime costs: CPU of a request ÷ that of the same endpoint written by hand, bare and with features.

    python bench/tax.py [--database postgresql] [--rows 200000] [--json]

All applications run in this process. Windows alternate and medians are compared, so that a slow minute of the machine
slows all; with PostgreSQL the CPU of the server's processes counts too. Compared are the runtime and the endpoint by
hand, both bare (`ratios`) and both with all features (`by hand`), the runtime with features and bare (`features`, and
with an index of parts `search`), and Django REST framework and the runtime with features (`rest`). Any answer that is
no 2xx ends the run. The bare endpoint is `hand.py` in BENCH_SHARED; where there is none, that comparison is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

from databases import Place, lent
from measuring import OPERATIONS, Side, medians, ratios
from sides import hand, hand_with_features, rest, served, visible


def sides(place: Place, count: int) -> dict[str, Side]:
    """Return what is compared, by name."""
    made: list[Side] = []
    by_hand = hand(place, count)
    if by_hand is not None:
        made.append(by_hand)
    made.append(served(place, "bare", count).side("bare", is_bare=True))
    if by_hand is not None:
        same(made)
    with_features = [served(place, "features", count).side("features"), hand_with_features(place, count)]
    with_features += [rest(place, count), served(place, "search", count).side("search")]
    for side in with_features:
        visible(side)
    same(with_features)
    made += with_features
    return {side.name: side for side in made}


def same(compared: list[Side]) -> None:
    """End the run where two sides do not say the same of the same customer."""
    names = ["affiliate", "status", "segment", "given_name", "family_name", "phone", "credit_score"]
    for number in (0, len(compared[0].ids) // 2):
        told = []
        for side in compared:
            found = side.answer("GET", f"{side.collection}/{side.ids[number]}{side.tail}")
            told.append([found.get(name) for name in side.named(dict.fromkeys(names))])
        if any(one != told[0] for one in told):
            sys.exit(f"the sides differ: {told}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rows", type=int, default=200_000, help="customers in each database")
    parser.add_argument("--json", action="store_true", help="print JSON only")
    given = parser.parse_args()
    # Requests are logged as in operation, and nobody reads it.
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - for the whole run
    with lent(given.database) as place:
        compared = sides(place, given.rows)
        spent = medians(list(compared.values()), place.processor)
    found = {"ratios": ratios(spent["bare"], spent["hand"])} if "hand" in spent else {}
    found |= {name: ratios(spent[name], spent["bare"]) for name in ("features", "search")}
    found["by hand"] = ratios(spent["features"], spent["by hand"])
    found["rest"] = ratios(spent["rest"], spent["features"])
    rounded = {name: {one: round(row[one], 1) for one in OPERATIONS} for name, row in spent.items()}
    result = {**found, "microseconds": rounded, "rows": given.rows, "database": given.database}
    print(json.dumps(result, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
