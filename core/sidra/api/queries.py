"""What a client asks of a list: filters, order, page and fields, from a query string."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sidra.api.naming import camel_case
from sidra.api.parameters import MAX_VALUES, Parameter, read_parameters
from sidra.api.selection import Selection, read_selection
from sidra.api.shapes import RELATED_PARTY, Form, Member, Shape, Shapes
from sidra.errors import BadQuery
from sidra.records.query import MAX_OFFSET, Filter, Operator
from sidra_metamodel.model.built_in import SYSTEM_ATTRIBUTES

PAGING = frozenset({"fields", "sort", "offset", "limit", "cursor"})
RANGES = frozenset({"gt", "gte", "lt", "lte"})
SYSTEM = {camel_case(name): name for name in SYSTEM_ATTRIBUTES if name != "kind"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """A list as a client asked for it, in the words of the records."""

    filters: tuple[Filter, ...] = ()
    sort: tuple[str, ...] = ()
    offset: int = 0
    limit: int
    cursor: str | None = None
    selection: Selection | None = None
    is_paged: bool = False
    """Whether the client asked for a page, so that a part of the list is what it expects."""


def read_list_request(query: str, shape: Shape, shapes: Shapes) -> ListRequest:
    """What a query string asks of the list of a resource; raises BadQuery for the first thing that it cannot mean."""
    manner = shape.manner
    if not query:
        return ListRequest(limit=manner.page_size)
    parameters = read_parameters(query)
    paging = _paging(parameters)
    offset = _number(paging, "offset", 0, MAX_OFFSET)
    limit = _number(paging, "limit", manner.page_size, manner.max_page_size)
    names = Names(shapes, shape)
    return ListRequest(
        filters=tuple(_filters(names, (one for one in parameters if one.name not in PAGING))),
        sort=tuple(names.sort(text) for text in paging.get("sort", "").split(",") if text),
        offset=offset,
        limit=limit,
        cursor=paging.get("cursor"),
        selection=read_selection(paging["fields"], shape) if "fields" in paging else None,
        is_paged=bool({"offset", "limit", "cursor"} & paging.keys()),
    )


def read_item_request(query: str, shape: Shape) -> Selection | None:
    """What a query string asks of one record: only `fields`; raises BadQuery for anything else."""
    if not query:
        return None
    parameters = read_parameters(query)
    for parameter in parameters:
        if parameter.name != "fields":
            raise BadQuery(f"`{parameter.name[:60]}` does not narrow a single record", hint="use `fields`, or a list")
    return read_selection(",".join(parameter.text for parameter in parameters), shape)


def _paging(parameters: Iterable[Parameter]) -> dict[str, str]:
    found: dict[str, str] = {}
    for parameter in parameters:
        if parameter.name in PAGING:
            if parameter.op != "eq":
                raise BadQuery(f"`{parameter.name}` is not compared", hint=f"write {parameter.name}=…")
            separator = "," if parameter.name in {"fields", "sort"} and parameter.name in found else ""
            if parameter.name in found and not separator:
                raise BadQuery(f"`{parameter.name}` stands twice", hint="write it once")
            found[parameter.name] = found.get(parameter.name, "") + separator + parameter.text
    return found


def _number(paging: dict[str, str], name: str, default: int, most: int) -> int:
    text = paging.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_OFFSET)) + 1):
        raise BadQuery(f"`{name}` is a whole number from 0 to {most}", hint="follow the link `next` instead")
    if int(text) > most:
        raise BadQuery(f"`{name}` is at most {most}", hint="follow the link `next`, whose cursor goes on from there")
    return int(text)


def _filters(names: Names, parameters: Iterable[Parameter]) -> list[Filter]:
    """One filter for each name and comparison: what is repeated is an alternative."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for parameter in parameters:
        grouped.setdefault((parameter.name, parameter.op), []).extend(parameter.values)
    return [names.filter(name, op, values) for (name, op), values in grouped.items()]


