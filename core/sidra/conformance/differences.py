"""What differs between an API of TM Forum and that of an affiliate, and what it means for a client of the standard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sidra.conformance.described import Attribute, DescribedApi, Resource

ALWAYS = frozenset({"@type", "@baseType", "@schemaLocation", "id", "href"})
"""Every record has them as TMF630 says it, whatever the document of one API lists."""

Why = Callable[[str, str], str]
"""Why an attribute of a resource is as it is, by the names of both; an empty attribute asks for the resource."""


class Weight(StrEnum):
    """What a difference means for a client that was written from the standard alone."""

    BREAKS = "breaks"
    """It fails: what it sends is refused, or what it reads is not what the standard says."""
    LACKS = "lacks"
    """It does without what the standard leaves to the server."""
    EXTENDS = "extends"
    """It finds more than it knows, which it ignores."""


Found = tuple[Weight, str, str]
"""What a difference means, its place, and what differs."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs."""

    weight: Weight
    resource: str
    """Empty for the whole API."""
    place: str
    """The attribute, operation or event."""
    what: str
    why: str


def differences(standard: DescribedApi, offered: DescribedApi, why: Why) -> Iterator[Difference]:
    """All differences between an API of the standard and the same one of an affiliate, by resource."""
    for name, wanted in standard.resources.items():
        found = offered.resources.get(name)
        if found is None:
            yield Difference(Weight.LACKS, name, "", "the resource is not offered", why(name, ""))
        else:
            yield from _of_resource(wanted, found, why)
    for name in sorted(offered.resources.keys() - standard.resources.keys()):
        yield Difference(Weight.EXTENDS, name, "", "the standard has no such resource", why(name, ""))
    yield from _of_events(standard, offered)


def _of_events(standard: DescribedApi, offered: DescribedApi) -> Iterator[Difference]:
    for name in sorted(standard.events - offered.events):
        yield Difference(Weight.LACKS, "", name, "the event is not told", "no binding of the API tells it")
    for name in sorted(offered.events - standard.events):
        yield Difference(Weight.EXTENDS, "", name, "the standard has no such event", "the binding tells it")


def _of_resource(wanted: Resource, found: Resource, why: Why) -> Iterator[Difference]:
    yield from _of_operations(wanted, found)
    for weight, place, what in (*_of_shown(wanted, found), *_of_sent(wanted, found)):
        yield Difference(weight, wanted.name, place, what, why(wanted.name, place))


def _of_operations(wanted: Resource, found: Resource) -> Iterator[Difference]:
    for operation in sorted(wanted.operations - found.operations):
        reason = f"the binding and the role offer {', '.join(sorted(found.operations))}"
        yield Difference(Weight.BREAKS, wanted.name, operation, "the operation is not offered", reason)
    for operation in sorted(found.operations - wanted.operations):
        what = "the standard has no such operation"
        yield Difference(Weight.EXTENDS, wanted.name, operation, what, "the binding offers it")


def _of_shown(wanted: Resource, found: Resource) -> Iterator[Found]:
    for name in sorted(wanted.shown.keys() - found.shown.keys() - ALWAYS):
        yield Weight.LACKS, name, "the attribute is not shown"
    for name in sorted(wanted.shown.keys() & found.shown.keys()):
        yield from _of_attribute(name, wanted.shown[name], found.shown[name])
    for name in sorted(found.shown.keys() - wanted.shown.keys() - ALWAYS):
        yield Weight.EXTENDS, name, "the standard has no such attribute"


def _of_sent(wanted: Resource, found: Resource) -> Iterator[Found]:
    if not found.sent or not wanted.sent:
        return
    for name in sorted(found.needed - wanted.needed):
        yield Weight.BREAKS, name, "it must be sent, which the standard does not ask for"
    for name in sorted(wanted.needed - found.sent.keys() - ALWAYS):
        if name in found.computed:
            yield Weight.LACKS, name, "what is sent is not kept, since it follows from other values"
        else:
            yield Weight.BREAKS, name, "the standard demands it, and it is not taken"


def _of_attribute(name: str, wanted: Attribute, found: Attribute) -> Iterator[Found]:
    if wanted.types and found.types and not _broadened(found.types) <= _broadened(wanted.types):
        said = f"it is {_listed(found.types)}, where the standard has {_listed(wanted.types)}"
        yield Weight.BREAKS, name, said
    if wanted.values and found.values:
        beyond, absent = found.values - wanted.values, wanted.values - found.values
        if beyond:
            yield Weight.BREAKS, name, f"it may be {_listed(beyond)}, which the standard does not know"
        if absent:
            yield Weight.LACKS, name, f"it is never {_listed(absent)}"


def _broadened(types: frozenset[str]) -> frozenset[str]:
    """An integer is a number."""
    return frozenset("number" if one == "integer" else one for one in types)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
