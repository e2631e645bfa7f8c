"""Values that several controls make up: one text of what they post, and its parts for the controls again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

PAIR, NAME, VALUE = ".pair.", "name", "value"
AMOUNT, UNIT = ".duration.amount", ".duration.unit"
UNITS = ("min", "h", "d", "w")
"""Units that a control of spans of time offers."""
MINUTES = {"min": 1, "h": 60, "d": 60 * 24, "w": 60 * 24 * 7}
MAX_PAIRS = 200
SPAN = re.compile(rf"\s*(.*?)\s*({'|'.join(UNITS)})?\s*")
POSTED_PAIR = re.compile(rf"(.+){re.escape(PAIR)}([0-9]{{1,3}})\.({NAME}|{VALUE})")


def folded(texts: Mapping[str, str]) -> Mapping[str, str]:
    """What a form posted, each value under its name alone: lines of pairs, spans such as `90min`."""
    own = [key for key in texts if key.endswith((AMOUNT, UNIT)) or POSTED_PAIR.fullmatch(key)]
    if not own:
        return texts
    found = {key: text for key, text in texts.items() if key not in own}
    found |= {key.removesuffix(AMOUNT): _span(key, texts) for key in own if key.endswith(AMOUNT)}
    return found | _lines({key: texts[key] for key in own})


def _span(key: str, texts: Mapping[str, str]) -> str:
    amount = texts[key].strip()
    unit = texts.get(key.removesuffix(AMOUNT) + UNIT, "")
    # Who writes the unit beside the number means that one.
    return amount + unit if amount.isdigit() and unit in UNITS else amount


def _lines(posted: Mapping[str, str]) -> dict[str, str]:
    pairs: dict[str, dict[int, dict[str, str]]] = {}
    for key, text in posted.items():
        if found := POSTED_PAIR.fullmatch(key):
            pairs.setdefault(found[1], {}).setdefault(int(found[2]), {})[found[3]] = " ".join(text.split())
    return {
        name: "\n".join(line for _, parts in sorted(rows.items())[:MAX_PAIRS] if (line := _line(parts)))
        for name, rows in pairs.items()
    }


def _line(parts: Mapping[str, str]) -> str:
    # A colon with a space behind it ends a name.
    name, value = parts.get(NAME, "").replace(": ", " ").rstrip(":"), parts.get(VALUE, "")
    return f"{name}: {value}" if name or value else ""


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """The names and values of such lines; one of both may still be empty."""
    for line in text.splitlines():
        name, _, value = line.partition(": " if ": " in line else ":")
        if name.strip() or value.strip():
            yield name.strip(), value.strip()


def span(minutes: int) -> str:
    """A span of time in the largest unit that counts it wholly."""
    whole = [unit for unit in UNITS if minutes and minutes % MINUTES[unit] == 0]
    unit = whole[-1] if whole else "min"
    return f"{minutes // MINUTES[unit]}{unit}"


def parts_of_span(text: str) -> tuple[str, str]:
    """The number and the unit of a span such as `90min`; what is no such number stays as it was written."""
    found = SPAN.fullmatch(text)
    amount, unit = (found[1], found[2]) if found else (text, None)
    return (amount, unit) if unit and amount.isdigit() else (text, "min")
