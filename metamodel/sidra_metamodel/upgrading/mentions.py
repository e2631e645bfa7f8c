"""What a test of an overlay names of the baseline: records' entities, members, steps and values, views, paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sidra_metamodel.explaining.paths import FIRST_KIND
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.scalar_type import Enum
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.model import Model
from sidra_metamodel.model.test_names import named_entities
from sidra_metamodel.nodes import Node
from sidra_metamodel.upgrading.overrides import Path
from sidra_metamodel.upgrading.renamed import MEMBERS, STEPS, VALUES
from sidra_metamodel.upgrading.ways import Ways

_OF_RECORDS: Final = ("sees", "masks", "hides", "required", "optional")
_OF_ENTITIES: Final = ("shown", "hidden")
_ACTIONS: Final = ("may", "may_not")
Writing = Callable[[Path], str | None]
"""How a path of the new version is written in the place of a name; None where it cannot be."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One name in a test, and the path that it stands for in the version that the overlay is on."""

    written: Path
    """Where it is written in the document; of a member of a list, its text last."""
    node: Node
    is_key: bool
    text: str
    target: Path
    """Kind and document first."""
    write: Writing
    prefix: str = ""
    """What the file has before the text in the same value, such as `c.` of `c.name`."""
    around: Node | None = None
    """The keyword's value, where several may stand in its place: a list, or one text that becomes one."""
    is_value: bool = False
    """Whether it is a value of a keyword, so that nothing stands at its path."""


def mentions(name: str, root: Node, model: Model, ways: Ways) -> Iterator[Mention]:
    """Yield what a test, or an overlay of one, names of the baseline; model: of the version that it is on."""
    named = model.nodes.get((Test.kind, name), root)
    records = {record: entity for record, entity, _ in named_entities(named)}
    yield from _Mentioning(root, model, ways, records, named).all()


