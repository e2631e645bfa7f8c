"""What is asked about one element of the group: its texts, and the limits that a country may draw closer."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from sidra.onboarding.overlay import Overlay
from sidra.onboarding.questions import NAMES, TEXT, TEXTS, TRUTH, Question, Topic
from sidra.onboarding.writing_answers import brings, hides_each, instructs, means, removes, says
from sidra_metamodel.directives import CATEGORIES
from sidra_metamodel.language import Element, Keyword, ListShape, NamedShape, RecordShape, ScalarShape, keywords_of
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.nodes import Node
from sidra_metamodel.traits import ACCUMULATE, TIGHTEN

REASONS: Final = MappingProxyType(
    {
        "why": ("Why it is different here", TEXT),
        "ticket": ("The ticket of it", TEXT),
        "category": ("What kind of reason it is", ScalarShape("string", values=CATEGORIES)),
        "until": ("The day until which it is so", TEXT),
    }
)


def reasons(key: Key, *path: str) -> dict[str, Question | Topic]:
    """Return the questions for why something is different."""
    return {
        name: Question(text, shape, instructs(key, name, *path), asks=name == "why")
        for name, (text, shape) in REASONS.items()
    }


def words(
    key: Key, path: tuple[str, ...], element: type[Element], known: Node, offered: Callable[[Keyword], bool]
) -> dict[str, Question | Topic]:
    """Return a question for each text of an element, and for each limit that a layer may draw closer."""
    found: dict[str, Question | Topic] = {}
    for name, keyword in keywords_of(element).items():
        if _is_asked(keyword):
            said = known.items.get(name)
            plain = said.plain() if said is not None else None
            write = means(key, *path, name) if _is_set(keyword) else says(key, *path, name)
            shape = _long(keyword)
            found[name] = Question(keyword.doc, shape, write, plain, asks=plain is not None or offered(keyword))
    return found


def _is_asked(keyword: Keyword) -> bool:
    is_text = isinstance(keyword.shape, NamedShape) and keyword.shape.is_label
    is_limit = keyword.rule in {TIGHTEN, ACCUMULATE} and not isinstance(keyword.shape, NamedShape | RecordShape)
    return not keyword.instead and (is_text or is_limit)


def _is_set(keyword: Keyword) -> bool:
    return isinstance(keyword.shape, ListShape) and keyword.rule is TIGHTEN


def _long(keyword: Keyword) -> NamedShape | ListShape | ScalarShape:
    shape = keyword.shape
    return shape if isinstance(shape, NamedShape | ListShape | ScalarShape) else ScalarShape("any")


def values(key: Key, known: Node | None, *path: str, noun: str, element: type[Element]) -> dict[str, Question | Topic]:
    """Return the questions about a map of named things: which are not used, what they are called, which there are too.

    element: what a new one is.
    """
    items = known.items if known is not None else {}
    each = {name: Topic(_called(node, name), {"label": _label(key, node, *path, name)}) for name, node in items.items()}
    return {
        "without": Question(f"Each {noun} that is not used", NAMES, hides_each(key, *path), choices=tuple(items)),
        "named": Topic(f"What each {noun} is called", each, noun=noun),
        "adds": Topic(
            f"Each {noun} that is the country's own", other=added(lambda _: key, *path, element=element), noun=noun
        ),
    }


def added(key_of: Callable[[Overlay], Key], *path: str, element: type[Element]) -> Callable[[str], Question]:
    """Return what asks for an element of the country's own, by its name."""

    def other(name: str) -> Question:
        return Question(
            f"A new {element.__name__.lower()}", RecordShape(element), brings(key_of, *path, name=name), asks=False
        )

    return other


def _label(key: Key, node: Node, *path: str) -> Question:
    said = node.items.get("label")
    return Question("What it is called", TEXTS, says(key, *path, "label"), said.plain() if said is not None else None)


def _called(node: Node, name: str) -> str:
    label = node.get("label", "en")
    return str(label.value) if label is not None else name


def steps(key: Key, known: Node | None) -> dict[str, Question | Topic]:
    """Return the questions about the steps of a life cycle."""
    found: dict[str, Question | Topic] = {}
    path = ("lifecycle", "transitions")
    for name, node in known.items.items() if known is not None else ():
        found[name] = Topic(
            _called(node, name),
            {
                "used": Question("Whether it is taken here", TRUTH, removes(key, *path, name), True),
                "label": _label(key, node, *path, name),
                "when": Question("What must hold before it, as an expression", TEXT, says(key, *path, name, "when")),
                **reasons(key, *path, name),
            },
            noun="word",
        )
    return found
