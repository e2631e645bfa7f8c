"""What an expression costs: compiling it, and evaluating it against the same test written by hand in Python.

Only ratios within one run count: `ours ÷ by hand` should be at most 3. `--json` prints them for a machine.
"""

import argparse
import json
import timeit
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import process_time
from typing import Any

from sidra_metamodel.expressions import (
    BOOLEAN,
    DATETIME,
    DECIMAL,
    INTEGER,
    STANDARD_FUNCTIONS,
    STRING,
    EnumType,
    Environment,
    ManyType,
    RecordType,
    Scope,
    Type,
    check,
    compile_python,
)

ADULT = 18
ROUNDS = 7
CALLS = 20_000
CHECKS = 200

ENTITIES: dict[str, dict[str, Type]] = {
    "customer": {
        "age": INTEGER,
        "segment": EnumType("segment", ("gold", "silver")),
        "vip": BOOLEAN,
        "score": DECIMAL(2),
        "manager": RecordType(("customer",)),
        "tickets": ManyType(("ticket",)),
    },
    "ticket": {"status": STRING, "created_at": DATETIME},
}


class Shop:
    """The metamodel of the benchmark."""

    def member(self, entity: str, name: str) -> Type | None:
        """Give the type of an attribute."""
        return ENTITIES[entity].get(name)

    def members(self, entity: str) -> list[str]:
        """Give the names of all attributes."""
        return list(ENTITIES[entity])

    def is_subtype(self, entity: str, ancestor: str) -> bool:
        """Tell whether the entities are the same: there are no subtypes."""
        return entity == ancestor


NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
TWO_DAYS = timedelta(hours=48)
TICKETS = [{"status": "closed", "created_at": NOW - timedelta(days=day)} for day in range(10)]
RECORD: dict[str, Any] = {
    "age": 37,
    "segment": "gold",
    "vip": None,
    "score": Decimal("12.50"),
    "manager": {"age": 51, "segment": "gold", "manager": None},
    "tickets": [*TICKETS, {"status": "open", "created_at": NOW - timedelta(days=30)}],
}


def _is_gold_adult(record: dict[str, Any], _now: datetime) -> bool:
    return record["age"] is not None and record["age"] >= ADULT and record["segment"] == "gold"


def _is_led(record: dict[str, Any], _now: datetime) -> bool:
    manager = record["manager"]
    return not record["vip"] and manager is not None and manager["segment"] == "gold"


def _has_old_open_ticket(record: dict[str, Any], now: datetime) -> bool:
    limit = now - TWO_DAYS
    return record["segment"] == "gold" and any(
        ticket["status"] == "open" and ticket["created_at"] is not None and ticket["created_at"] < limit
        for ticket in record["tickets"]
    )


def _is_scored(record: dict[str, Any], _now: datetime) -> bool:
    score = record["score"]
    return score is not None and (score * 2 + 1 > Decimal("20.5")) and record["segment"] in ("gold", "silver")


CASES: dict[str, Callable[[dict[str, Any], datetime], bool]] = {
    "age >= 18 && segment == 'gold'": _is_gold_adult,
    "!(vip == true) && manager.segment == 'gold'": _is_led,
    "score * 2 + 1 > 20.5 && segment in ['gold', 'silver']": _is_scored,
    "segment == 'gold' && tickets.exists(t, t.status == 'open' && t.created_at < now - duration('48h'))": (
        _has_old_open_ticket
    ),
}


def measure(text: str, by_hand: Callable[[dict[str, Any], datetime], bool]) -> dict[str, float | str]:
    """Give the cost of one expression: microseconds and the ratio to Python written by hand."""
    scope, schema = Scope("customer"), Shop()

    def compile_all() -> Callable[[Environment], Any]:
        return compile_python(check(text, scope, schema, STANDARD_FUNCTIONS, BOOLEAN), STANDARD_FUNCTIONS)

    evaluate = compile_all()
    environment = Environment(this=RECORD, now=NOW)
    if evaluate(environment) is not True or by_hand(RECORD, NOW) is not True:
        raise SystemExit(f"the two do not agree on {text}")
    ours, hand = [], []
    for _ in range(ROUNDS):
        # CPU time, turn by turn: another process on the machine is not ours to measure.
        ours.append(timeit.timeit(lambda: evaluate(environment), timer=process_time, number=CALLS) / CALLS)
        hand.append(timeit.timeit(lambda: by_hand(RECORD, NOW), timer=process_time, number=CALLS) / CALLS)
    compiled = [timeit.timeit(compile_all, timer=process_time, number=CHECKS) / CHECKS for _ in range(ROUNDS)]
    return {
        "expression": text,
        "compile_us": round(min(compiled) * 1e6, 1),
        "evaluate_us": round(min(ours) * 1e6, 3),
        "by_hand_us": round(min(hand) * 1e6, 3),
        "ratio": round(min(ours) / min(hand), 2),
    }


def main() -> None:
    """Print the figures of all cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    found = [measure(text, by_hand) for text, by_hand in CASES.items()]
    if parser.parse_args().json:
        print(json.dumps(found))
        return
    for case in found:
        cost = f"{case['ratio']:>5} x  {case['evaluate_us']:>7} µs  compile {case['compile_us']:>6} µs"
        print(f"{cost}  {case['expression']}")


if __name__ == "__main__":
    main()
