"""Which lines of a report tell no numbers, so that what fewer records than a few say follows from no other line.

A total minus the other lines is the line that is left: beside each small line others are withheld, too. Reports by
fewer of the same keys are counted as known, each as it would be shown, and so is whatever follows from all of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

Key = tuple[object, ...]
"""The values of a line, and what keeps lines apart that are never added up, such as a currency, last."""
PRIME = (1 << 61) - 1
"""What follows is worked out modulo a prime: whole numbers, and a chance of error that nobody can wait for."""


@dataclass
class Known:
    """Sums over lines that a reader knows, and whatever else follows from them by adding and subtracting."""

    rows: dict[int, dict[int, int]] = field(default_factory=dict)
    """By the first line of each, with the factor of every line in it."""

    def rest(self, lines: Iterable[int]) -> dict[int, int]:
        """Return what is left of a sum over lines once what is known is taken off; nothing where it follows."""
        left = dict.fromkeys(lines, 1)
        for place in sorted(self.rows):
            factor = left.get(place, 0)
            if factor:
                for other, one in self.rows[place].items():
                    if rest := (left.get(other, 0) - factor * one) % PRIME:
                        left[other] = rest
                    else:
                        left.pop(other, None)
        return left

    def add(self, lines: Iterable[int]) -> None:
        """Take a sum over lines as known."""
        left = self.rest(lines)
        if left:
            first = min(left)
            inverse = pow(left[first], -1, PRIME)
            self.rows[first] = {place: factor * inverse % PRIME for place, factor in left.items()}

    def copy(self) -> Known:
        """Return what is known so far, to add to."""
        return Known(dict(self.rows))


@dataclass(frozen=True)
class _Group:
    """What is one line in a report by some of the keys."""

    key: Key
    lines: frozenset[int]
    count: int


@dataclass(frozen=True)
class Withheld:
    """What of a report is not told."""

    numbers: frozenset[Key]
    """Lines without their numbers."""
    lines: frozenset[Key]
    """Lines that are left out: even without any numbers, that they are there would tell what they say."""


def withheld(counts: Mapping[Key, int], least: int) -> Withheld:
    """Return what of a report is not told; `counts` has how many records each line is of, one at least."""
    numbers, lines = set[Key](), set[Key]()
    for apart in {key[-1] for key in counts}:
        own = {key: count for key, count in counts.items() if key[-1] == apart}
        hidden = _withheld(own, least)
        if hidden is None:
            lines |= own.keys()
        else:
            numbers |= hidden
    return Withheld(frozenset(numbers), frozenset(lines))


def _withheld(counts: Mapping[Key, int], least: int) -> set[Key] | None:
    """Return the lines that tell no numbers, None where that is not enough."""
    keys = sorted(counts, key=repr)
    if all(counts[key] >= least for key in keys):
        return set()
    shown: dict[tuple[int, ...], list[_Group]] = {}
    hidden: set[frozenset[int]] | None = set()
    for chosen in _choices(len(keys[0]) - 1):
        groups = _groups(keys, counts, chosen)
        totals = [group for fewer, told in shown.items() if set(fewer) < set(chosen) for group in told]
        known = Known()
        for group in totals:
            known.add(group.lines)
        hidden = _hidden(groups, known, totals, least)
        # As whoever asks for this report alone gets it: what more is known to who asks for others, too, is theirs.
        shown[chosen] = [] if hidden is None else [group for group in groups if group.lines not in hidden]
    return None if hidden is None else {keys[place] for group in hidden for place in group}


def _choices(number: int) -> Iterator[tuple[int, ...]]:
    """Yield the places of the keys of each report by fewer of them, the fewest first, and last of that by all."""
    for size in range(number + 1):
        yield from combinations(range(number), size)


def _groups(keys: list[Key], counts: Mapping[Key, int], chosen: tuple[int, ...]) -> list[_Group]:
    """Return the lines of the report by some of the keys."""
    found: dict[Key, set[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(tuple(key[one] for one in chosen), set()).add(place)
    return [
        _Group(key, frozenset(lines), sum(counts[keys[one]] for one in lines))
        for key, lines in sorted(found.items(), key=lambda item: repr(item[0]))
    ]


def _hidden(groups: list[_Group], known: Known, totals: list[_Group], least: int) -> set[frozenset[int]] | None:
    """Return the lines of one report without numbers: the small ones, and as few more as keep them unknown.

    None where all of them are not enough.
    """
    small = [group for group in groups if group.count < least]
    if not small:
        return set()
    # The smallest goes first: the least is lost with it. Its key decides between two, in whichever report it is met.
    others = sorted(
        (group for group in groups if group.count >= least), key=lambda group: (group.count, repr(group.key))
    )

    def hidden(more: int) -> set[frozenset[int]]:
        return {group.lines for group in (*small, *others[:more])}

    def is_enough(more: int) -> bool:
        return not _is_told(groups, small, hidden(more), known, totals, least)

    if not is_enough(len(others)):
        return None
    # Whatever does not follow does not follow from less either, so that half of the numbers need not be tried.
    return hidden(bisect_left(range(len(others)), True, key=is_enough))


def _is_told(
    groups: list[_Group],
    small: list[_Group],
    hidden: set[frozenset[int]],
    known: Known,
    totals: list[_Group],
    least: int,
) -> bool:
    """Tell whether a small line follows from what is shown, or nearly: from so little that few numbers are left."""
    all_known = known.copy()
    for group in groups:
        if group.lines not in hidden:
            all_known.add(group.lines)
    if any(not all_known.rest(group.lines) for group in small):
        return True
    for total in totals:
        inside = [group for group in groups if group.lines in hidden and group.lines <= total.lines]
        is_small_there = any(group.count < least for group in inside)
        if is_small_there and sum(group.count for group in inside) < 2 * least:
            return True
    return False
