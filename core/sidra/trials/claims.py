"""The second half of a test: what it claims, one function a keyword; each yields what is not so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sidra.channels.reaching import is_within
from sidra.errors import Problem
from sidra.trials import listings, seeing
from sidra.trials.outcomes import Finding
from sidra.trials.saying import names, parts_of, shown
from sidra.trials.world import Refusal, Unmade, World
from sidra_metamodel.explaining.paths import UnknownPath, find
from sidra_metamodel.expressions import Environment, EvaluationError, compile_python
from sidra_metamodel.kinds.test import Claim
from sidra_metamodel.model.build import text_of
from sidra_metamodel.model.record_types import scope_of
from sidra_metamodel.nodes import Node

Wrong = tuple[str, str] | tuple[str, str, tuple[tuple[str, str], ...]]
"""What was expected, what was there, and parts of an expression with their values."""


def judge(world: World) -> Iterator[Finding]:
    """Yield all that is not as a test claims."""
    for name, claim in world.test.then.items():
        for word, child in claim.node.items.items():
            judging = _JUDGES.get(word)
            if judging is not None and child.value is not None:
                yield from _judged(world, claim, f"then.{name}.{word}", child, judging)


Judging = Callable[[World, Claim], Iterator[Wrong]]


def _judged(world: World, claim: Claim, path: str, node: Node, judging: Judging) -> Iterator[Finding]:
    try:
        for expected, found, *values in judging(world, claim):
            yield Finding(node.place, path, expected, found, values[0] if values else ())
    except Unmade as error:
        yield Finding(node.place, path, "the record is there", str(error), is_broken=True)


def _expect(world: World, claim: Claim) -> Iterator[Wrong]:
    formula = claim.expect
    assert formula is not None  # noqa: S101 - it is judged where it is given
    expression = world.model.expression(formula)
    known = {name: world.record(name, claim.by) for name in world.ids}
    for name in expression.names & (world.test.given.keys() | world.test.when.keys()):
        world.id_of(name)
    records = world.records(claim.by)
    environment = Environment(
        this={},
        user=records.actor,
        now=records.now,
        today=records.today,
        affiliate=world.runtime.affiliate_values,
        names=known,
    )
    try:
        if compile_python(expression, world.model.functions, when_null=False)(environment) is True:
            return
        found = "it does not hold"
    except EvaluationError as error:
        found = f"it cannot be evaluated: {error}"
    parts = parts_of(expression, scope_of(world.model, formula), world.model.functions, environment)
    yield f"`{formula.text}` holds", found, parts


def _refused(world: World, claim: Claim) -> Iterator[Wrong]:
    step = claim.refused or ""
    refusal = world.refused.get(step)
    if refusal is None:
        yield f"the step `{step}` is refused{_wished(claim)}", "it was done"
    else:
        yield from _told(f"the step `{step}` is refused", claim, refusal)


def _warned(world: World, claim: Claim) -> Iterator[Wrong]:
    step = claim.warned or ""
    told = world.warned.get(step)
    if step in world.refused:
        yield f"the step `{step}` is done with a warning", f"it was refused: {world.refused[step].shown}"
    elif told is None or not told.problems:
        yield f"the step `{step}` is done with a warning{_wished(claim)}", "there was no warning"
    else:
        yield from _told(f"the step `{step}` is done with a warning", claim, told)


def _wished(claim: Claim) -> str:
    wished = (("with", claim.code), ("at", claim.at), ("saying", claim.message))
    return "".join(f" {word} `{text}`" for word, text in wished if text is not None)


def _told(what: str, claim: Claim, refusal: Refusal) -> Iterator[Wrong]:
    problems = refusal.problems or (Problem(refusal.code, "", refusal.text),)
    if not any(_fits(one, refusal, claim) for one in problems):
        yield f"{what}{_wished(claim)}", refusal.shown


def _fits(problem: Problem, refusal: Refusal, claim: Claim) -> bool:
    codes = {problem.code, refusal.code}
    return (
        (claim.code is None or claim.code in codes)
        and (claim.at is None or claim.at == problem.path)
        and (claim.message is None or claim.message in problem.message)
    )


def _calendar(world: World, claim: Claim, moments: frozenset[str], *, is_open: bool) -> Iterator[Wrong]:
    model = world.model
    calendar = model.calendars.get(claim.calendar) if claim.calendar is not None else model.calendar
    if calendar is None:
        yield "there is a calendar", "there is none"
        return
    world.runtime.touched.add(("calendar", calendar.name))
    for text in sorted(moments):
        if is_within(calendar, datetime.fromisoformat(text)) is not is_open:
            words = ("within", "outside of") if is_open else ("outside of", "within")
            yield f"{text} is {words[0]} `{calendar.name}`", f"it is {words[1]} it"


def _open(world: World, claim: Claim) -> Iterator[Wrong]:
    return _calendar(world, claim, claim.open, is_open=True)


def _closed(world: World, claim: Claim) -> Iterator[Wrong]:
    return _calendar(world, claim, claim.closed, is_open=False)


def _configured(world: World, claim: Claim) -> Iterator[Wrong]:
    for path, wanted in claim.configured.items():
        try:
            spot = find(world.effective, world.model.registry, path)
            world.runtime.touched.add((spot.document.kind, spot.document.name))
            found: Node | None = spot.node
        except UnknownPath:
            found = None
            world.runtime.touched.add(("*", ""))
        if not _is_configured(found, wanted):
            yield f"`{path}` is {_value(wanted)}", "there is none" if found is None else _configured_as(found)


def _is_configured(node: Node | None, wanted: object) -> bool:
    if node is None or wanted is None:
        return wanted is None and (node is None or node.value is None)
    if isinstance(node.value, tuple):
        return any(_is_configured(entry, wanted) for entry in node.entries)
    if node.is_map:
        return wanted in node.items
    return node.value == wanted or text_of(node) == str(wanted)


def _value(wanted: object) -> str:
    return "nothing" if wanted is None else shown(wanted)


def _configured_as(node: Node) -> str:
    return f"it is {shown(node.plain())}"


def _gives(world: World, claim: Claim) -> Iterator[Wrong]:
    listed = listings.records_of(world, claim)
    found = tuple(name for name in listed if name in claim.gives)
    if found != claim.gives:
        yield f"`{claim.list}` gives {names(claim.gives)}, in this order", f"it gives {names(listed)}"


def _lacks(world: World, claim: Claim) -> Iterator[Wrong]:
    found = [name for name in listings.records_of(world, claim) if name in claim.lacks]
    if found:
        yield f"`{claim.list}` does not give {names(sorted(claim.lacks))}", f"it gives {names(found)}"


_JUDGES: Final[Mapping[str, Judging]] = MappingProxyType(
    {
        "expect": _expect,
        "refused": _refused,
        "warned": _warned,
        **seeing.JUDGES,
        "gives": _gives,
        "lacks": _lacks,
        "open": _open,
        "closed": _closed,
        "configured": _configured,
    }
)
