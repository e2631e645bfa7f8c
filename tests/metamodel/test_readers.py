"""Which keywords nothing in the runtime reads: each must say so, or be settled before it runs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidra_metamodel.governing.domains import DOMAINS
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.language import Document, Element, Keyword, RecordShape, keywords_of
from sidra_metamodel.model.walk import elements_below

RUNTIME = ("core/sidra", "ui/sidra_ui", "metamodel/sidra_metamodel/model", "metamodel/sidra_metamodel/granting")
SETTLED = {
    "Ceiling.domains": "bounds what `check` lets an affiliate do",
    "Entity.domain": "says what ceilings and gap analysis count it in",
    "Upgrade.moves": "is what `sidra upgrade` rewrites overlays by",
    "Upgrade.splits": "is what `sidra upgrade` rewrites overlays by",
    "Waiver.allows": "is compared by `check` with what a rule refuses",
    "Waiver.approver": "is shown where waivers are listed",
    "Interface.direction": "one value, which is what happens",
    "Interface.on_reject": "one value, which is what happens",
    "Layer.level": "says how layers are stacked",
    "Layer.requires": "says how layers are stacked, and is compared by `check`",
    "Layer.tiers": "says which packs are stacked",
    "Lifecycle.final": "lets `check` tell dead ends from ends",
    "Operation.takes": "lets `check` tell whether each place in an address is given",
    "Outbound.operation": "one value, which is what happens",
    "Pack.requires": "says how packs are stacked",
    "Pack.tier": "is compared by `check` with the affiliate's",
    "ScalarType.base": "is followed by the Model, whatever names it",
    "Translation.texts": "is laid over labels when layers are merged",
}
"""What needs no reader, and why."""
SETTLED |= {f"DomainLevels.{name}": "bounds what `check` lets an affiliate do" for name in DOMAINS}
SETTLED |= {
    f"{kind.__name__}.retired": "is what messages say of what is gone" for kind in BUILT_IN_KINDS if not kind.later
}


@pytest.fixture(scope="module")
def runtime(root: Path) -> str:
    return "\n".join(
        path.read_text(encoding="utf-8") for folder in RUNTIME for path in sorted((root / folder).rglob("*.py"))
    )


def keywords() -> Iterator[tuple[type[Document], type[Element], Keyword]]:
    for document in BUILT_IN_KINDS:
        for element in dict.fromkeys((document, *elements_below(RecordShape(document)))):
            for word in keywords_of(element).values():
                yield document, element, word


def waits(document: type[Document], word: Keyword) -> bool:
    """Whether a keyword says itself that nothing acts on it yet."""
    return bool(document.later or word.instead)


def test_every_keyword_that_does_not_wait_is_read_by_name(runtime: str) -> None:
    unread = {
        f"{element.__name__}.{word.name}"
        for document, element, word in keywords()
        if not waits(document, word) and not re.search(rf"\.{word.attribute}\b", runtime)
    }
    assert unread - set(SETTLED) == set()


def test_what_is_settled_or_waits_is_a_keyword() -> None:
    there = {f"{element.__name__}.{word.name}" for _, element, word in keywords()}
    waiting = {f"{element.__name__}.{word.name}" for document, element, word in keywords() if waits(document, word)}
    assert set(SETTLED) - there == set()
    assert set(SETTLED) & waiting == set()
    assert "Process.tasks" in waiting
