"""Which events a subscriber wants: its query, checked when it subscribes and evaluated on each event.

`eventType=TroubleTicketStatusChangeEvent&event.troubleTicket.severity=high`: names and comparisons are those of the
resource's list. The conditions become one expression about the record, as the subscriber may see it.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sidra.api.parameters import Parameter, read_parameters
from sidra.api.queries import Names
from sidra.api.shapes import Shape, Shapes
from sidra.errors import BadQuery, Problem
from sidra.events.projecting import api_of, event_key, types_of
from sidra.records.coercion import times
from sidra.records.coercion.unreadable import Unreadable
from sidra.records.paths import Way, no_filter, resolve
from sidra.store.codecs import DATETIME_CODEC
from sidra.store.identifiers import id_bytes, id_text
from sidra_metamodel.expressions import BOOLEAN, Environment, Scope, check, compile_python
from sidra_metamodel.expressions.errors import ExpressionError
from sidra_metamodel.expressions.unparse import literal
from sidra_metamodel.values import Money

if TYPE_CHECKING:
    from sidra.records.query import Filter
    from sidra.records.service import Records

MAX_CHARACTERS = 2000
SIGNS: Final[Mapping[str, str]] = {"eq": "==", "ne": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
TYPE, EVENT = "eventType", "event."

Test = Callable[[Environment], Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query asks for: some types of events, and of the resources that it names those that fulfil conditions."""

    types: frozenset[str]
    conditions: Mapping[str, str] = field(default_factory=dict)
    """By the location of a resource: an expression about its record."""


def read_types(query: str, api: str, shapes: Shapes) -> frozenset[str]:
    """The types of events that may fulfil a query; raises BadQuery for what is no event of the API.

    api: `troubleTicket/v4`; empty for all of them.
    """
    resources = resources_of(api, shapes)
    wanted = {name for shape in resources.values() for name in types_of(shape)}
    for parameter in _parameters(query):
        if parameter.name == TYPE:
            wanted &= _named(parameter, resources.values())
        else:
            wanted &= set(types_of(_resource(parameter.name, resources)[0]))
    return frozenset(wanted)


def read_query(query: str, api: str, shapes: Shapes, records: Records) -> Wanted:
    """What a query asks for; raises BadQuery for what is no event, attribute, comparison or value of the API.

    An attribute that the subscriber may not see is refused in the words of one that does not exist.
    """
    resources = resources_of(api, shapes)
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for parameter in _parameters(query):
        if parameter.name != TYPE:
            shape, rest = _resource(parameter.name, resources)
            grouped.setdefault((shape.location, rest, parameter.op), []).extend(parameter.values)
    terms: dict[str, list[str]] = {}
    for (location, name, op), values in grouped.items():
        shape = resources[location]
        wanted = Names(shapes, shape).filter(name, op, values)
        terms.setdefault(location, []).append(_term(records, shape, wanted))
    return Wanted(read_types(query, api, shapes), {place: " && ".join(all_) for place, all_ in terms.items()})


def test_of(text: str, shape: Shape, records: Records) -> Test:
    """The function that tells whether a record fulfils conditions; raises BadQuery where they are too much."""
    model = records.runtime.model
    try:
        checked = check(text, Scope(shape.entity.name), model.schema, model.functions, BOOLEAN)
    except ExpressionError as error:
        raise BadQuery("these conditions are too much for one query", hint="use fewer, or shorter values") from error
    return compile_python(checked, model.functions, when_null=False)


def resources_of(api: str, shapes: Shapes) -> Mapping[str, Shape]:
    """The resources of an API, by location; those of all where it is empty."""
    return {place: shape for place, shape in shapes.resources.items() if api in {"", api_of(place)}}


def _parameters(query: str) -> list[Parameter]:
    if len(query) > MAX_CHARACTERS:
        raise BadQuery(f"a query has {MAX_CHARACTERS} characters at most", hint="subscribe more than once")
    return read_parameters(query)


def _named(parameter: Parameter, resources: Iterable[Shape]) -> set[str]:
    known = [name for shape in resources for name in types_of(shape)]
    if parameter.op != "eq":
        raise BadQuery(f"`{TYPE}` is compared by =", hint=f"write {TYPE}={known[0]}")
    for value in parameter.values:
        if value not in known:
            near = difflib.get_close_matches(value, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"
            raise BadQuery(f"no event `{value[:60]}`", hint=hint)
    return set(parameter.values)


def _resource(name: str, resources: Mapping[str, Shape]) -> tuple[Shape, str]:
    """The resource that `event.troubleTicket.severity` names, and the rest of the name."""
    first, _, rest = name.removeprefix(EVENT).partition(".")
    found = next((shape for shape in resources.values() if event_key(shape) == first), None)
    if not name.startswith(EVENT) or found is None or not rest:
        keys = sorted({f"{EVENT}{event_key(shape)}.…" for shape in resources.values()})
        raise BadQuery(f"no attribute `{name[:60]}`", hint=f"a query names: {TYPE}, {', '.join(keys)}")
    return found, rest


def _term(records: Records, shape: Shape, wanted: Filter) -> str:
    """One condition in the language of expressions."""
    way = resolve(records.view(shape.entity.name), wanted.path)
    is_seen = way.view.common_level(way.stored.name) in {"read", "edit"}
    if not is_seen or any(hop.relation.many for hop in way.hops):
        raise no_filter(wanted.path)
    path = wanted.path
    if way.stored.attribute is not None and records.runtime.model.base_type(way.stored.attribute) == "money":
        path = f"{path}.amount"
    if wanted.op == "in":
        return f"{path} in [{', '.join(_literal(records, way, value) for value in wanted.value)}]"
    return f"{path} {SIGNS[wanted.op]} {_literal(records, way, wanted.value)}"


def _literal(records: Records, way: Way, value: str) -> str:
    """A value as an expression has it; raises BadQuery for one that cannot be read."""
    stored, name = way.stored, way.stored.name
    try:
        if stored.relation is not None or name == "id":
            return literal(id_text(id_bytes(value)))
        if stored.attribute is None and stored.codec is DATETIME_CODEC:
            typed: Any = times.instant(records.runtime.model.time_zone)(value, None)
        else:
            typed = value if stored.attribute is None else way.view.compiled.coercion(name)(value, None)
    except (Unreadable, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise _unreadable(name) from error
    match typed:
        case datetime.datetime():
            return f"timestamp('{typed.astimezone(datetime.UTC).isoformat().replace('+00:00', 'Z')}')"
        case datetime.date():
            return f"date('{typed.isoformat()}')"
        case Money():
            return literal(typed.amount)
        case bool() | int() | str() | Decimal():
            return literal(typed)
        case Problem():
            raise BadQuery(f"`{name}`: {typed.message}", hint=typed.hint)
    raise _unreadable(name)


def _unreadable(name: str) -> BadQuery:
    return BadQuery(f"the value for `{name}` cannot be read", hint="see the attribute's type")
