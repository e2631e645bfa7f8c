"""Reports of the group: one statement in each affiliate's store, added up here. Nothing joins two stores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sidra.access.actor import system_actor
from sidra.affiliates.registry import Affiliates
from sidra.affiliates.withholding import withheld
from sidra.errors import BadQuery, Busy, Misconfigured, NotFound, NotServed, SidraError
from sidra.records.grouping import Group, Grouping, Value, declared_paths
from sidra.runtime import Runtime
from sidra.store.failures import StoreError

LOCAL = "x_"
"""What the names begin with that an overlay adds."""
AFFILIATE = "affiliate"
"""The key that stands for the affiliate itself."""
LEAST = 5
"""Fewer records than these could tell of single people: how many they are, and their sums, is not said and does not
follow from other lines."""

Key = tuple[tuple[Value, ...], str | None]


class NotOfGroup(SidraError):
    """A report of the group asks for what not all affiliates have."""

    code = "R033"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report: the records of all affiliates with the same values."""

    values: tuple[Value, ...]
    currency: str | None
    count: int | None
    """None where they are fewer than `LEAST`, or where those would follow from it."""
    sums: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What the affiliates answered, and which did not."""

    columns: tuple[str, ...]
    sums: tuple[str, ...]
    lines: tuple[Line, ...]
    answered: tuple[str, ...]
    missing: Mapping[str, SidraError]
    left_out: int = 0
    """Lines that would tell what fewer than `LEAST` records say even without their numbers."""


def report(affiliates: Affiliates, entity: str, grouping: Grouping, only: Iterable[str] = ()) -> Report:
    """Return the groups of an entity's records over all affiliates, or those in `only`.

    Amounts are added up within a currency. Raises NotOfGroup for what an overlay added or hid, NotFound, BadQuery.
    """
    names = _chosen(affiliates, only)
    own = Grouping(tuple(key for key in grouping.by if key != AFFILIATE), grouping.sums, grouping.filters)
    _refuse_local(entity, own)
    found: dict[Key, list[Group]] = {}
    missing: dict[str, SidraError] = {}
    for name in names:
        try:
            for group in _groups(affiliates, name, entity, own):
                values = _with_affiliate(group.values, grouping.by, name)
                found.setdefault((values, group.currency), []).append(group)
        except (Busy, StoreError, Misconfigured) as error:
            missing[name] = error
    if len(missing) == len(names):
        raise next(iter(missing.values()))
    counts = {_flat(key): sum(one.count for one in groups) for key, groups in found.items()}
    hidden = withheld({key: count for key, count in counts.items() if count}, LEAST)
    told = [(key, groups) for key, groups in sorted(found.items(), key=_order) if _flat(key) not in hidden.lines]
    lines = tuple(_line(key, groups, is_hidden=_flat(key) in hidden.numbers) for key, groups in told)
    answered = tuple(name for name in names if name not in missing)
    return Report(grouping.by, grouping.sums, lines, answered, missing, left_out=len(hidden.lines))


def _flat(key: Key) -> tuple[Value | None, ...]:
    return (*key[0], key[1])


def _chosen(affiliates: Affiliates, only: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(only))
    for name in wanted:
        if name not in affiliates.names:
            raise NotFound(f"no affiliate `{name}`", hint=f"there are: {', '.join(affiliates.names)}")
    return wanted or affiliates.names


def _groups(affiliates: Affiliates, name: str, entity: str, grouping: Grouping) -> list[Group]:
    runtime = affiliates.get(name)
    if runtime is None:
        raise _not_served(affiliates, name)
    _refuse_hidden(runtime, entity, grouping)
    return runtime.records(system_actor("group report", affiliate=name)).grouped(entity, grouping)


def _not_served(affiliates: Affiliates, name: str) -> NotServed:
    """Return the error that says what keeps an affiliate from being served."""
    state = affiliates.state(name)
    errors = [found for found in state.diagnostics if found.severity == "error"] if state is not None else []
    if not errors:
        return NotServed(f"`{name}` is not served", hint=f"run `sidra check {name}`")
    return NotServed(errors[0].message, code=errors[0].code, hint=errors[0].help or f"run `sidra check {name}`")


def _refuse_local(entity: str, grouping: Grouping) -> None:
    for path in (entity, *declared_paths(grouping)):
        if any(part.startswith(LOCAL) for part in path.split(".")):
            reason = f"`{path}` is of one affiliate, and a report of the group reads what all of them have"
            raise NotOfGroup(reason, hint="leave it out, or let the group declare it in the baseline")


def _refuse_hidden(runtime: Runtime, entity: str, grouping: Grouping) -> None:
    """Refuse what the group declares and an affiliate does not have, or has hidden: its answer would be none."""
    found = runtime.model.entities.get(entity)
    if found is None:
        reason = f"`{runtime.affiliate}` has no entity `{entity}`"
        hint = "name the affiliates that have it with `--in`"
        raise NotOfGroup(reason, hint=hint)
    for path in declared_paths(grouping):
        attribute = found.attributes.get(path)
        if attribute is not None and attribute.hidden:
            hint = "leave it out, or name the affiliates that show it with `--in`"
            raise NotOfGroup(f"`{runtime.affiliate}` has hidden `{path}` of `{entity}`", hint=hint)
    for wanted in grouping.filters:
        attribute = found.attributes.get(wanted.path)
        if attribute is not None and attribute.pii:
            raise NotOfGroup(f"`{wanted.path}` is personal, and would find single people", hint="leave it out")


def _with_affiliate(values: tuple[Value, ...], by: tuple[str, ...], name: str) -> tuple[Value, ...]:
    own = iter(values)
    return tuple(name if key == AFFILIATE else next(own) for key in by)


def _line(key: Key, groups: list[Group], *, is_hidden: bool) -> Line:
    values, currency = key
    sums = tuple(_added(column) for column in zip(*(group.sums for group in groups), strict=True))
    if is_hidden:
        return Line(values, currency, None, (None,) * len(sums))
    return Line(values, currency, sum(group.count for group in groups), sums)


def _added(column: tuple[Decimal | None, ...]) -> Decimal | None:
    numbers = [number for number in column if number is not None]
    return sum(numbers, Decimal()) if numbers else None


def _order(item: tuple[Key, object]) -> tuple[object, ...]:
    values, currency = item[0]
    return (*((value is None, str(value)) for value in values), currency is None, currency or "")


def checked_filters(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Return `name=value` texts apart; raises BadQuery for another text."""
    found = [text.partition("=") for text in texts]
    for name, sign, _ in found:
        if not name or not sign:
            raise BadQuery("a filter is written `name=value`", hint="such as `--where status=active`")
    return [(name, value) for name, _, value in found]
