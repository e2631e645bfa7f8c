"""The law of semantic tightening: what an accepted overlay makes valid was valid before (LAYERING.md §9).

Constraints are generated as YAML, layer by layer; an oracle that reads the Model's attributes tells which records of
a small world are valid under the lowest layers and under all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

from hypothesis import strategies as st
from tests.metamodel.configurations import LANGUAGE
from tests.metamodel.layering.layered import REGISTRY, folder

from sidra_metamodel.checking.type_checks import failed_checks
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.expressions import Environment, compile_python
from sidra_metamodel.governing.govern import govern
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.language import Formula
from sidra_metamodel.layering.effective import effective
from sidra_metamodel.layering.layers import LayerStack
from sidra_metamodel.load import model_of
from sidra_metamodel.model import Model

Data = Any
Layers = Sequence[Mapping[str, Data]]
"""What group, region and affiliate say, each by kind; of the entity its attributes, and its other keywords by name."""
OF_THE_ENTITY = ("entity", "relations", "lifecycle", "identity")
Record = Mapping[str, Any]

NAMES = ("group", "region:waf", "affiliate:sn")
TEXTS = (None, "", "a", "ab", "ba", "aab")
NUMBERS = (None, -1, 0, 1, 2)
CODES = (None, "x", "y")
WORLD: tuple[Record, ...] = (
    *({"text": text, "flag": flag, "other": other} for text, flag, other in product(TEXTS, *[(False, True)] * 2)),
    *({"number": number, "flag": flag, "other": not flag} for number, flag in product(NUMBERS, (False, True))),
    *({"code": code, "flag": flag, "other": not flag} for code, flag in product(CODES, (False, True))),
)


def limit(*values: Data) -> st.SearchStrategy[Data]:
    """A value as it is, null, or set with a reason."""
    plain = st.sampled_from(values)
    return st.one_of(plain, plain, st.none(), plain.map(lambda value: {"$set": value, "$why": "law"}))


PATTERNS = st.sampled_from(["a*", "[ab]*", ".+"])
LENGTHS = {"min_length": limit(0, 1, 2), "max_length": limit(0, 1, 2)}
PATTERN = {"pattern": PATTERNS | PATTERNS.map(lambda one: {"$set": [one]}) | PATTERNS.map(lambda one: {"$drop": [one]})}
CHECKS = st.sampled_from(["value.size() < 2", "value != 'a'", "value.startsWith('a')"])
CHECK = {"check": CHECKS | CHECKS.map(lambda one: {"$set": [one]}) | CHECKS.map(lambda one: {"$drop": [one]})}
REQUIRED = {"required": st.one_of(st.none(), st.booleans(), st.sampled_from(["flag", "other", "flag && other"]))}
BOUNDS = {"min": limit(-1, 0, 1), "max": limit(0, 1, 2)}


def few(words: Mapping[str, st.SearchStrategy[Data]], **always: Data) -> st.SearchStrategy[Data]:
    """A map of some of the words: few, so that layers are accepted often."""
    some = st.sampled_from([(), *((one,) for one in words), *((one, other) for one in words for other in words)])
    chosen = some.flatmap(lambda names: st.fixed_dictionaries({name: words[name] for name in names}))
    whole: st.SearchStrategy[Data] = st.just({}) | st.just({"$replace": True, **always}) if always else st.just({})
    return st.tuples(chosen, whole).map(lambda pair: {**pair[1], **pair[0]})


VALUES = st.sampled_from([{"x": {"$remove": True}}, {"z": {}}, {"x": None}, {"x_sn_z": {}}, {"y": {"hidden": True}}])
ATTRIBUTES: Mapping[str, Data] = {
    "text": {"type": "short"},
    "number": {"type": "integer"},
    "code": {"type": "enum", "enum": "code"},
    "flag": {"type": "boolean"},
    "other": {"type": "boolean"},
}


def about(name: str, words: Mapping[str, st.SearchStrategy[Data]]) -> st.SearchStrategy[Layers]:
    """Layers that constrain one attribute, or with no name the type of the texts."""
    above = few(words, **ATTRIBUTES.get(name, {}))
    layers = st.tuples(few(words), st.just({}) | above, above)
    return layers.map(lambda found: [_lowest(name, found[0]), *(_overlay(name, one) for one in found[1:])])


def _lowest(name: str, content: Mapping[str, Data]) -> Mapping[str, Data]:
    attributes = {each: {**words, **(content if each == name else {})} for each, words in ATTRIBUTES.items()}
    type_ = {} if name else content
    return {"entity": attributes, "type": {"base": "string", **type_}, "enum": {"values": ["x", "y"]}}


def _overlay(name: str, content: Mapping[str, Data]) -> Mapping[str, Data]:
    return {"entity": {name: content}} if name else {"type": content}


def _with_values(region: Mapping[str, Data], affiliate: Mapping[str, Data]) -> Layers:
    return [_lowest("", {}), *({"enum": {"values": values}} for values in (region, affiliate))]


LAYERS: st.SearchStrategy[Layers] = st.one_of(
    about("text", {**LENGTHS, **PATTERN, **REQUIRED}),
    about("text", {**PATTERN, **REQUIRED}),
    about("number", {**BOUNDS, **REQUIRED}),
    about("code", REQUIRED),
    about("", {**LENGTHS, **PATTERN}),
    about("", {**CHECK, **PATTERN}),
    st.builds(_with_values, st.just({}) | VALUES, VALUES),
)


def stack_of(layers: Layers) -> tuple[LayerStack, Diagnostics]:
    """The layers as an affiliate has them, and what reading them found."""
    found = Diagnostics()
    folders = tuple(
        folder(name, *texts(layer), prefix=None, found=found) for name, layer in zip(NAMES, layers, strict=True)
    )
    return LayerStack("sn", folders), found


def texts(layer: Mapping[str, Data]) -> Iterator[str]:
    headers = {"type": "short", "enum": "code", "rule": "told", "waiver": "w", "ceiling": "sn"}
    thing = {"attributes" if name == "entity" else name: layer[name] for name in OF_THE_ENTITY if name in layer}
    if thing:
        yield json.dumps({"entity": "thing", **thing})
    for kind, content in layer.items():
        if kind in headers:
            yield json.dumps({kind: headers[kind], **content})


def levels_of(layers: Layers) -> Mapping[tuple[str, str], int] | None:
    """How far region and affiliate go in each document; None where something is refused."""
    stack, found = stack_of(layers)
    levels = govern(effective(stack, REGISTRY, found), REGISTRY, found)
    return None if found.has_errors else levels


def is_accepted(layers: Layers) -> bool:
    """Whether neither reading, merging nor governance refuses a layer."""
    stack, found = stack_of(layers)
    govern(effective(stack, REGISTRY, found), REGISTRY, found)
    return not found.has_errors


def model_with(layers: Layers, count: int) -> Model:
    """The Model of the lowest layers."""
    stack, found = stack_of(layers)
    lower = LayerStack("sn", stack.folders[:count])
    documents = effective(lower, REGISTRY, found)
    return model_of(lower, {key: one.root for key, one in documents.items()}, LANGUAGE, "")


def valid(model: Model) -> set[int]:
    """The records of the world that a Model takes, by their numbers."""
    thing = model.entity("thing")
    return {
        number
        for number, record in enumerate(WORLD)
        if all(fits(model, thing.attributes[name], value, record) for name, value in record.items())
    }


def fits(model: Model, attribute: Attribute, value: Any, record: Record) -> bool:  # noqa: ANN401 - any value
    """Whether an attribute takes a value in a record."""
    if value is None:
        return not is_required(model, attribute, record)
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return within(value, attribute.min, attribute.max)
    if attribute.enum:
        return value in model.enums[attribute.enum].values
    type_ = model.types["short"]
    return (
        within(len(value), attribute.min_length, attribute.max_length)
        and within(len(value), type_.min_length, type_.max_length)
        and all(re.fullmatch(pattern, value) for pattern in (*attribute.pattern, *type_.pattern))
        and not any(failed_checks(model, "string", value, type_))
    )


def within(value: int, least: Any, most: Any) -> bool:  # noqa: ANN401 - numbers or None
    return (least is None or value >= least) and (most is None or value <= most)


def is_required(model: Model, attribute: Attribute, record: Record) -> bool:
    if not isinstance(attribute.required, Formula):
        return attribute.required
    test = compile_python(model.expression(attribute.required), model.functions, when_null=False)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return test(Environment(record, {}, now, date(2026, 1, 1))) is True


def widened(layers: Layers) -> set[int]:
    """What the layers together take and the lower ones did not."""
    taken = valid(model_with(layers, len(NAMES)))
    return set().union(*(taken - valid(model_with(layers, count)) for count in range(1, len(NAMES))))
