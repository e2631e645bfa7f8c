"""The overlays of the decade's proof: what each affiliate says, and what must become of that, by what happened."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.proofs.decade import ROLE, SHORTEST, Document, Group, Value, moved

from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Data
from sidra_metamodel.upgrading.findings import Class

LAYER = "layer: {name}\nlevel: affiliate\nprefix: {name}\ntiers: [core]\nrequires: {{group: ~1.0{more}}}\n"
REGION = "layer: {name}\nlevel: region\nprefix: {name}\nversion: 1.0.0\nrequires: {{group: ~1.0}}\n"
WORDS = {
    "entity": ("label.fr", "max_length", "hidden", "place", "replace", "column", "drop"),
    "enum": ("label.fr", "remove"),
}
"""What affiliates say about members."""

Expected = Counter[tuple[Class, str]]
"""Findings by class and path."""


@dataclass
class Said:
    """One override: the member that it is about, what it says of it, and what it saw."""

    member: int
    document: int
    word: str
    value: Value
    path: str
    """Of the member, as it is written; of a local attribute, its own."""
    seen: object = None
    note: str = ""
    """A comment beside it."""

    @property
    def address(self) -> str:
        """The path by which findings name it."""
        return f"{self.path}.{ENDINGS.get(self.word, self.word)}" if self.word != "own" else self.path


ENDINGS = {
    "place": "$after",
    "remove": "$remove",
    "replace": "$replace",
    "column": "label.fr",
    "drop": "do.$drop.update",
}
WHOLE = frozenset({"remove", "replace"})
"""Words of what is said about a member as a whole, so that nothing else is said of it."""
OURS: dict[str, Data] = {"type": "string", "label": {"en": "Ours"}}
"""What an attribute is replaced by, with a length."""


@dataclass
class Country:
    """The overlay of an affiliate, or of a region."""

    name: str
    folder: Path
    version: str
    said: list[Said] = field(default_factory=list)
    region: Country | None = None
    is_region: bool = False
    around: list[Country] = field(default_factory=list)
    """The affiliates of a region: it says nothing of what they speak of, so that each sees the baseline's word."""

    @property
    def others(self) -> list[Country]:
        """Those of whose words it keeps away."""
        return [*self.around, *([self.region] if self.region is not None else [])]

    def begin(self, group: Group, chance: random.Random) -> None:
        """Write an overlay on a baseline, by hand as people do."""
        self.folder.mkdir(parents=True)
        more = f", {self.region.name}: ~1.0" if self.region is not None else ""
        head = REGION.format(name=self.name) if self.is_region else LAYER.format(name=self.name, more=more)
        (self.folder / "layer.yaml").write_text(head, encoding="utf-8")
        for _ in range(chance.randint(6, 14)):
            self.say(group, chance, is_noted=True)
        for file in self.folder.glob("d*.yaml"):
            notes = {one.path.split(".")[3]: one.note for one in self.said if one.path.split(".")[1] == file.stem}
            lines = file.read_text(encoding="utf-8").splitlines()
            file.write_text("\n".join(_noted(line, notes) for line in lines) + "\n", encoding="utf-8")

    def say(self, group: Group, chance: random.Random, *, is_noted: bool = False) -> None:
        """Say one thing more about a member of the baseline, with a comment that `begin` writes beside it."""
        member = chance.choice([one for one in group.members.values() if not one.is_locked])
        document = group.documents[member.document]
        word = chance.choice(WORDS[document.kind])
        length = member.words.get("max_length")
        about = [one.word for one in self.said if one.member == member.number]
        is_theirs = any(one.member == member.number for other in self.others for one in other.said)
        too_much = is_theirs or WHOLE & set(about) or (word in WHOLE and about)
        if (
            word in about
            or too_much
            or (isinstance(length, int) and word in {"max_length", "replace"} and length <= 2 * SHORTEST)
        ):
            return
        path, note = group.path(member.number), f"note {self.name} {member.number}" if is_noted else ""
        values: dict[str, Value] = {
            "label.fr": f"Chose {member.number}" if chance.random() < 1 / 2 else f"Machin {self.name}",
            "max_length": int(length or 0) - chance.randint(1, SHORTEST),
            "hidden": True,
            "remove": True,
            "place": member.name,
            "replace": int(length or 0) - chance.randint(1, SHORTEST),
            "column": f"Colonne {member.number}",
            "drop": "update",
        }
        if word == "drop":
            self._drop(document, group)
            return
        if word == "column":
            path = f"screen.{document.name}_list.columns.{member.name}"
        if word == "place":
            path = f"{path.rpartition('.')[0]}.x_{self.name}_{member.number}"
            self.said.append(Said(0, document.number, "own", True, path, note=note))
        self.said.append(
            Said(member.number, document.number, word, values[word], path, _see(group, member.number, word), note)
        )
        kind, name, *_ = path.split(".")
        self._write(name, kind, self.said[-1])

    def _drop(self, document: Document, group: Group) -> None:
        """Let the role not change an entity here, which it may in the group."""
        said = [one for country in (self, *self.others) for one in country.said if one.word == "drop"]
        is_said = any(one.document == document.number for one in said)
        if group.grants[document.number] and not is_said:
            self.said.append(Said(0, document.number, "drop", "update", f"role.{ROLE}.may.{document.name}", seen=True))
            self._write(ROLE, "role", self.said[-1])

    def _write(self, name: str, kind: str, said: Said) -> None:
        # Codemods put documents into the folder of their kind.
        file = next(self.folder.rglob(f"{name}.yaml"), self.folder / f"{name}.yaml")
        edits = Edits(file.read_text(encoding="utf-8") if file.exists() else f"{kind}: {name}\n")
        at = said.path.split(".")[2:]
        reasons = {"why": "Theirs is another country"}
        match said.word:
            case "place":
                own: dict[str, Data] = {"$after": said.value, "type": "string", "label": {"fr": "Local"}}
                edits.set(at, own, reasons=reasons)
            case "remove":
                edits.set(at, {"$remove": True, "$why": "Nobody has it here", "$ticket": "GAP-1"})
            case "replace":
                edits.set(at, {"$replace": True, "$why": "Ours", "$ticket": "GAP-2", **OURS, "max_length": said.value})
            case "drop":
                edits.set([*at, "do"], {"$drop": ["update"], "$why": "Headquarters do that"})
            case "label.fr" | "column":
                edits.set([*at, "label", "fr"], said.value)
            case _:
                edits.set([*at, said.word], said.value)
                edits.set([*at, "$why"], "The card is small")
        file.write_text(edits.text, encoding="utf-8")

    def expected(self, was: Group, now: Group) -> Expected:
        """Return what must be found when the overlay goes from one version of the baseline to another."""
        return Counter(found for said in self.said for found in _judged(said, was, now))


