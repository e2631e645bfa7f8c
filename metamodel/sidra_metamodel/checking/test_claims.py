"""What a test claims: each claim says enough, of what there is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from sidra_metamodel.checking.test_words import Known, refuse_name
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import ACTIONS
from sidra_metamodel.nodes import Node

TOLD: Final = ("code", "at", "message")
"""What is said of a step that is refused or warned of."""
LEANS: Final = {
    **dict.fromkeys(TOLD, ("refused", "warned")),
    "finds": ("search",),
    "misses": ("search",),
    "view": ("list",),
    "gives": ("list",),
    "lacks": ("list",),
    "calendar": ("open", "closed"),
}
"""Keywords that say nothing without one of others."""
ANSWERED: Final = {"search": ("finds", "misses"), "list": ("gives", "lacks")}
"""Keywords that only ask."""
VALUES: Final = ("required", "optional", "masks")
SEEN: Final = ("sees", "hides")


def check_claim(known: Known, node: Node, diagnostics: Diagnostics) -> None:
    """Record what is wrong with one claim of a test."""
    _check_enough(node, diagnostics)
    check = _Claim(known, diagnostics)
    for word, child in node.items.items():
        judge = _JUDGES.get(word)
        if judge is not None and child.value is not None:
            judge(check, child)
    screen, view = node.get("list"), node.get("view")
    if screen is not None and view is not None:
        check.views(view, str(screen.scalar))


def claims_something(words: Collection[str]) -> bool:
    """Tell whether the keywords of a claim are enough for one."""
    claims = any(word != "by" and word not in LEANS and word not in ANSWERED for word in words)
    return claims or any(answer in words for answers in ANSWERED.values() for answer in answers)


def _check_enough(node: Node, diagnostics: Diagnostics) -> None:
    if not claims_something(node.items):
        help_ = "say what must be so, such as `expect: …`, `refused: …` or `sees: …`"
        diagnostics.error("E261", "this claims nothing", node, key=True, help=help_)
    for word, needs in LEANS.items():
        if word in node.items and not any(need in node.items for need in needs):
            way_out = f"add {' or '.join(f'`{need}: …`' for need in needs)}"
            diagnostics.report("E261", f"`{word}` says nothing by itself", node.items[word], key=True, help=way_out)


def _texts(node: Node) -> Iterator[tuple[str, Node]]:
    for entry in node.entries or (node,):
        yield str(entry.scalar), entry


class _Claim:
    def __init__(self, known: Known, diagnostics: Diagnostics) -> None:
        self.known, self.diagnostics = known, diagnostics

    @property
    def model(self) -> Model:
        return self.known.model

    def user(self, node: Node) -> None:
        self.known.user(node, self.diagnostics)

    def step(self, node: Node) -> None:
        self.known.step(node, self.diagnostics)

    def records(self, node: Node) -> None:
        for name, entry in _texts(node):
            self.known.record(name, entry, self.diagnostics)

    def seen(self, node: Node) -> None:
        for text, entry in _texts(node):
            self._value(text, entry, is_record=True)

    def values(self, node: Node) -> None:
        for text, entry in _texts(node):
            self._value(text, entry, is_record=False)

    def _value(self, text: str, node: Node, *, is_record: bool) -> None:
        """Look at `c.name`; `c` alone is enough where whole records are meant."""
        name, _, member = text.partition(".")
        entity = self.known.record(name, node, self.diagnostics)
        if entity is not None and (member or not is_record):
            self._member(entity, member, node)

    def _member(self, entity: str, member: str, node: Node) -> None:
        members = dict.fromkeys(self.model.schema.members(entity))
        if member not in members:
            refuse_name("attribute or relation", member, members, node, self.diagnostics, entity)

    def attributes(self, node: Node) -> None:
        """Look at `customer.name`."""
        for text, entry in _texts(node):
            entity, _, member = text.partition(".")
            if entity not in self.model.entities:
                refuse_name("entity", entity, self.model.entities, entry, self.diagnostics)
            else:
                self._member(entity, member, entry)

    def actions(self, node: Node) -> None:
        """Look at `search`, `customer.create` and `c.suspend`."""
        for text, entry in _texts(node):
            name, dot, action = text.partition(".")
            if not dot:
                self._function(name, entry)
                continue
            entity = self.known.records.get(name, name)
            if entity not in self.model.entities:
                names = [*self.known.records, *self.model.entities]
                refuse_name("record or entity", name, names, entry, self.diagnostics)
            elif action not in (actions := self._actions(entity)):
                refuse_name("action", action, actions, entry, self.diagnostics, entity)

    def _actions(self, entity: str) -> list[str]:
        steps = self.model.entities[entity].lifecycle
        return [*ACTIONS, *(steps.transitions if steps is not None else ())]

    def _function(self, name: str, node: Node) -> None:
        functions = self.model.vocabularies.get("function")
        if functions is not None and name not in functions.values:
            refuse_name("function", name, sorted(functions.values), node, self.diagnostics)

    def pairs(self, node: Node) -> None:
        for name, other in node.items.items():
            self.known.record(name, other, self.diagnostics, is_key=True)
            self.known.record(str(other.scalar), other, self.diagnostics)

    def moments(self, node: Node) -> None:
        for text, entry in _texts(node):
            try:
                datetime.fromisoformat(text)
            except ValueError:
                reason = f"`{text}` is no local day or moment"
                self.diagnostics.error("E262", reason, entry, help="write it like `2026-03-20T09:00`")

    def views(self, node: Node, screen: str) -> None:
        """Look at the view of a list's screen; that there is the screen is looked at with all references."""
        found = self.model.screens.get(screen)
        views = found.views if found is not None else {}
        if node.scalar not in views:
            refuse_name("view", str(node.scalar), views, node, self.diagnostics, screen)


_JUDGES: Final = {
    "by": _Claim.user,
    "refused": _Claim.step,
    "warned": _Claim.step,
    **dict.fromkeys(SEEN, _Claim.seen),
    **dict.fromkeys(VALUES, _Claim.values),
    **dict.fromkeys(("shown", "hidden"), _Claim.attributes),
    **dict.fromkeys(("may", "may_not"), _Claim.actions),
    **dict.fromkeys(("resembles", "differs"), _Claim.pairs),
    **dict.fromkeys(("finds", "misses", "gives", "lacks"), _Claim.records),
    **dict.fromkeys(("open", "closed"), _Claim.moments),
}
