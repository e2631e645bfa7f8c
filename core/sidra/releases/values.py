"""What was and what comes, as a plan shows it: what is alike of long values is cut, what differs stays."""

from __future__ import annotations

from typing import Final

MOST_SHOWN: Final = 200
"""Characters of a value of which nothing is cut."""
AROUND: Final = 40
"""Characters that stay before and after what differs."""
MOST_DIFFERING: Final = 4000
"""Of what differs; how much more there is, is told."""


def shown_values(was: str | None, now: str | None) -> tuple[str | None, str | None]:
    """Return two values so short that people can compare them; None for what is not there."""
    if was is None or now is None:
        return was and _cut(was, MOST_SHOWN), now and _cut(now, MOST_SHOWN)
    if max(len(was), len(now)) <= MOST_SHOWN:
        return was, now
    begin = _alike(was, now)
    end = _alike(was[begin:][::-1], now[begin:][::-1])
    return _around(was, begin, len(was) - end), _around(now, begin, len(now) - end)


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts begin with that are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))


def _around(text: str, begin: int, end: int) -> str:
    first, last = max(0, begin - AROUND), min(len(text), end + AROUND)
    told = text[first:begin] + _cut(text[begin:end], MOST_DIFFERING) + text[end:last]
    return f"{'…' if first else ''}{told}{'…' if last < len(text) else ''}"


def _cut(text: str, most: int) -> str:
    left = len(text) - most
    return text if left <= 0 else f"{text[:most]}… ({left:,} characters more)"
