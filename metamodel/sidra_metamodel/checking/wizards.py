"""Wizards: the records that they make can be made and linked, and all that these need is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sidra_metamodel.checking.cycles import circles, shown_circle
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds.entity import Entity, Relation
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.wizard import Ask, AskedSection, Made
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed

START: Final = "of"
"""Names, in links, the record that a wizard starts from."""
REVIEW: Final = "review"
"""The step that every wizard ends with."""


def check_wizards(model: Model, diagnostics: Diagnostics) -> None:
    """Record wizards that could not make what they shall, or would never ask for what it needs."""
    for screen in model.screens.values():
        if screen.kind_ == "wizard":
            _Wizard(model, screen, diagnostics).check()


def chosen_among(screen: Screen, name: str) -> tuple[str, ...]:
    """Return the records one of which is chosen, this one among them; empty where it is made anyway."""
    return next((ask.choose for ask in screen.asks.values() if name in ask.choose and not ask.hidden), ())


def asked_of(ask: Ask, section: AskedSection) -> str:
    """Return the name of the record whose fields a section asks; empty where neither it nor its step says."""
    return section.of or ask.of or ""


@dataclass(frozen=True, slots=True)
class _Wizard:
    model: Model
    screen: Screen
    diagnostics: Diagnostics

    def check(self) -> None:
        for keyword, given in (("makes", self.screen.makes), ("asks", self.screen.asks)):
            if not given:
                message = f"the wizard `{self.screen.name}` {keyword} nothing"
                self._lack(message, self.screen.node, f"say what it {keyword}: `{keyword}: …`", key=True)
                return
        self._check_names()
        for made in self.screen.makes.values():
            entity = self.model.entities.get(made.entity)
            if entity is not None:
                self._check_made(made, entity)
        self._check_circles()
        asked = list(self._asked())
        for made in self.screen.makes.values():
            if made.entity in self.model.entities:
                self._check_filled(made, {name for owner, name in asked if owner == made.name})

    def _lack(self, message: str, node: Node, help_: str, *, key: bool = False) -> None:
        self.diagnostics.report("E420", message, node, key=key, help=help_)

    def _known(self, name: str, node: Node, *others: str) -> bool:
        """Report a name that is none of the records; tell whether it is one."""
        known = [*self.screen.makes, *others]
        if name not in known:
            help_ = did_you_mean(name, known) or f"there are {listed(known)}"
            self.diagnostics.report("E401", f"the wizard `{self.screen.name}` makes no `{name}`", node, help=help_)
        return name in known

    def _check_names(self) -> None:
        screen = self.screen
        if screen.then is not None:
            self._known(screen.then, screen.node.get("then") or screen.node)
        for name, element in (*((name, made) for name, made in screen.makes.items()), *screen.asks.items()):
            if name in {START, REVIEW}:
                message = f"`{name}` has a meaning of its own in wizards"
                self.diagnostics.report("E417", message, element.node, key=True, help="choose another name")
        for ask in screen.asks.values():
            if ask.of is not None:
                self._known(ask.of, ask.node.get("of") or ask.node)
            self._check_choice(ask)

    def _check_choice(self, ask: Ask) -> None:
        place = ask.node.get("choose") or ask.node
        if len(ask.choose) == 1:
            self._lack(f"the step `{ask.name}` lets choose among one", place, "name two, or take `choose` away")
        for name, node in zip(ask.choose, place.entries, strict=False):
            if self._known(name, node) and chosen_among(self.screen, name) != ask.choose:
                self._lack(f"`{name}` is chosen in two steps", node, "let one of them choose it")

    def _check_made(self, made: Made, entity: Entity) -> None:
        if entity.abstract:
            kinds = [name for name in self.model.subtypes(entity.name) if not self.model.entities[name].abstract]
            message = f"no record is a `{entity.name}` alone: it is abstract"
            self._lack(message, made.node.get("entity") or made.node, f"make one of {listed(kinds)}, or let choose")
        place = made.node.get("link") or made.node
        for name, targets in made.link.items():
            node = place.get(name) or place
            relation = entity.relations.get(name)
            if relation is None:
                help_ = did_you_mean(name, entity.relations) or f"there are {listed(entity.relations)}"
                message = f"no relation `{name}` in `{entity.name}`"
                self.diagnostics.report("E401", message, node, key=True, length=len(name), help=help_)
                continue
            if relation.many and relation.inverse is not None:
                message = f"`{name}` is the other side of `{relation.inverse}`, which makes the link"
                self._lack(message, node, f"link the other record: `link: {{{relation.inverse}: {made.name}}}`")
            for target in targets:
                self._check_target(relation, target, node)
            if len(targets) > 1 and len({chosen_among(self.screen, each) or each for each in targets}) > 1:
                message = f"`{name}` leads to {listed(targets)}, which may be made together"
                self._lack(message, node, "name one, or those of which a step lets choose one")

    def _check_target(self, relation: Relation, target: str, node: Node) -> None:
        if not self._known(target, node, *([START] if self.screen.of else [])):
            return
        entity = self.screen.of if target == START else self.screen.makes[target].entity
        if entity is None or entity not in self.model.entities:
            return
        if not {entity, *self.model.ancestors(entity)} & set(relation.to) and "any" not in relation.to:
            message = f"`{relation.name}` leads to {listed(relation.to)}, and `{target}` is `{entity}`"
            self._lack(message, node, "link a record of such a kind")

    def _check_circles(self) -> None:
        leads = {
            name: {target for targets in made.link.values() for target in targets if target in self.screen.makes}
            for name, made in self.screen.makes.items()
        }
        for circle in circles(leads):
            node = self.screen.makes[circle[0]].node
            message = f"the links of the wizard `{self.screen.name}` go in a circle: {shown_circle(circle)}"
            self.diagnostics.error("E404", message, node.get("link") or node, help="leave one of them out")

    def _asked(self) -> Iterator[tuple[str, str]]:
        """The fields that are asked for, each with its record; reports those that are not to be asked."""
        seen: set[tuple[str, str]] = set()
        for ask, section in _sections(self.screen.asks.values()):
            owner = asked_of(ask, section)
            if not owner:
                message = f"nothing says whose fields `{section.name}` asks"
                self._lack(message, section.node, "name it: `of: …`", key=True)
            elif owner != ask.of and not self._known(owner, section.node.get("of") or section.node):
                continue
            for name, field in section.fields.items():
                if (owner, name) in seen:
                    self._lack(f"`{owner}.{name}` is asked twice", field.node, "ask it in one step", key=True)
                made = self.screen.makes.get(owner)
                if made is not None and name in made.link:
                    self._lack(f"`{owner}.{name}` is linked already", field.node, "do not ask for it", key=True)
                seen.add((owner, name))
                if not field.hidden:
                    yield owner, name

    def _check_filled(self, made: Made, asked: set[str]) -> None:
        entity = self.model.entities[made.entity]
        for name in _needed(self.model, entity):
            if name not in asked and name not in made.link:
                message = f"no step asks for `{made.name}.{name}`, and every `{entity.name}` needs it"
                help_ = "ask for it, link it, or give it a default"
                self._lack(message, made.node, help_, key=True)


def _sections(asks: Iterable[Ask]) -> Iterator[tuple[Ask, AskedSection]]:
    for ask in asks:
        for section in ask.sections.values():
            if not ask.hidden and not section.hidden:
                yield ask, section


def _needed(model: Model, entity: Entity) -> Iterator[str]:
    """The members that each record of an entity must have, and that nothing fills by itself."""
    state = entity.lifecycle.attribute if entity.lifecycle is not None else None
    for name, attribute in entity.attributes.items():
        is_filled = attribute.default is not None or attribute.compute is not None or name == state
        if attribute.required is True and not is_filled and model.base_type(attribute) not in {"sequence", "boolean"}:
            yield name
    for name, relation in entity.relations.items():
        if relation.required is True or (relation.min or 0) > 0:
            yield name
