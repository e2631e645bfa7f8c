"""What somebody sees, may do and must fill in, as a test claims it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sidra.errors import NotFound, SidraError
from sidra.records.query import Filter, Query
from sidra.records.record import Masked
from sidra.records.resembling import Resembling
from sidra.trials.saying import names
from sidra.trials.world import World
from sidra_metamodel.kinds.test import Claim

MISSING: Final = "R601"
Wrong = tuple[str, str]
Judging = Callable[[World, Claim], Iterator[Wrong]]

WHOLE, MASKED, NOTHING = "seen whole", "seen masked", "not to be seen"


def _how(world: World, text: str, by: str | None) -> str:
    """Tell how a record or a value of it is seen."""
    name, _, member = text.partition(".")
    record = world.record(name, by)
    if not member:
        return WHOLE if record is not None and _is_listed(world, name, by) else NOTHING
    if record is None:
        return NOTHING
    try:
        value = record[member]
    except (KeyError, SidraError):
        return NOTHING
    return MASKED if isinstance(value, Masked) else WHOLE


def _is_listed(world: World, name: str, by: str | None) -> bool:
    """Tell whether a record is among those that lists give, which must not differ from its own page."""
    entity, id = world.id_of(name)
    try:
        query = Query(filters=(Filter("id", "eq", id),), count=False)
        return bool(world.records(by).list(entity, query).records)
    except SidraError:
        return False


def _as(wanted: str, words: Callable[[Claim], frozenset[str]]) -> Judging:
    def judging(world: World, claim: Claim) -> Iterator[Wrong]:
        for text in sorted(words(claim)):
            found = _how(world, text, claim.by)
            if found != wanted:
                yield f"`{text}` is {wanted}{_for(claim)}", f"it is {found}"

    return judging


def _for(claim: Claim) -> str:
    return f" for `{claim.by}`" if claim.by is not None else ""


def _is_allowed(world: World, text: str, by: str | None) -> bool:
    name, dot, action = text.partition(".")
    records = world.records(by)
    if not dot:
        return records.profile.may_use(name)
    if name not in world.ids:
        return records.may(name, action)
    record = world.record(name, by)
    if record is None:
        return False
    lifecycle = world.model.entity(record.entity).lifecycle
    if lifecycle is not None and action in lifecycle.transitions:
        states = records.transitions(record.entity, record)
        return any(state.name == action and state.allowed for state in states)
    whole = records.environment(records.whole(record.entity, record.row))
    return records.profile.allows(record.entity, action, whole)


def _may(world: World, claim: Claim) -> Iterator[Wrong]:
    for text in sorted(claim.may):
        if not _is_allowed(world, text, claim.by):
            yield f"`{text}` is allowed{_for(claim)}", "it is not"


def _may_not(world: World, claim: Claim) -> Iterator[Wrong]:
    for text in sorted(claim.may_not):
        if _is_allowed(world, text, claim.by):
            yield f"`{text}` is not allowed{_for(claim)}", "it is"


def _is_missed(world: World, text: str, by: str | None) -> bool:
    """Tell whether a record cannot be saved without a value."""
    name, _, member = text.partition(".")
    entity, id = world.id_of(name)
    problems = world.records(by).draft(entity, {member: None}, id=id).problems
    return any(problem.code == MISSING and problem.path == member for problem in problems)


def _required(world: World, claim: Claim) -> Iterator[Wrong]:
    for text in sorted(claim.required):
        if not _is_missed(world, text, claim.by):
            yield f"`{text}` is required", "the record can be saved without it"


def _optional(world: World, claim: Claim) -> Iterator[Wrong]:
    for text in sorted(claim.optional):
        if _is_missed(world, text, claim.by):
            yield f"`{text}` is optional", "the record cannot be saved without it"


def _is_hidden(world: World, text: str, by: str | None) -> bool:
    entity, _, member = text.partition(".")
    declared = world.model.entity(entity)
    found: Any = declared.attributes.get(member) or declared.relations.get(member)
    world.runtime.touched.add(("entity", entity))
    is_read = by is None or world.records(by).access(entity).level(member) != "none"
    return found is None or found.hidden or not is_read


def _shown(world: World, claim: Claim) -> Iterator[Wrong]:
    for text in sorted(claim.shown):
        if _is_hidden(world, text, claim.by):
            yield f"`{text}` is offered{_for(claim)}", "it is hidden"


def _hidden(world: World, claim: Claim) -> Iterator[Wrong]:
    for text in sorted(claim.hidden):
        if not _is_hidden(world, text, claim.by):
            yield f"`{text}` is hidden{_for(claim)}", "it is offered"


def _are_alike(world: World, name: str, other: str, by: str | None) -> bool:
    record, wanted = world.record(name, by), world.id_of(other)[1]
    # As if it were only being entered, so that all of its values count.
    found = Resembling(world.records(by), record.entity, record, {}) if record is not None else None
    return found is not None and any(likeness.record.id == wanted for likeness in found.likenesses)


def _resembles(world: World, claim: Claim) -> Iterator[Wrong]:
    for name, other in claim.resembles.items():
        if not _are_alike(world, name, other, claim.by):
            yield f"`{name}` resembles `{other}`", "nobody is told of it"


def _differs(world: World, claim: Claim) -> Iterator[Wrong]:
    for name, other in claim.differs.items():
        if _are_alike(world, name, other, claim.by):
            yield f"`{name}` and `{other}` are two", "they are taken for one"


def _found(world: World, claim: Claim) -> list[str]:
    try:
        hits = world.records(claim.by).search(claim.search or "", limit=100)
    except NotFound:
        return []
    return [name for hit in hits if (name := world.name_of(hit.id)) is not None]


def _finds(world: World, claim: Claim) -> Iterator[Wrong]:
    found = _found(world, claim)
    if not claim.finds <= set(found):
        yield f"`{claim.search}` finds {names(sorted(claim.finds))}", f"it finds {names(found)}"


def _misses(world: World, claim: Claim) -> Iterator[Wrong]:
    found = [name for name in _found(world, claim) if name in claim.misses]
    if found:
        yield f"`{claim.search}` does not find {names(sorted(claim.misses))}", f"it finds {names(found)}"


JUDGES: Final[Mapping[str, Judging]] = MappingProxyType(
    {
        "sees": _as(WHOLE, lambda claim: claim.sees),
        "masks": _as(MASKED, lambda claim: claim.masks),
        "hides": _as(NOTHING, lambda claim: claim.hides),
        "may": _may,
        "may_not": _may_not,
        "required": _required,
        "optional": _optional,
        "shown": _shown,
        "hidden": _hidden,
        "resembles": _resembles,
        "differs": _differs,
        "finds": _finds,
        "misses": _misses,
    }
)