def _noted(line: str, notes: dict[str, str]) -> str:
    name = line.strip().partition(":")[0]
    return (
        f"{line}  # {notes[name]}" if name in notes and line.startswith("  ") and not line.startswith("   ") else line
    )


def _see(group: Group, number: int, word: str) -> object:
    """Return what an override of a member sees in a baseline."""
    words = group.members[number].words
    if word == "replace":
        labels = tuple(sorted((name, value) for name, value in words.items() if "." in name))
        return {name: value for name, value in words.items() if "." not in name} | {"label": labels}
    if word in {"remove", "place"}:
        return tuple(sorted(words.items())) if word == "remove" else None
    return words.get(word)


STAYS = frozenset({"place", "own", "column", "drop"})
"""Words of what no codemod takes along: it belongs to a document, whatever becomes of the member."""


def written(said: Said, was: Group, now: Group) -> str:
    """Return the path at which codemods have put an override."""
    path, member = said.path, now.members.get(said.member)
    for old, new in moved(now, was.version, said.member) if said.word not in STAYS else ():
        around, _, name = path.rpartition(".")
        is_it = around == old.rpartition(".")[0] and member is not None and name in {member.name, *member.former}
        path = new if path == old or is_it else path
    return path


def home(said: Said, now: Group) -> str | None:
    """Return where an override belongs in a baseline; None where it has no place there."""
    document = now.documents.get(said.document)
    if said.word in {"own", "place", "drop"}:
        return said.path if document is not None else None
    if said.word == "column" and document is not None:
        return (
            f"screen.{document.name}_list.columns.{now.members[said.member].name}"
            if said.member in now.members
            else None
        )
    return now.path(said.member) if said.member in now.members else None


def _judged(said: Said, was: Group, now: Group) -> Iterator[tuple[Class, str]]:
    path = written(said, was, now)
    address = f"{path}{said.address.removeprefix(said.path)}"
    member = now.members.get(said.member)
    is_there = home(said, now) is not None and (said.word in {"own", "drop"} or member is not None)
    if said.word in {"place", "column"} and member is not None and member.document != said.document:
        is_there = False
    if not is_there:
        yield Class.ABSORBED if said.word == "remove" else Class.ORPHAN, address
        return
    if said.word == "drop" and not now.grants[said.document]:
        yield Class.ABSORBED, address
    if member is None:
        return
    is_other = said.word == "place" and said.value != member.name
    if is_other or (said.word != "place" and path != home(said, now)):
        yield Class.RENAMED, address
    if said.word not in {"place", "column"}:
        yield from _compared(said, was, now, (path, address))


def _compared(said: Said, was: Group, now: Group, at: tuple[str, str]) -> Iterator[tuple[Class, str]]:
    """Yield what must be found of what an override says; `at`: the paths of its member and its own."""
    (path, address), member = at, now.members[said.member]
    sees, yours = _see(now, said.member, said.word), None if said.word == "remove" else said.value
    before_it = said.seen
    if isinstance(sees, dict) and isinstance(before_it, dict):
        yield from ((Class.NEW, f"{path}.{name}") for name in sees.keys() - before_it.keys())
        sees = {name: value for name, value in sees.items() if name in before_it}
    length = member.words.get("max_length") if said.word in {"max_length", "replace"} else None
    if member.is_locked and yours != sees:
        yield Class.LOCKED, address
    elif isinstance(length, int) and int(said.value) > length:
        yield Class.OVERTAKEN, address
    elif before_it != sees:
        yield Class.ABSORBED if yours == sees else Class.CHANGED, address
    before = was.members.get(said.member)
    is_refused = member.is_locked and yours != sees
    if before is not None and before.is_locked and not member.is_locked and not is_refused:
        yield Class.UNLOCKED, address


def settle(country: Country, was: Group, now: Group, gone: set[str], edited: dict[str, Value]) -> None:
    """Let an overlay be what an upgrade makes of it: without what went, by the names of now, having seen all anew.

    gone, edited: addresses as findings name them.
    """
    left: list[Said] = []
    for said in country.said:
        address = f"{written(said, was, now)}{said.address.removeprefix(said.path)}"
        if address in gone:
            continue
        said.value = edited.get(address, said.value)
        said.path = home(said, now) or said.path
        if said.word == "place":
            said.value = now.members[said.member].name
        if said.member in now.members:
            said.document = said.document if said.word in STAYS else now.members[said.member].document
            said.seen = _see(now, said.member, said.word)
        left.append(said)
    country.said, country.version = left, now.version
