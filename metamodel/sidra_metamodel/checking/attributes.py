"""Attributes: what their types need, bounds that leave room, defaults that fit, one type for a name in a tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import re2

from sidra_metamodel.checking.defaults import TEXTS, check_default, check_example
from sidra_metamodel.checking.measures import WRITTEN, is_measure, measure_of
from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.scalar_type import ScalarType
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import SYSTEM_ATTRIBUTES
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import listed

NEEDED: Final = (("enum", "enum"), ("sequence", "sequence"))
"""Types that need a keyword: `type: enum` is nothing without `enum:`."""

FITTING: Final[Mapping[str, frozenset[str]]] = {
    "scale": frozenset({"decimal"}),
    **dict.fromkeys(("accept", "max_megabytes"), frozenset({"file", "image"})),
    **dict.fromkeys(("min_length", "max_length", "pattern"), TEXTS),
    **dict.fromkeys(("min", "max"), frozenset(WRITTEN)),
}
"""Base types that a demand can be made of."""
_UNSAID: Final[tuple[object, ...]] = (None, (), frozenset())

BOUNDS: Final = (("min", "max", ""), ("min_length", "max_length", "integer"))
"""Keywords of the least and the greatest value, and the type they are of, where not the attribute's."""


def check_attributes(model: Model, entity: Entity, diagnostics: Diagnostics) -> None:
    """Record attributes and relations of an entity that contradict themselves, each other or their tree."""
    for attribute in entity.attributes.values():
        base = model.base_type(attribute)
        _check_needs(base, attribute, diagnostics)
        _check_demands(base, attribute, diagnostics)
        check_default(model, attribute, diagnostics)
        _check_hidden(model, entity.name, attribute, diagnostics)
        _check_free(attribute.name, attribute.node, diagnostics)
    for relation in entity.relations.values():
        _check_free(relation.name, relation.node, diagnostics)
        _check_bounds("integer", relation, diagnostics)
    _check_api_names(entity, diagnostics)
    if model.root(entity.name) == entity.name:
        _check_tree(model, entity.name, diagnostics)


def check_type(model: Model, type_: ScalarType, diagnostics: Diagnostics) -> None:
    """Record what contradicts itself in a type."""
    _check_demands(model.base_of(type_.name), type_, diagnostics)
    check_example(model, type_, diagnostics)


def _check_demands(base: str, of: Attribute | ScalarType, diagnostics: Diagnostics) -> None:
    _check_fitting(base, of, diagnostics)
    _check_measure(base, of, diagnostics)
    _check_bounds(base, of, diagnostics)
    _check_patterns(of, diagnostics)


def _check_needs(base: str, attribute: Attribute, diagnostics: Diagnostics) -> None:
    for type_, keyword in NEEDED:
        if base == type_ and getattr(attribute, keyword) is None:
            message = f"`{attribute.name}` is of type `{type_}` and lacks `{keyword}`"
            diagnostics.report("E412", message, attribute.node.items["type"], help=_NEED_HELP[keyword])
        elif base != type_ and getattr(attribute, keyword) is not None:
            message = f"`{keyword}` means nothing for the type `{attribute.type}`"
            diagnostics.report("E412", message, attribute.node.items[keyword], key=True, help=f"write `type: {type_}`")


_NEED_HELP: Final = {
    "enum": "name its code list: `enum: …`",
    "sequence": 'give its shape: `sequence: "TT-{year}-{n:06}"`',
}


def _check_fitting(base: str, of: Attribute | ScalarType, diagnostics: Diagnostics) -> None:
    """Record demands that no value of the type could be held against."""
    for keyword, bases in FITTING.items():
        if getattr(of, keyword, None) not in _UNSAID and base not in bases:
            message = f"`{keyword}` means nothing for the type `{base}`"
            help_ = f"take it away; it is for {listed(sorted(bases))}"
            diagnostics.report("E412", message, of.node.items[keyword], key=True, help=help_)


def _check_measure(base: str, of: Attribute | ScalarType, diagnostics: Diagnostics) -> None:
    """A bound is a value of the type that it bounds."""
    for keyword in ("min", "max"):
        value = getattr(of, keyword)
        if value is not None and base in WRITTEN and not is_measure(base, value):
            message = f"`{keyword}: {value}` is no {base}"
            diagnostics.error("E414", message, of.node.items[keyword], help=f"write it as {WRITTEN[base]}")


