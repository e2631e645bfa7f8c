"""What a person put together to narrow a list: conditions in groups, and their form in addresses.

The groups are tied by one word and the conditions within each by the other: all of (any of …), or any of (all of …).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

WHERE, ANY = "w", "any"
"""The parameters of an address: one for each group, and whether any group will do."""
MAX_RULES = 20
MAX_VALUES = 50
MAX_CHARACTERS = 200
"""Of one value."""
NO_VALUE = frozenset({"empty", "filled"})
_RULES = re.compile(r"(?:\\.|[^\\|])+", re.DOTALL)
_PARTS = re.compile(r"((?:\\.|[^\\~])*)(~|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition: the path of an attribute, a word such as `is` or `before`, and the values that it takes."""

    path: str
    op: str
    values: tuple[str, ...] = ()

    def written(self) -> str:
        """The condition as part of an address, for example `segment~is~gold~silver`."""
        return "~".join(_escaped(part) for part in (self.path, self.op, *self.values))


@dataclass(frozen=True, slots=True)
class Selection:
    """Groups of conditions; `is_any` ties the groups by "or", and then the conditions of each by "and"."""

    groups: tuple[tuple[Rule, ...], ...] = ()
    is_any: bool = False

    def __bool__(self) -> bool:
        return any(self.groups)

    @property
    def rules(self) -> Iterator[Rule]:
        """All conditions."""
        return (rule for group in self.groups for rule in group)

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of an address that say the same."""
        said = [(WHERE, "|".join(rule.written() for rule in group)) for group in self.groups if group]
        return [*said, (ANY, "1")] if said and self.is_any else said

    def without(self, group: int, place: int) -> Selection:
        """The same without one condition."""
        left = [
            tuple(rule for at, rule in enumerate(rules) if (number, at) != (group, place))
            for number, rules in enumerate(self.groups)
        ]
        return Selection(tuple(rules for rules in left if rules), self.is_any)

    def plain(self) -> Selection:
        """The same in its simplest form: no empty groups, and one group of several is several of one."""
        groups = tuple(group for group in self.groups if group)
        if len(groups) == 1 and len(groups[0]) > 1:
            return Selection(tuple((rule,) for rule in groups[0]), not self.is_any)
        return Selection(groups, self.is_any and len(groups) > 1)


EMPTY_SELECTION = Selection()


def read_selection(given: Iterable[tuple[str, str]]) -> Selection:
    """Return what the parameters of an address say; what is no condition is passed over, and so is what is too much."""
    groups: list[tuple[Rule, ...]] = []
    is_any, left = False, MAX_RULES
    for name, value in given:
        if name == WHERE and left > 0:
            rules = tuple(_rules(value))[:left]
            left -= len(rules)
            groups += [rules] if rules else []
        elif name == ANY:
            is_any = value == "1"
    return Selection(tuple(groups), is_any)


def _rules(text: str) -> Iterator[Rule]:
    for one in _RULES.findall(text[: MAX_RULES * MAX_CHARACTERS * 4]):
        parts = list(_parts(one))
        if rule := made(parts):
            yield rule


def made(parts: Sequence[str]) -> Rule | None:
    """Return the condition of a path, a word and values; None where something is missing or too much."""
    path, op, *values = [*parts, "", ""][: max(len(parts), 2)]
    given = tuple(value.strip() for value in values if value.strip())
    is_small = len(given) <= MAX_VALUES and all(len(part) <= MAX_CHARACTERS for part in (path, op, *given))
    is_whole = bool(path and op) and (bool(given) or op in NO_VALUE)
    return Rule(path, op, () if op in NO_VALUE else given) if is_small and is_whole else None


def _parts(text: str) -> Iterator[str]:
    for found in _PARTS.finditer(text):
        yield re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL)
        if not found[2]:
            return


def _escaped(text: str) -> str:
    return re.sub(r"([\\~|])", r"\\\1", text)
