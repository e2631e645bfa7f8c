"""From answers to an overlay that was checked before a file of it exists."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sidra.configuration import Configuration
from sidra.onboarding.answers import Answering
from sidra.onboarding.asking import gathered, questionnaire
from sidra.onboarding.countries import country
from sidra.onboarding.overlay import Overlay
from sidra.onboarding.questions import Topic
from sidra.onboarding.sheets import KEY_WHY, SOURCE_KEY, Sheet, feeds, key_attribute, keys_missing, sheets
from sidra.onboarding.trials import first_tests
from sidra.onboarding.writing_answers import node_of
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.layers import AFFILIATE, CORE, PACK, LayerFolder
from sidra_metamodel.layering.normalise import normalise
from sidra_metamodel.load import Loaded, load
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node
from sidra_metamodel.reading.parsing import ReadDocument

VERSION = "1.0.0"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What becomes of answers."""

    name: str
    answers: Node
    topic: Topic
    group: Model
    """What the affiliate would have without an overlay."""
    documents: Mapping[Key, Node]
    """The overlay, as it is written."""
    loaded: Loaded | None
    """None where the answers themselves are wrong."""
    sheets: tuple[Sheet, ...]
    """What is gathered, in the order in which it is loaded."""
    diagnostics: Diagnostics


@dataclass(frozen=True, slots=True)
class Onboarding:
    """A new affiliate of a name, beside those that there are."""

    configuration: Configuration
    name: str

    def group(self, answers: Node) -> Model:
        """Return what the affiliate would have without an overlay, with the tiers that are answered."""
        node = answers.get("tiers")
        tiers = [entry.value for entry in node.entries] if node is not None and node.entries else [CORE]
        overlay = self._begun(answers)
        overlay.set(("layer", self.name), ("tiers",), node_of(tiers, answers))
        return self._load(overlay.documents, Diagnostics()).draft

    def topic(self, answers: Node, group: Model) -> Topic:
        """Return the questionnaire; what CLDR knows of the country that is answered, or of the name, is offered."""
        said = answers.get("country")
        code = str(said.value) if said is not None and said.value else self.name.upper()
        tiers = tuple(one.own_name for one in self.configuration.layers.folders if one.rank == PACK)
        return questionnaire(group, self.name, country(code if code in _countries(group) else ""), (CORE, *tiers))

    def propose(self, answers: Node, today: date | None = None) -> Proposal:
        """Return the overlay of some answers with all that is wrong with it, at the places of the answers."""
        group = self.group(answers)
        topic, found, overlay = self.topic(answers, group), Diagnostics(), self._begun(answers)
        Answering(overlay, found).take(topic, answers)
        _give_reason(overlay, answers, group)
        loaded, made = None, tuple[Sheet, ...]()
        if not found.has_errors:
            entities = _gathered(answers, group)
            self._give_keys(overlay, answers, self._load(overlay.documents, Diagnostics()).draft, entities)
            draft = self._load(overlay.documents, Diagnostics()).draft
            made = sheets(draft, entities)
            for name, feed in feeds(draft, self.name, made):
                overlay.set_all(("interface", name), node_of(feed, answers))
            for name, test in first_tests(draft, group, overlay.documents):
                overlay.set_all(("test", name), node_of(test, answers))
            loaded = self._load(overlay.documents, found, today)
            found.extend(loaded.diagnostics)
        return Proposal(self.name, answers, topic, group, overlay.documents, loaded, made, found)

    def _give_keys(self, overlay: Overlay, answers: Node, draft: Model, entities: Iterable[str]) -> None:
        """Let records that come in sheets be told apart, where the group has no attribute that does."""
        for root in keys_missing(draft, entities):
            key, path = ("entity", root), ("attributes", overlay.local(SOURCE_KEY))
            overlay.set(key, path, node_of(key_attribute(draft), answers))
            overlay.direct(key, path, "why", node_of(KEY_WHY, answers))
            overlay.direct(key, path, "category", node_of("technical", answers))

    def _begun(self, answers: Node) -> Overlay:
        overlay = Overlay(self.name)
        version = self.configuration.layers.installed.version or VERSION
        first = {
            "level": "affiliate",
            "prefix": self.name,
            "version": VERSION,
            # Patches are taken; more is looked at first.
            "requires": {"group": f"~{'.'.join(version.split('.')[:2])}"},
            "baseline": version,
        }
        for keyword, value in first.items():
            overlay.set(("layer", self.name), (keyword,), node_of(value, answers))
        return overlay

    def _load(self, documents: Mapping[Key, Node], found: Diagnostics, today: date | None = None) -> Loaded:
        registry = self.configuration.language.registry
        read = tuple(
            ReadDocument(kind, name, normalise(node, registry.kinds[kind], found))
            for (kind, name), node in documents.items()
        )
        own = documents["layer", self.name]
        tiers = own.get("tiers")
        folder = LayerFolder(
            path=Path(self.name),
            name=f"affiliate:{self.name}",
            level="affiliate",
            rank=AFFILIATE,
            prefix=self.name,
            requires=frozenset({"group"}),
            tiers=frozenset(str(entry.value) for entry in tiers.entries) if tiers is not None else frozenset(),
            documents=read,
            diagnostics=Diagnostics(),
        )
        layers = self.configuration.layers
        others = tuple(one for one in layers.folders if one.rank != AFFILIATE or one.own_name != self.name)
        return load(
            dataclasses.replace(layers, folders=(*others, folder)), self.name, self.configuration.language, today=today
        )


def _countries(model: Model) -> frozenset[str]:
    known = model.vocabularies.get("country")
    return frozenset(known.values) if known is not None else frozenset()


def _give_reason(overlay: Overlay, answers: Node, group: Model) -> None:
    """Put the reason of the whole questionnaire on each document of the group that has none of its own."""
    why = answers.get("why")
    for key, node in overlay.documents.items():
        is_of_group = key in group.nodes and key[0] != "layer"
        if why is not None and why.value is not None and is_of_group and node.directive("why") is None:
            overlay.direct(key, (), "why", why)


def _gathered(answers: Node, group: Model) -> tuple[str, ...]:
    """Return the entities whose records come in sheets: those of the answer, or those that the group's feeds fill."""
    said = answers.get("data")
    if said is None or said.value is None:
        return gathered(group)
    names = said.entries or (said,)
    return tuple(str(one.value) for one in names if one.value in group.entities)