def _check_bounds(base: str, of: Attribute | Relation | ScalarType, diagnostics: Diagnostics) -> None:
    for low, high, order in BOUNDS:
        least, most = getattr(of, low, None), getattr(of, high, None)
        lower, higher = measure_of(order or base, least), measure_of(order or base, most)
        if lower is not None and higher is not None and lower > higher:
            diagnostics.report(
                "E414",
                f"no value is at least {least} and at most {most}",
                of.node.items[high],
                notes=[note(f"`{low}` is set here", of.node.items[low])],
                help=f"make `{low}` less than `{high}`",
            )


def _check_patterns(of: Attribute | ScalarType, diagnostics: Diagnostics) -> None:
    written = of.node.get("pattern")
    for node in written.entries if written is not None else ():
        reason = _refusal(str(node.value))
        if reason:
            message = f"`{node.value}` is no pattern of RE2: {reason}"
            diagnostics.error("E416", message, node, help="RE2 has no look-around and no back-references")


def _refusal(pattern: str) -> str:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        found = error.args[0] if error.args else ""
        return found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)
    return ""


def _check_hidden(model: Model, entity: str, attribute: Attribute, diagnostics: Diagnostics) -> None:
    required = attribute.required is True or isinstance(attribute.required, Formula)
    if not attribute.hidden or not required or attribute.default or attribute.compute:
        return
    if any(
        rule.at == attribute.name and rule.value and _concerns(model, rule.on, entity) for rule in model.rules.values()
    ):
        return
    diagnostics.error(
        "E403",
        f"`{attribute.name}` is required and has no default, so that it cannot be hidden",
        attribute.node.items["hidden"],
        notes=[note("required here", attribute.node.items["required"])],
        help="give it a `default:`, or show it",
    )


def _concerns(model: Model, on: str, entity: str) -> bool:
    return on == entity or on in model.ancestors(entity)


def _check_free(name: str, node: Node, diagnostics: Diagnostics) -> None:
    if name in SYSTEM_ATTRIBUTES:
        message = f"every record has `{name}` already"
        diagnostics.report("E417", message, node, key=True, help="choose another name")


def _check_api_names(declared: Entity, diagnostics: Diagnostics) -> None:
    """Attributes and relations share one set of names, in YAML as in the API."""
    seen: dict[str, Attribute | Relation] = {}
    members: list[Attribute | Relation] = [*declared.attributes.values(), *declared.relations.values()]
    for member in members:
        name = member.api_name or camel_case(member.name)
        first = seen.setdefault(name, member)
        if first is not member:
            _report_same(first, member, name, diagnostics)


def _report_same(
    first: Attribute | Relation, second: Attribute | Relation, name: str, diagnostics: Diagnostics
) -> None:
    notes = [note("the other one", first.node, key=True)]
    if first.name == second.name:
        message = f"`{second.name}` is an attribute and a relation"
        diagnostics.report("E417", message, second.node, key=True, notes=notes, help="choose another name")
        return
    at = second.node.get("api_name")
    message = f"`{first.name}` and `{second.name}` are both `{name}` in the API"
    help_ = "give one of them another `api_name:`"
    diagnostics.report("E418", message, at or second.node, key=at is None, notes=notes, help=help_)


def check_addresses(model: Model, diagnostics: Diagnostics) -> None:
    """Record entities that would answer at one address."""
    seen: dict[tuple[str, str], Entity] = {}
    for entity in model.entities.values():
        if entity.api is None or entity.api.path is None:
            continue
        resource = entity.api.resource or camel_case(entity.name)
        first = seen.setdefault((entity.api.path, resource), entity)
        if first is not entity:
            message = f"`{first.name}` and `{entity.name}` are both `{entity.api.path}/{resource}` in the API"
            notes = [note("the other one", first.node.items["api"], key=True)]
            at = entity.node.items["api"]
            diagnostics.report("E418", message, at, key=True, notes=notes, help="give one of them another `resource:`")


def camel_case(name: str) -> str:
    """Return a snake_case name as the API spells it."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _check_tree(model: Model, root: str, diagnostics: Diagnostics) -> None:
    """Two subtypes that give one name two types would need one column for both."""
    seen: dict[str, Attribute] = {}
    for entity in model.subtypes(root):
        for attribute in model.entities[entity].attributes.values():
            first = seen.setdefault(attribute.name, attribute)
            if first is not attribute and _column(model, first) != _column(model, attribute):
                diagnostics.error(
                    "E417",
                    f"`{attribute.name}` has two types in the tree of `{root}`: {first.type} and {attribute.type}",
                    attribute.node.items["type"],
                    notes=[note("the other one", first.node.items["type"])],
                    help="give both one type, or one of them another name",
                )


def _column(model: Model, attribute: Attribute) -> tuple[str, int | None, bool]:
    return model.base_type(attribute), attribute.scale, attribute.localised