class Names:
    """Names of a resource and of what it refers to, from those outside to those inside."""

    def __init__(self, shapes: Shapes, shape: Shape) -> None:
        self._shapes, self._shape = shapes, shape

    def filter(self, name: str, op: str, values: list[str]) -> Filter:
        """The filter on an attribute; raises BadQuery for an unknown one, or a comparison that it does not have."""
        if op == "regex":
            raise BadQuery(f"`{name}` is not compared with patterns", hint="use =, >, >=, <, <= or !=")
        if len(values) > MAX_VALUES:
            raise BadQuery(f"`{name}` takes {MAX_VALUES} alternatives at most", hint="ask in several requests")
        if len(values) > 1 and op in RANGES:
            raise BadQuery(f"`{name}` is compared with one value", hint="alternatives are for = and !=")
        path, member = self._inside(name)
        inside = [_value_inside(name, member, value) for value in values]
        if len(inside) == 1:
            return Filter(path, _operator(op), inside[0])
        if op == "ne":
            raise BadQuery(f"`{name}` is compared with one value here", hint="repeat the request for each of them")
        return Filter(path, "in", inside)

    def sort(self, text: str) -> str:
        """The name inside of one name of `sort`, with its minus."""
        descends, name = text.startswith("-"), text.strip().lstrip("+-")
        return ("-" if descends else "") + self._inside(name)[0]

    def _inside(self, name: str) -> tuple[str, Member | None]:
        """The path inside, and the member at its end; None for what every record has."""
        return self._walk(self._shape, tuple(name.split(".")), name)

    def _walk(self, shape: Shape, parts: tuple[str, ...], name: str) -> tuple[str, Member | None]:
        if len(parts) == 1 and parts[0] in SYSTEM:
            return SYSTEM[parts[0]], None
        if parts == ("href",):
            return "id", None
        for length in range(len(parts), 0, -1):
            members = shape.at(parts[:length])
            if members:
                return self._from(members, parts[length:], name)
        raise _unknown(name, shape)

    def _from(self, members: tuple[Member, ...], rest: tuple[str, ...], name: str) -> tuple[str, Member | None]:
        member = members[0]
        if len(members) > 1:
            raise BadQuery(f"`{name}` means several relations", hint=f"`{RELATED_PARTY}` is narrowed by its own names")
        if member.form is Form.VALUE:
            return _part_of_value(member, rest, name), member
        if not rest or rest in {("id",), ("href",)}:
            return f"{member.name}.id", None
        target = self._target(member, name)
        if rest == ("name",) and not target.at(rest) and target.entity.title:
            return f"{member.name}.{target.entity.title}", target.members.get(target.entity.title)
        path, last = self._walk(target, rest, name)
        return f"{member.name}.{path}", last

    def _target(self, member: Member, name: str) -> Shape:
        targets = member.relation.to if member.relation else ()
        if len(targets) != 1 or targets[0] not in self._shapes.model.entities:
            raise BadQuery(f"`{name}` leads to several entities", hint=f"narrow by {member.spelling}.id")
        return self._shapes.of(targets[0])


PARTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"money": {"value": "", "amount": ""}, "period": {"startDateTime": "start", "endDateTime": "end"}}
)
"""The parts by which values are compared, by type, and their names inside: amounts are, whatever their currency."""


def _part_of_value(member: Member, rest: tuple[str, ...], name: str) -> str:
    if not rest:
        return member.name
    part = PARTS.get(member.base, {}).get(rest[0]) if len(rest) == 1 else None
    if part is None:
        raise BadQuery(f"no filter `{name}`", hint=f"`{member.spelling}` has no such part that lists are narrowed by")
    return f"{member.name}.{part}" if part else member.name


def _operator(op: str) -> Operator:
    return op  # type: ignore[return-value]  # SUFFIXES without `regex`, all of which are operators


def _value_inside(name: str, member: Member | None, value: str) -> str:
    if name == "href" or name.endswith(".href"):
        return value.rstrip("/").rpartition("/")[2]
    if member is None or not member.inward:
        return value
    if value not in member.inward:
        raise BadQuery(f"`{name}` is never `{value[:60]}`", hint=f"there are: {', '.join(member.inward)}")
    return member.inward[value]


def _unknown(name: str, shape: Shape) -> BadQuery:
    near = difflib.get_close_matches(name.partition(".")[0], [*shape.outside, *SYSTEM], n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(shape.outside)}"
    return BadQuery(f"no attribute `{name[:60]}`", hint=hint)
