"""The constraints that an attribute and the types behind it put on its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import re2

from sidra.errors import Misconfigured, Problem
from sidra.plugin_calls import PluginError
from sidra.records.coercion import coerce
from sidra.rules.conditions import compile_check, compile_demand
from sidra.rules.constraint import Constraint, Message, labelled, worded
from sidra_metamodel.expressions import Environment
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.kinds.scalar_type import ScalarType
from sidra_metamodel.language import Formula, Label
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import PluginType

NUMBERS = frozenset({"integer", "decimal", "percent", "rating"})
MOMENTS = frozenset({"date", "datetime"})
TODAY = "today"
LINES = frozenset({"string", "text", "url", "sequence"})
INDEXED_CHARACTERS = 640
"""An entry of an index of PostgreSQL has 2,704 bytes at most, and a character four."""
STARS = (0, 5)
"""Bounds of a rating that declares none."""

_LEAST: Mapping[str, str] = MappingProxyType(
    {"": "too_small", "date": "too_early", "datetime": "too_early", "time": "too_early_time", TODAY: "in_past"}
)
_MOST: Mapping[str, str] = MappingProxyType(
    {"": "too_large", "date": "too_late", "datetime": "too_late", "time": "too_late_time", TODAY: "in_future"}
)

Bound = int | float | str


def attribute_constraints(model: Model, attribute: Attribute) -> list[Constraint]:
    """The constraints of an attribute, in the order in which a person is told the first that is violated."""
    builder = _Builder(model, attribute, model.base_type(attribute))
    found = [*builder.required(), *builder.choice(), *builder.limits(attribute), *builder.indexed()]
    for type_ in model.type_chain(attribute):
        found += builder.of_type(type_)
    found += [builder.of_plugin(type_) for type_ in model.plugin_types(attribute) if type_.check]
    return [_for_each_language(constraint) for constraint in found] if attribute.localised else found


@dataclass(frozen=True, slots=True)
class _Builder:
    model: Model
    attribute: Attribute
    base: str

    def violated(self, code: str, source: str, message: Message, operand: object = None) -> Constraint:
        return Constraint(code, self.attribute.name, source, message, operand)

    def required(self) -> Iterator[Constraint]:
        # A number that the system gives is there once the record is saved.
        if self.base != "sequence" and self.attribute.compute is None:
            claim = self.attribute.required
            yield from required(self.model, self.attribute.name, worded("required"), claim=claim)

    def choice(self) -> Iterator[Constraint]:
        enum = self.model.enums.get(self.attribute.enum or "")
        if self.base == "enum" and enum is not None:
            values = enum.values
            offered = [name for name, value in values.items() if not value.hidden]
            yield self.violated("R608", "v not in {k}", worded("not_in_list", values=offered), frozenset(values))

    def of_type(self, type_: ScalarType) -> Iterator[Constraint]:
        """What a `type:` document demands; its own message stands before ours."""
        for limit in self.limits(type_):
            yield replace(limit, message=labelled(type_.message, limit.message))
        for formula in type_.check:
            message = labelled(type_.message, worded("failed_check"))
            yield self.violated("R609", "not {k}(v, env)", message, _type_check(self.model, formula))

    def of_plugin(self, type_: PluginType) -> Constraint:
        message = labelled(Label(type_.message), worded("failed_check"))
        return self.violated("R609", "not {k}(v)", message, _plugin_check(type_, self.attribute.name))

    def limits(self, declared: Attribute | ScalarType) -> Iterator[Constraint]:
        """Bounds, lengths and patterns that an attribute or a type declares."""
        least, most = self._stars(declared)
        if least is not None:
            yield self.bound(least, "<", "R603", _LEAST)
        if most is not None:
            yield self.bound(most, ">", "R604", _MOST)
        if declared.min_length is not None:
            yield self.violated("R605", "len(v) < {k}", worded("too_short", n=declared.min_length), declared.min_length)
        if declared.max_length is not None:
            yield self.violated("R606", "len(v) > {k}", worded("too_long", n=declared.max_length), declared.max_length)
        for pattern in declared.pattern:
            yield self.violated("R607", "not {k}(v)", self._form_message(), compile_pattern(pattern))

    def indexed(self) -> Iterator[Constraint]:
        """The length that an index takes, of an attribute that lists or people look for by its whole value."""
        declared = self.attribute
        is_indexed = declared.filter or declared.search == "exact" or self.model.is_unique(declared)
        if is_indexed and self.base in LINES and (declared.max_length or INDEXED_CHARACTERS) >= INDEXED_CHARACTERS:
            message = worded("too_long", n=INDEXED_CHARACTERS)
            yield self.violated("R606", "len(v) > {k}", message, INDEXED_CHARACTERS)

    def _stars(self, declared: Attribute | ScalarType) -> tuple[Bound | None, Bound | None]:
        is_rating = self.base == "rating" and isinstance(declared, Attribute)
        least, most = STARS if is_rating else (None, None)
        return (least if declared.min is None else declared.min), (most if declared.max is None else declared.max)

    def bound(self, given: Bound, operator: str, code: str, keys: Mapping[str, str]) -> Constraint:
        """One bound; `keys` are the messages by base type, for `today`, and for any other type."""
        if self.base in MOMENTS and given == TODAY:
            day = "v" if self.base == "date" else "v.astimezone({k}).date()"
            return self.violated(code, f"{day} {operator} env.today", worded(keys[TODAY]), self.model.time_zone)
        limit = self._limit(given)
        value = "v.amount" if self.base == "money" else "v"
        key = keys.get(self.base, keys[""])
        return self.violated(code, f"{value} {operator} {{k}}", worded(key, bound=limit), limit)

    def _limit(self, given: Bound) -> Any:  # noqa: ANN401 - of the attribute's type
        if self.base in NUMBERS or self.base == "money":
            return given if isinstance(given, int) else Decimal(str(given))
        limit = coerce(self.model, self.attribute, given)
        if limit is None or isinstance(limit, Problem):
            raise Misconfigured(f"`{self.attribute.name}` has a bound that is no {self.base}", hint="see `sidra check`")
        return limit

    def _form_message(self) -> Message:
        chain = self.model.type_chain(self.attribute)
        example = next((type_.example for type_ in chain if type_.example), None)
        ours = worded("wrong_form_example", example=example) if example else worded("wrong_form")
        return next((labelled(type_.message, ours) for type_ in chain if type_.message.texts), ours)


def required(model: Model, member: str, message: Message, *, claim: bool | Formula) -> Iterator[Constraint]:
    """The demand for a value: always, or where an expression holds."""
    if isinstance(claim, Formula):
        test = compile_demand(model, claim)
        yield Constraint("R601", member, "{k}(env)", message, test, is_about_absence=True, formula=claim)
    elif claim:
        yield Constraint("R601", member, "v is None", message, is_about_absence=True)


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Whether a whole text matches a pattern, in linear time; raises Misconfigured for a pattern that RE2 refuses."""
    options = re2.Options()
    options.log_errors = False
    # A set answers five times as fast as a pattern, which builds a match object; but it gives up where memory is
    # short, so that a refusal is confirmed.
    quick = re2.Set.FullMatchSet(options)
    try:
        quick.Add(pattern)
        quick.Compile()
        thorough = re2.compile(pattern, options)
    except re2.error as error:
        raise Misconfigured(f"the pattern `{pattern}` is none of RE2's", hint="it has no look-around") from error
    return lambda text: quick.Match(text) is not None or thorough.fullmatch(text) is not None


def _for_each_language(constraint: Constraint) -> Constraint:
    if constraint.is_about_absence:
        return constraint
    return replace(constraint, source=f"any({constraint.source} for v in v.values())")


def _type_check(model: Model, formula: Formula) -> Callable[[Any, Environment], bool]:
    check = compile_check(model, formula)

    def holds(value: Any, environment: Environment) -> bool:  # noqa: ANN401 - of the attribute's type
        return check(replace(environment, this=None, names={"value": value}))

    return holds


def _plugin_check(type_: PluginType, member: str) -> Callable[[object], bool]:
    check = type_.check

    def holds(value: object) -> bool:
        try:
            return check is None or bool(check(value))
        except PluginError as failure:
            failure.member = member
            raise

    return holds
