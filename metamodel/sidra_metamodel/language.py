"""How keywords are defined: once, as the fields of frozen dataclasses.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Attribute(Element):
        max_length: int | None = word("Most characters a value may have.", rule=TIGHTEN, narrower=LOWER)

From one such field come the type of the Model, the JSON Schema for editors, the merge strategy, the
governance rule, the check of references and expressions, and the line of the reference.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, ClassVar, Literal, TypeVar

from sidra_metamodel.nodes import Node
from sidra_metamodel.traits import OPEN, ListMerge, Narrower, Rule, Scoping, Site


@dataclass(frozen=True, slots=True)
class Context:
    """What expressions and references at one place of a document speak of.

    A subject is the name of an entity, followed by the relations to walk from there.
    """

    kind: str
    document: str
    this: tuple[str, ...] = ()
    """`this`; empty where there is none."""
    source: tuple[str, ...] = ()
    """What attributes and columns are of; `this` unless the element names another entity."""
    member: str = ""
    """The attribute that an expression fills."""


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression as written, with its place; `Model.expression` gives its checked form."""

    text: str
    node: Node = field(compare=False, repr=False)
    keyword: Keyword | None = field(default=None, compare=False, repr=False)
    """The keyword it stands at: which names it sees, what type it must have."""
    context: Context | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Label:
    """A text in several languages."""

    texts: Mapping[str, str]

    def text(self, *locales: str) -> str:
        """Return the text of the first of `locales` that has one, then English, then any, else ``""``."""
        for locale in (*locales, "en"):
            if locale in self.texts:
                return self.texts[locale]
        return next(iter(self.texts.values()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Anything declared in a document: it has a name (its key; empty if anonymous) and a node (its origin)."""

    shorthand: ClassVar[str | None] = None
    """The keyword that a bare value stands for: `compute: "…"` is `compute: {by: "…"}`."""
    open_keys: ClassVar[bool] = False
    """Whether keys that are no keyword are allowed."""

    name: str
    node: Node = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ScalarShape:
    """One scalar. `type`: name, string, integer, number, boolean, any, expression, duration."""

    type: str
    values: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class ListShape:
    """A list of scalars; `single` lets one scalar stand for a list of one."""

    item: ScalarShape
    merge: ListMerge
    single: bool = False


@dataclass(frozen=True, slots=True)
class NamedShape:
    """A map from names (or locales, or paths) to values of one shape. Elements have list shorthand `[a, b]`."""

    of: Shape
    is_label: bool = False


@dataclass(frozen=True, slots=True)
class RecordShape:
    """A map with the keywords of an element class."""

    element: type[Element]

    @property
    def keywords(self) -> Mapping[str, Keyword]:
        """The keywords by name, in order of definition."""
        return keywords_of(self.element)


@dataclass(frozen=True, slots=True)
class UnionShape:
    """One of several shapes; at most one of them is a map and at most one a list."""

    alternatives: tuple[Shape, ...]


Shape = ScalarShape | ListShape | NamedShape | RecordShape | UnionShape


@dataclass(frozen=True, slots=True)
class Keyword:
    """One word of the language."""

    name: str
    attribute: str
    """The field of the element class: the name, with an underscore where Python reserves it (`from_`)."""
    doc: str
    shape: Shape
    default: Any
    rule: Rule = OPEN
    narrower: Narrower | None = None
    required: bool = False
    refers: str | None = None
    """What a value names: a kind (`entity`), or `attribute`, `relation`, `member`, `column`, `transition`."""
    site: Site | None = None
    """Set for expressions: the names they see."""
    expects: str | None = None
    """The type an expression must have: `boolean`, `string`, `tone`, or `attribute` for that of the one it fills."""
    sql: bool = False
    """Whether an expression must have an SQL form, because it selects rows."""
    environment: bool = False
    """Whether an environment layer may set it."""
    removable: bool = False
    """Whether an overlay may `$remove` the named elements below it."""
    scoping: Scoping | None = None
    """What its value, or each of its keys, changes for the expressions and references around it."""
    among: str | None = None
    """The vocabulary that each value is from, such as `icon`; see `Vocabulary`."""
    own: bool = False
    """Whether it speaks of its document alone, so that subtypes do not inherit it."""
    borrowed: bool = False
    """Whether its keys are given elsewhere, such as ids of a diagram: an overlay adds them without its prefix."""
    empty_is_all: bool = False
    """Whether an empty set means every member rather than none."""
    of_kind: tuple[str, ...] = ()
    """The values of `kind` of the elements it belongs to; none: of all."""
    least: int | None = None
    """The least number it may be."""
    most: int | None = None
    """The greatest number it may be."""
    instead: str = ""
    """What to do instead, where this version refuses it."""
    example: str = ""


def word(  # noqa: PLR0913 - each names one property of a keyword
    doc: str,
    *,
    default: Any = dataclasses.MISSING,  # noqa: ANN401 - the default of a field of any type
    required: bool = False,
    rule: Rule = OPEN,
    narrower: Narrower | None = None,
    merge: ListMerge | None = None,
    single: bool = False,
    refers: str | None = None,
    site: Site | None = None,
    expects: str | None = None,
    sql: bool = False,
    environment: bool = False,
    removable: bool = False,
    scoping: Scoping | None = None,
    among: str | None = None,
    own: bool = False,
    borrowed: bool = False,
    empty_is_all: bool = False,
    of_kind: tuple[str, ...] = (),
    least: int | None = None,
    most: int | None = None,
    instead: str = "",
    example: str = "",
) -> Any:  # noqa: ANN401 - stands for a value of the annotated type, as dataclasses.field does
    """Return the field that defines a keyword; see `Keyword` for what each argument means."""
    metadata = {"word": {k: v for k, v in locals().items() if k != "default"}}
    if default is not dataclasses.MISSING:
        return field(default=default, metadata=metadata)
    if required:
        return field(metadata=metadata)
    return field(default_factory=_Empty, metadata=metadata)


class _Empty:
    """Marks a keyword whose default follows from its type; `empty_value` gives it."""


ResultT = TypeVar("ResultT")


def once_per_class(function: Callable[[type[Element]], ResultT]) -> Callable[[type[Element]], ResultT]:
    """Return a function that remembers its result for each element class."""
    return cache(function)  # type: ignore[return-value]  # mypy takes the hash of an element for that of its class


@once_per_class
def keywords_of(element: type[Element]) -> Mapping[str, Keyword]:
    """Return the keywords of an element class by name, in order of definition."""
    hints = typing.get_type_hints(element)
    found = {}
    # What all documents have comes behind what its kind is about.
    shared = {item.name for item in dataclasses.fields(Document)}
    for item in sorted(dataclasses.fields(element), key=lambda item: item.name in shared):
        if "word" in item.metadata:
            name = item.name.rstrip("_") if item.name.endswith("_") else item.name
            found[name] = _keyword(name, item, hints[item.name])
    return types.MappingProxyType(found)


def _keyword(name: str, item: dataclasses.Field[Any], hint: Any) -> Keyword:  # noqa: ANN401 - a type hint
    words = dict(item.metadata["word"])
    merge, single = words.pop("merge"), words.pop("single")
    shape = _bounded(shape_of(hint, merge or ListMerge.SET, single=single), words["least"], words["most"])
    default = item.default if item.default is not dataclasses.MISSING else empty_value(hint)
    return Keyword(name=name, attribute=item.name, shape=shape, default=default, **words)


def _bounded(shape: Shape, least: int | None, most: int | None) -> Shape:
    return dataclasses.replace(shape, least=least, most=most) if isinstance(shape, ScalarShape) else shape


@once_per_class
def kinds_of(element: type[Element]) -> tuple[str, ...]:
    """Return the values of `kind` that decide which keywords an element has; none where all have the same."""
    words = keywords_of(element)
    kind = words.get("kind")
    if not any(word.of_kind for word in words.values()):
        return ()
    if kind is None or not isinstance(kind.shape, ScalarShape) or not kind.shape.values:
        raise TypeError(f"{element.__name__} has keywords of one kind, and no `kind` of listed values")
    return kind.shape.values


def empty_value(hint: Any) -> Any:  # noqa: ANN401 - a type hint, and a value of it
    """Return what an absent keyword of this type is: an empty map, set or tuple, False, or None."""
    origin = typing.get_origin(hint)
    if origin is Mapping:
        return types.MappingProxyType({})
    if origin in {frozenset, tuple}:
        return origin()
    return Label(types.MappingProxyType({})) if hint is Label else None


_SCALARS: dict[Any, ScalarShape] = {
    str: ScalarShape("string"),
    int: ScalarShape("integer"),
    float: ScalarShape("number"),
    bool: ScalarShape("boolean"),
    object: ScalarShape("any"),
    timedelta: ScalarShape("duration"),
    Formula: ScalarShape("expression"),
}


def shape_of(hint: Any, merge: ListMerge = ListMerge.SET, *, single: bool = False) -> Shape:  # noqa: ANN401
    """Return the shape of YAML that a type annotation describes.

    `str int float bool object timedelta Formula` are scalars, `Label` a map of locales, `Literal` a choice,
    `frozenset[X]` and `tuple[X, ...]` lists, `Mapping[str, X]` a map of names, an Element class a map of keywords.
    """
    if hint in _SCALARS:
        return _SCALARS[hint]
    if hint is Label:
        return NamedShape(ScalarShape("string"), is_label=True)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return ScalarShape("string", values=arguments)
    if origin in {frozenset, tuple}:
        item = shape_of(arguments[0])
        if not isinstance(item, ScalarShape):
            msg = f"a list holds scalars only, not {arguments[0]}"
            raise TypeError(msg)
        return ListShape(item, merge, single)
    if origin is Mapping:
        return NamedShape(shape_of(arguments[1], merge, single=single))
    if origin in {typing.Union, types.UnionType}:
        shapes = tuple(shape_of(a, merge, single=single) for a in arguments if a is not type(None))
        return shapes[0] if len(shapes) == 1 else UnionShape(shapes)
    if isinstance(hint, type) and issubclass(hint, Element):
        return RecordShape(hint)
    msg = f"no shape for {hint}"
    raise TypeError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired(Element):
    """The tombstone of an element, or of a whole document in `layer.yaml`."""

    of: str | None = word(
        "What it was: the keyword that it stood under, such as `attributes`, or the kind of a document.",
        example="attributes",
        default=None,
    )
    since: str = word("Version of the baseline that no longer has it.", required=True, example="1.3.0")
    use: str | None = word("What to use in its place.", example="phone_number", default=None)
    why: str | None = word("Why it went.", example="Nobody sends faxes", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Element):
    """A whole file: its first key is the header `<kind>: <name>`."""

    kind: ClassVar[str]
    folder: ClassVar[str]
    """Where such documents are kept by convention, such as `entities`."""
    is_subject: ClassVar[bool] = False
    """Whether the document itself is what `this` is of."""
    later: ClassVar[str] = ""
    """What such documents wait for, where nothing acts on them in this version."""

    retired: Mapping[str, Retired] = word(
        "What is no longer in it, by name, so that whoever still uses it is told what to do; of the group and regions.",
        own=True,
        example="{fax: {since: 1.3.0, use: phone_number, why: Nobody sends faxes}}",
    )
