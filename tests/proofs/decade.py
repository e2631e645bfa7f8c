"""A group that lives for twenty versions, as the decade's proof makes it: documents, members, and what happens to them.

Each thing keeps its number whatever it is called and wherever it stands, so that the proof knows what became of it
without asking what it proves.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML

Value = str | int | bool
FOLDERS = {"entity": "attributes", "enum": "values"}
"""Kinds of the documents that live, with the map of their members."""
LAYER = "layer: meridian\nlevel: group\nlocales: [en, fr]\ncurrency: EUR\nversion: {version}\n"
PACK = "pack: core\ntier: core\n"
ROLE = "agent"
LONGEST, SHORTEST = 90, 8
FEW = 3


@dataclass
class Member:
    """An attribute or a value of an enum."""

    number: int
    document: int
    name: str
    words: dict[str, Value]
    former: list[str] = field(default_factory=list)
    is_locked: bool = False


@dataclass
class Document:
    """An entity or an enum."""

    number: int
    kind: str
    name: str
    retired: dict[str, str] = field(default_factory=dict)


@dataclass
class Group:
    """The baseline in one version."""

    version: str = "1.0.0"
    documents: dict[int, Document] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    moves: list[tuple[str, int, str, str]] = field(default_factory=list)
    """Version, number of the member, its path until then and from then on."""
    grants: dict[int, bool] = field(default_factory=dict)
    """Entities that the group's role may read, by number, and whether it may change them, too."""
    last: int = 0

    def new(self) -> int:
        """Return a number that nothing had."""
        self.last += 1
        return self.last

    def of(self, document: int) -> list[Member]:
        """Return the members of a document."""
        return [one for one in self.members.values() if one.document == document]

    def path(self, number: int) -> str:
        """Return the path of a member."""
        member = self.members[number]
        document = self.documents[member.document]
        return f"{document.kind}.{document.name}.{FOLDERS[document.kind]}.{member.name}"

    def write(self, folder: Path) -> None:
        """Write it as the files of a baseline."""
        folder.mkdir(parents=True)
        (folder / "layer.yaml").write_text(LAYER.format(version=self.version), encoding="utf-8")
        files = {"core/pack.yaml": PACK}
        (folder / "core").mkdir()
        (folder / "core/pack.yaml").write_text(files["core/pack.yaml"], encoding="utf-8")
        for document in self.documents.values():
            _dump(folder / f"core/{document.name}.yaml", self._document(document))
            if document.kind == "entity":
                _dump(folder / f"core/{document.name}_list.yaml", self._list(document))
        may = {
            self.documents[number].name: {"do": ["read", *(["update"] if more else [])]}
            for number, more in self.grants.items()
        }
        _dump(folder / f"core/{ROLE}.yaml", {"role": ROLE, "may": may})
        for version in sorted({move[0] for move in self.moves}):
            name = f"to_{version.replace('.', '_')}"
            moved = {f"m{number}": {"from": old, "to": new} for said, number, old, new in self.moves if said == version}
            _dump(folder / f"core/{name}.yaml", {"upgrade": name, "version": version, "moves": moved})

    def _list(self, document: Document) -> dict[str, object]:
        """Return the list of an entity, with a column for each attribute, by its former names, too."""
        columns = {one.name: {"$was": list(one.former)} if one.former else {} for one in self.of(document.number)}
        return {"screen": f"{document.name}_list", "kind": "list", "of": document.name, "columns": columns}

    def _document(self, document: Document) -> dict[str, object]:
        members = {one.name: _member(one) for one in self.of(document.number)}
        stones = {name: {"since": since, "why": "Nobody used it"} for name, since in document.retired.items()}
        head: dict[str, object] = {document.kind: document.name}
        return head | ({"retired": stones} if stones else {}) | {FOLDERS[document.kind]: members}


def _member(member: Member) -> dict[str, object]:
    said: dict[str, object] = {}
    if member.is_locked:
        said["$lock"] = "final"
    if member.former:
        said["$was"] = list(member.former)
    labels = {name.removeprefix("label."): value for name, value in member.words.items() if name.startswith("label.")}
    return said | {name: value for name, value in member.words.items() if "." not in name} | {"label": labels}


def _dump(file: Path, data: dict[str, object]) -> None:
    with file.open("w", encoding="utf-8") as out:
        YAML().dump(data, out)


def first(chance: random.Random) -> Group:
    """Return a group as it begins."""
    group = Group()
    for kind in ("entity", "entity", "entity", "entity", "enum", "enum"):
        add_document(group, chance, kind)
    return group


