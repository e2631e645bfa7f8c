"""The overlays of the decade's proof: what each affiliate says, and what must become of that, by what happened."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.proofs.decade import SHORTEST, Group, Value, moved

from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Data
from sidra_metamodel.upgrading.findings import Class

LAYER = "layer: {name}\nlevel: affiliate\nprefix: {name}\ntiers: [core]\nrequires: {{group: ~1.0}}\n"
WORDS = {"entity": ("label.fr", "max_length", "hidden", "place"), "enum": ("label.fr", "remove")}
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


ENDINGS = {"place": "$after", "remove": "$remove"}


@dataclass
class Country:
    """An affiliate's overlay."""

    name: str
    folder: Path
    version: str
    said: list[Said] = field(default_factory=list)

    def begin(self, group: Group, chance: random.Random) -> None:
        """Write an overlay on a baseline, by hand as people do."""
        self.folder.mkdir(parents=True)
        (self.folder / "layer.yaml").write_text(LAYER.format(name=self.name), encoding="utf-8")
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
        too_much = {"remove"} & set(about) or (word == "remove" and about)
        if word in about or too_much or (isinstance(length, int) and word == "max_length" and length <= 2 * SHORTEST):
            return
        path, note = group.path(member.number), f"note {self.name} {member.number}" if is_noted else ""
        values: dict[str, Value] = {
            "label.fr": f"Chose {member.number}" if chance.random() < 1 / 2 else f"Machin {self.name}",
            "max_length": int(length or 0) - chance.randint(1, SHORTEST),
            "hidden": True,
            "remove": True,
            "place": member.name,
        }
        if word == "place":
            path = f"{path.rpartition('.')[0]}.x_{self.name}_{member.number}"
            self.said.append(Said(0, document.number, "own", True, path, note=note))
        self.said.append(
            Said(member.number, document.number, word, values[word], path, _see(group, member.number, word), note)
        )
        self._write(document.name, document.kind, self.said[-1])

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
            case "label.fr":
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
    if word in {"remove", "place"}:
        return tuple(sorted(words.items())) if word == "remove" else None
    return words.get(word)


def written(said: Said, was: Group, now: Group) -> str:
    """Return the path at which codemods have put an override."""
    path, member = said.path, now.members.get(said.member)
    for old, new in moved(now, was.version, said.member) if said.word not in {"place", "own"} else ():
        around, _, name = path.rpartition(".")
        is_it = around == old.rpartition(".")[0] and member is not None and name in {member.name, *member.former}
        path = new if path == old or is_it else path
    return path


def home(said: Said, now: Group) -> str | None:
    """Return where an override belongs in a baseline; None where it has no place there."""
    document = now.documents.get(said.document)
    if said.word in {"own", "place"}:
        return said.path if document is not None else None
    return now.path(said.member) if said.member in now.members else None


def _judged(said: Said, was: Group, now: Group) -> Iterator[tuple[Class, str]]:
    path = written(said, was, now)
    address = f"{path}{said.address.removeprefix(said.path)}"
    member = now.members.get(said.member)
    is_there = home(said, now) is not None and (said.word == "own" or member is not None)
    if said.word == "place" and member is not None and member.document != said.document:
        is_there = False
    if not is_there:
        yield Class.ABSORBED if said.word == "remove" else Class.ORPHAN, address
        return
    if member is None:
        return
    sees, yours = _see(now, said.member, said.word), None if said.word == "remove" else said.value
    is_other = said.word == "place" and said.value != member.name
    if is_other or (said.word != "place" and path != now.path(said.member)):
        yield Class.RENAMED, address
    if said.word == "place":
        return
    if member.is_locked and yours != sees:
        yield Class.LOCKED, address
    elif said.word == "max_length" and isinstance(sees, int) and int(said.value) > sees:
        yield Class.OVERTAKEN, address
    elif said.seen != sees:
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
        if said.path.split(".")[1] != (there := home(said, now) or said.path).split(".")[1]:
            # What goes to another file is written anew there: its comment stays in the version control.
            said.note = ""
        said.path = there
        if said.word == "place":
            said.value = now.members[said.member].name
        if said.member in now.members:
            said.document = said.document if said.word == "place" else now.members[said.member].document
            said.seen = _see(now, said.member, said.word)
        left.append(said)
    country.said, country.version = left, now.version