@dataclass(frozen=True, slots=True)
class _Mentioning:
    root: Node
    model: Model
    ways: Ways
    records: Mapping[str, str]
    """The entities of the records by name."""
    named: Node
    """The whole test."""

    def all(self) -> Iterator[Mention]:
        for record, one in _items(self.root.get("given")):
            yield from self._made(("given", record), one)
        for step, one in _items(self.root.get("when")):
            yield from self._made(("when", step, "create"), one.get("create"))
            for record, values in _items(one.get("update")):
                entity = self.records.get(record)
                yield from self._values(("when", step, "update", record), entity, values) if entity else ()
            for record, node in _items(one.get("transition")):
                yield from self._step(("when", step, "transition", record), record, str(node.scalar), node)
        for claim, one in _items(self.root.get("then")):
            yield from self._claim(("then", claim), one)

    def _made(self, at: Path, made: Node | None) -> Iterator[Mention]:
        for entity, values in _items(made):
            target = (Entity.kind, entity)
            yield Mention((*at, entity), values, is_key=True, text=entity, target=target, write=_last)
            yield from self._values((*at, entity), entity, values)

    def _values(self, at: Path, entity: str, values: Node) -> Iterator[Mention]:
        """Yield the members that a record is given, and those values that a code list has."""
        for member, node in values.items.items():
            target = self._member(entity, member)
            if target is not None:
                write = self._near(entity)
                yield Mention((*at, member), node, is_key=True, text=member, target=target, write=write)
            declared = self.model.entities.get(entity)
            attribute = declared.attributes.get(member) if declared is not None else None
            relation = declared.relations.get(member) if declared is not None else None
            if attribute is not None and attribute.enum is not None:
                for text, entry, written in _texts((*at, member), node):
                    value = (Enum.kind, attribute.enum, *VALUES, text)
                    yield Mention(written, entry, is_key=False, text=text, target=value, write=_last)
            elif relation is not None and relation.owned:
                for name, owned in _items(node):
                    yield from self._values((*at, member, name), relation.to[0], owned)

    def _step(self, at: Path, record: str, text: str, node: Node, prefix: str = "") -> Iterator[Mention]:
        entity = self.records.get(record, record)
        target = _path(self.model, self.ways, entity, (STEPS,), text)
        if target is not None:
            write = self._near(entity)
            yield Mention(at, node, is_key=False, text=text, target=target, write=write, prefix=prefix)

    def _claim(self, at: Path, claim: Node) -> Iterator[Mention]:
        for word, node in claim.items.items():
            for text, entry, written in _texts((*at, word), node) if word != "configured" else ():
                yield from self._claimed(word, text, entry, written, node)
        told = claim.get("at")
        about = claim.get("refused") or claim.get("warned")
        entity = self._of_step(str(about.scalar)) if about is not None else None
        if told is not None and entity is not None:
            yield from self._member_of((*at, "at"), entity, str(told.scalar), told)
        screen, view = claim.get("list"), claim.get("view")
        if screen is not None and view is not None:
            target = (Screen.kind, str(screen.scalar), "views", str(view.scalar))
            yield Mention((*at, "view"), view, is_key=False, text=target[-1], target=target, write=_last)
        for path, value in _items(claim.get("configured")):
            yield from self._configured((*at, "configured", path), path, value)

    def _claimed(self, word: str, text: str, node: Node, at: Path, around: Node) -> Iterator[Mention]:
        name, dot, last = text.partition(".")
        if word in _OF_RECORDS and dot and name in self.records:
            yield from self._member_of(at, self.records[name], last, node, f"{name}.", around)
        elif word in _OF_ENTITIES:
            target = self._member(name, last)
            if target is not None:
                write = self._of_entity(name)
                yield Mention(at, node, is_key=False, text=text, target=target, write=write, around=around)
        elif word in _ACTIONS and dot:
            yield from self._step(at, name, last, node, f"{name}.")
            if name not in self.records:
                target = (Entity.kind, name)
                yield Mention(at, node, is_key=False, text=name, target=target, write=_last)

    def _member_of(
        self, at: Path, entity: str, member: str, node: Node, prefix: str = "", around: Node | None = None
    ) -> Iterator[Mention]:
        target = self._member(entity, member)
        if target is not None:
            write = self._near(entity)
            yield Mention(at, node, False, member, target, write, prefix, around)

    def _configured(self, at: Path, path: str, value: Node) -> Iterator[Mention]:
        parts = tuple(path.split("."))
        is_whole = len(parts) > 1 and (parts[0], parts[1]) in self.ways.before
        kinds = [kind for kind, name in self.ways.before if name == parts[0]]
        if not is_whole and not kinds:
            return
        target = parts if is_whole else (min(kinds, key=lambda kind: (kind != FIRST_KIND, kind)), *parts)

        def write(now: Path) -> str:
            return ".".join(now if is_whole or now[0] != target[0] else now[1:])

        yield Mention(at, value, is_key=True, text=path, target=target, write=write)
        if isinstance(value.value, str):
            said = (*target, value.value)
            yield Mention(at, value, is_key=False, text=value.value, target=said, write=_last, is_value=True)

    def _of_step(self, step: str) -> str | None:
        """Return the entity of the record that a step makes or changes."""
        done = self.named.get("when", step)
        if step in self.records or done is None:
            return self.records.get(step)
        changed = next((one for word in ("update", "transition") if (one := done.get(word)) is not None), None)
        return next((self.records[name] for name, _ in _items(changed) if name in self.records), None)

    def _member(self, entity: str, name: str) -> Path | None:
        return member_path(self.model, self.ways, entity, name)

    def _of_entity(self, entity: str) -> Writing:
        """Return how `customer.name` is written: by the entity that it was asked of, unless it stands elsewhere now."""
        near, named = self._near(entity), self.ways.lead((Entity.kind, entity))

        def write(now: Path) -> str | None:
            owner = named[0][1] if named and near(now) is not None else now[1]
            return f"{owner}.{now[-1]}" if now[0] == Entity.kind else None

        return write

    def _near(self, entity: str) -> Writing:
        """Return how an element is written of what a record of an entity still has."""

        def write(now: Path) -> str | None:
            return now[-1] if is_of(self.model, self.ways, entity, now) else None

        return write


def member_path(model: Model, ways: Ways, entity: str, name: str) -> Path | None:
    """Return the path of an attribute or relation that the layers below give an entity; None where they do not."""
    return _path(model, ways, entity, tuple((word,) for word in MEMBERS), name)


def is_of(model: Model, ways: Ways, entity: str, now: Path) -> bool:
    """Tell whether a path of the new version is that of something that an entity, as it is called before, has."""
    return now[:2] in {new for one in _line(model, entity) for new in ways.lead((Entity.kind, one))}


def _path(model: Model, ways: Ways, entity: str, holders: tuple[Path, ...], name: str) -> Path | None:
    paths = ((Entity.kind, one, *holder, name) for one in _line(model, entity) for holder in holders)
    return next((path for path in paths if ways.was_there(path)), None)


def _line(model: Model, entity: str) -> Path:
    return (entity, *model.ancestors(entity)) if entity in model.entities else ()


def _last(now: Path) -> str:
    return now[-1]


def _items(node: Node | None) -> Iterator[tuple[str, Node]]:
    yield from node.items.items() if node is not None else ()


def _texts(at: Path, node: Node) -> Iterator[tuple[str, Node, Path]]:
    """Yield the texts of a keyword, each with its node and its path: that of a list's member ends with its text."""
    # One text stands for a list of it.
    if node.entries and node.entries[0].place != node.place:
        yield from ((str(one.scalar), one, (*at, str(one.scalar))) for one in node.entries)
    elif node.entries:
        yield str(node.entries[0].scalar), node.entries[0], at
    elif not node.is_map and node.value is not None:
        yield str(node.scalar), node, at