def add_document(group: Group, chance: random.Random, kind: str = "entity") -> None:
    number = group.new()
    group.documents[number] = Document(number, kind, f"d{number}")
    if kind == "entity":
        group.grants[number] = True
    for _ in range(chance.randint(4, 8)):
        _add(group, number)


def _add(group: Group, document: int) -> None:
    number = group.new()
    words: dict[str, Value] = {"label.en": f"Thing {number}"}
    if group.documents[document].kind == "entity":
        words |= {"type": "string", "max_length": LONGEST}
    group.members[number] = Member(number, document, f"a{number}", words)


def add(group: Group, chance: random.Random) -> None:
    _add(group, chance.choice(list(group.documents)))


def rename(group: Group, chance: random.Random) -> None:
    member = chance.choice(list(group.members.values()))
    member.former.append(member.name)
    member.name = f"a{group.new()}"


def remove(group: Group, chance: random.Random) -> None:
    found = [one for one in group.members.values() if len(group.of(one.document)) > FEW]
    if found:
        member = chance.choice(found)
        for name in (member.name, *member.former):
            group.documents[member.document].retired[name] = group.version
        del group.members[member.number]


def remove_document(group: Group, chance: random.Random) -> None:
    entities = [one.number for one in group.documents.values() if one.kind == "entity"]
    if len(entities) > FEW:
        gone = chance.choice(entities)
        del group.documents[gone], group.grants[gone]
        group.members = {number: one for number, one in group.members.items() if one.document != gone}


def tighten(group: Group, chance: random.Random) -> None:
    for member in group.members.values():
        length = member.words.get("max_length")
        if isinstance(length, int) and length > 2 * SHORTEST and chance.random() < 1 / FEW:
            member.words["max_length"] = length - chance.randint(1, SHORTEST)


def loosen(group: Group, chance: random.Random) -> None:
    member = chance.choice([one for one in group.members.values() if "max_length" in one.words])
    member.words["max_length"] = LONGEST


def relabel(group: Group, chance: random.Random) -> None:
    member = chance.choice(list(group.members.values()))
    member.words["label.en"] = f"Thing {member.number}, {group.new()}"


def translate(group: Group, chance: random.Random) -> None:
    """Say in French what some affiliates say too."""
    for member in chance.sample(list(group.members.values()), FEW):
        member.words["label.fr"] = f"Chose {member.number}"


def lock(group: Group, chance: random.Random) -> None:
    chance.choice(list(group.members.values())).is_locked = True


def unlock(group: Group, chance: random.Random) -> None:
    for member in group.members.values():
        member.is_locked = member.is_locked and chance.random() < 1 / FEW


def grant(group: Group, chance: random.Random) -> None:
    """Let the group's role change less, or more again."""
    number = chance.choice(list(group.grants))
    group.grants[number] = not group.grants[number]


def put_together(group: Group, chance: random.Random) -> None:
    """Let generated forms have attributes in a section: a keyword that they did not have."""
    for member in group.members.values():
        if "max_length" in member.words and chance.random() < 1 / FEW:
            member.words["group"] = "papers"


def move(group: Group, chance: random.Random) -> None:
    """Let an attribute stand in another entity; the version says where, for overlays."""
    entities = [one.number for one in group.documents.values() if one.kind == "entity"]
    found = [one for one in group.members.values() if one.document in entities and len(group.of(one.document)) > FEW]
    if not found:
        return
    member = chance.choice(found)
    old = group.path(member.number)
    member.document = chance.choice([number for number in entities if number != member.document])
    group.moves.append((group.version, member.number, old, group.path(member.number)))


Event = Callable[[Group, random.Random], None]
EVENTS: tuple[tuple[Event, int], ...] = (
    (add, 6), (rename, 6), (remove, 4), (tighten, 4), (loosen, 2), (relabel, 6), (translate, 6), (lock, 3), (unlock, 2),
    (move, 4), (grant, 2), (put_together, 3), (add_document, 1), (remove_document, 1),
)  # fmt: skip
"""What happens to a baseline, with how often."""


def later(group: Group, chance: random.Random, version: str) -> tuple[Group, list[str]]:
    """Return the next version of a group, and what happened on the way."""
    found = deepcopy(group)
    found.version = version
    events = chance.choices([event for event, _ in EVENTS], [weight for _, weight in EVENTS], k=chance.randint(3, 7))
    for event in events:
        event(found, chance)
    return found, [event.__name__ for event in events]


def moved(group: Group, since: str, number: int) -> Iterator[tuple[str, str]]:
    """Yield where a member moved after a version, and whence."""
    for version, one, old, new in group.moves:
        if one == number and _numbers(version) > _numbers(since):
            yield old, new


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
