"""Whatever a configuration declares as personal data is in the package, and gone after an erasure."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.models import model_of

from sidra.access.actor import system_actor
from sidra.privacy.erasing import erase
from sidra.privacy.keys import KeyRing
from sidra.privacy.packaging import package
from sidra.runtime import Runtime
from sidra.store.database import Store

TYPES = {
    "string": "type: string",
    "unique": "type: string, unique: true",
    "sealed": "type: string, encrypt: true",
    "found": "type: string, encrypt: true, search: exact",
    "searched": "type: text, search: true",
    "sorted": "type: string, sort: true",
    "email": "type: email",
    "pattern": "type: string, pattern: '[0-9a-z-]+', min_length: 3",
    "json": "type: json",
}
CLASSES = st.sampled_from(["identity", "contact", "financial", "sensitive", "location"])


@dataclass(frozen=True)
class Attribute:
    """A personal attribute of a generated entity."""

    sort: str
    pii: str
    required: bool

    def written(self, name: str) -> str:
        """As YAML."""
        required = ", required: true" if self.required else ""
        return f"  {name}: {{{TYPES[self.sort]}{required}, pii: [{self.pii}]}}\n"

    def value(self, marker: str) -> Any:  # noqa: ANN401 - of its type
        """One that occurs nowhere else."""
        return {"email": f"{marker}@example.com", "json": {"deep": [marker]}}.get(self.sort, marker)


ATTRIBUTES = st.lists(
    st.builds(Attribute, st.sampled_from(sorted(TYPES)), CLASSES, st.booleans()), min_size=1, max_size=4
)


@dataclass(frozen=True)
class Branch:
    """An entity that leads to an earlier one, and how."""

    attributes: list[Attribute]
    parent: int
    way: str
    history: bool


WAYS = st.sampled_from(["to-one", "owned", "linked", "any", "referred"])
BRANCHES = st.lists(st.builds(Branch, ATTRIBUTES, st.integers(0, 9), WAYS, st.booleans()), max_size=5)


def settled(branches: list[Branch]) -> list[Branch]:
    """The same, but that what a person only refers to, such as an address, is no person, and has only what it owns."""
    found: list[Branch] = []
    aside = {0: False}
    for number, branch in enumerate(branches, 1):
        parent = branch.parent % number
        aside[number] = aside[parent] or branch.way == "referred"
        way = "owned" if aside[parent] and branch.way != "referred" else branch.way
        kept = [replace(one, pii="location") if aside[number] else one for one in branch.attributes]
        found.append(Branch(kept, parent, way, branch.history))
    return found


def documents(person: list[Attribute], branches: list[Branch]) -> list[str]:
    """The YAML of a person and of what leads there; entity 0 is the person."""
    names = ["person", *(f"thing_{number}" for number in range(len(branches)))]
    relations: list[list[str]] = [[] for _ in names]
    for number, branch in enumerate(branches):
        own, parent = number + 1, branch.parent % (number + 1)
        if branch.way == "referred":
            relations[parent].append(f"  way_{own}: {{to: {names[own]}}}\n")
            continue
        to = "any" if branch.way == "any" else names[parent]
        many = ", many: true" if branch.way == "linked" else ""
        relations[own].append(f"  way: {{to: {to}{many}}}\n")
        if branch.way == "owned":
            relations[parent].append(f"  owned_{own}: {{to: {names[own]}, many: true, owned: true, inverse: way}}\n")
    found = []
    everyone = [Branch([Attribute("string", "identity", True), *person], 0, "", True), *branches]
    for number, branch in enumerate(everyone):
        attributes = "".join(one.written(f"a{place}") for place, one in enumerate(branch.attributes))
        text = f"entity: {names[number]}\nhistory: {str(branch.history).lower()}\nattributes:\n{attributes}"
        found.append(text + (f"relations:\n{''.join(relations[number])}" if relations[number] else ""))
    return found


def fill(runtime: Runtime, person: list[Attribute], branches: list[Branch]) -> tuple[str, list[str]]:
    """Make one record of each entity; return the person's id and the markers of all values."""
    records, ids, markers = runtime.records(system_actor("test")), [], []

    def values(number: int, attributes: list[Attribute]) -> dict[str, Any]:
        found = {}
        for place, one in enumerate(attributes):
            marker = f"secret-{number}-{place}-value"
            markers.append(marker)
            found[f"a{place}"] = one.value(marker)
        return found

    own = [Attribute("string", "identity", True), *person]
    ids.append(records.create("person", values(0, own)).id)
    for number, branch in enumerate(branches, 1):
        parent = branch.parent % number
        name = "person" if parent == 0 else f"thing_{parent - 1}"
        given = values(number, branch.attributes)
        if branch.way == "linked":
            given["way"] = [ids[parent]]
        elif branch.way == "any":
            given["way"] = {"id": ids[parent], "kind": name}
        elif branch.way != "referred":
            given["way"] = ids[parent]
        ids.append(records.create(f"thing_{number - 1}", given).id)
        if branch.way == "referred":
            records.update(name, ids[parent], {f"way_{number}": ids[-1]})
    return ids[0], markers


@given(person=ATTRIBUTES, branches=BRANCHES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_all_personal_data_are_in_the_package_and_gone_after_an_erasure(
    person: list[Attribute], branches: list[Branch]
) -> None:
    branches = settled(branches)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sn.db"
        store = Store.open(file, durability="normal")
        runtime = Runtime(model_of(*documents(person, branches)), store, keys=KeyRing.in_memory())
        subject, markers = fill(runtime, person, branches)
        told = json.dumps(package(runtime, subject, actor=system_actor("test")).data)
        assert [marker for marker in markers if marker not in told] == []
        erase(runtime, subject, actor=system_actor("test"), reason="asked for")
        with store.reading() as connection:
            rows = [connection.execute(f"SELECT * FROM {table.name}").fetchall() for table in runtime.tables.all]
            connection.execute("VACUUM")
        assert [marker for marker in markers if marker in str(rows)] == []
        store.close()
        raw = b"".join(path.read_bytes() for path in Path(folder).iterdir())
        assert [marker for marker in markers if marker.encode() in raw] == []
