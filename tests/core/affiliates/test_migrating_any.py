"""Whatever changes between two configurations: afterwards the store is as one that is made for the second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.store.schema.comparing import create, migrating, rows, runtime, shape

from sidra.store.database import Store
from sidra.store.schema.changes import Class
from sidra.store.schema.evolve import SchemaMismatch

TYPES = ("type: string", "type: string, localised: true", "type: integer", "type: decimal, scale: 2", "type: boolean")
VALUES: dict[str, list[Any]] = {
    TYPES[0]: ["7", "true", "abc", None],
    TYPES[1]: [{"fr": "7"}, {"fr": "a", "en": "b"}, None],
    TYPES[2]: [7, None],
    TYPES[3]: [Decimal("1.25"), Decimal(3), None],
    TYPES[4]: [True, None],
}


@dataclass(frozen=True)
class Member:
    """An attribute as it is declared: of the entity itself, or of its subtype."""

    name: str
    type: str
    words: str = ""
    was: str = ""
    is_special: bool = False

    @property
    def line(self) -> str:
        """The line of YAML."""
        was = f", $was: {self.was}" if self.was else ""
        return f"  {self.name}: {{{self.type}{self.words}{was}}}\n"


def documents(members: list[Member]) -> tuple[str, ...]:
    """The documents of a configuration."""
    thing = "".join(member.line for member in members if not member.is_special)
    special = "".join(member.line for member in members if member.is_special)
    return (
        f"entity: thing\nattributes:\n  key: {{type: string, sort: true}}\n{thing}",
        f"entity: special\nis_a: thing\nattributes:\n  own: {{type: string}}\n{special}",
    )


FATES = st.sampled_from(["stays", "goes", "renamed", "moved", "retyped", "reworded", "renamed and retyped"])
WORDS = st.sampled_from(["", ", sort: true", ", filter: true", ", search: exact"])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[list[Member], list[Member]]:
    """Two configurations: of each attribute of the first, one thing at most becomes another."""
    before = [
        Member(f"a{number}", draw(st.sampled_from(TYPES)), draw(WORDS), is_special=draw(st.booleans()))
        for number in range(draw(st.integers(1, 4)))
    ]
    after: list[Member] = []
    for member in before:
        match draw(
            st.sampled_from(["stays", "goes", "renamed", "moved", "retyped", "reworded", "renamed and retyped"])
        ):
            case "stays":
                after.append(member)
            case "renamed":
                after.append(replace(member, name=f"r{member.name}", was=member.name))
            case "moved":
                after.append(replace(member, is_special=not member.is_special))
            case "retyped":
                after.append(_retyped(draw, member))
            case "renamed and retyped":
                after.append(_retyped(draw, replace(member, name=f"r{member.name}", was=member.name)))
            case "reworded":
                after.append(replace(member, words=draw(WORDS)))
    if draw(st.booleans()):
        after.append(Member("new", draw(st.sampled_from(TYPES)), draw(WORDS)))
    return before, after


def _retyped(draw: st.DrawFn, member: Member) -> Member:
    return replace(member, type=draw(st.sampled_from(TYPES)), words=draw(WORDS))


@pytest.fixture
def stores(request: pytest.FixtureRequest, place: str, tmp_path: Path) -> Iterator[Any]:
    """A function that gives empty stores, all on one database."""
    made: list[tuple[str, Store]] = []
    server = request.getfixturevalue("postgresql_server") if place.startswith("postgresql") else None

    def empty() -> Store:
        where = str(tmp_path / f"{len(made)}.db") if server is None else server.new_schema()
        made.append((where, Store.open(where)))
        return made[-1][1]

    yield empty
    for where, store in made:
        store.close()
        if server is not None:
            server.drop_schema(where)


def test_a_store_becomes_what_one_is_that_is_new_and_keeps_what_both_have(stores: Any) -> None:  # noqa: ANN401 - a fixture
    told: list[str] = []

    @settings(max_examples=12)
    @given(pairs(), st.randoms(use_true_random=False))
    def check(pair: tuple[list[Member], list[Member]], chance: Any) -> None:  # noqa: ANN401 - see above
        told.append(_checked(stores, *pair, chance))

    check()
    assert told.count("in force") > 0


def _checked(stores: Any, before: list[Member], after: list[Member], chance: Any) -> str:  # noqa: ANN401 - see above
    store, old, new = stores(), documents(before), documents(after)
    made = runtime(store, *old)
    for number in range(3):
        create(made, "special", key=f"k{number}", **{one.name: chance.choice(VALUES[one.type]) for one in before})
    names = [one.name for one in before]
    values = [dict(zip(names, row, strict=True)) for row in rows(made, "special", *names)]
    known, refused = shape(store), migrating(store, *new).plan().of(Class.REFUSED)
    if refused:
        with pytest.raises(SchemaMismatch):
            migrating(store, *new).apply(consents=True)
        assert shape(store)["thing"] == known["thing"]
        return "refused"
    migrating(store, *new).apply(consents=True)
    assert migrating(store, *new).plan().to_do == ()
    fresh = stores()
    now = runtime(fresh, *new)
    assert shape(store) == shape(fresh)
    migrating(store, *new).apply(consents=True)
    assert shape(store) == shape(fresh)
    now = runtime(store, *new)
    types = {one.name: one.type for one in before}
    for one in after:
        was = one.was or one.name
        if types.get(was) == one.type:
            assert [row[0] for row in rows(now, "special", one.name)] == [row[was] for row in values]
    _brought_back(store, before, after, values)
    return "in force"


def _brought_back(store: Store, before: list[Member], after: list[Member], values: list[dict[str, Any]]) -> None:
    """What had gone, and comes back, has its values."""
    there = {one.was or one.name for one in after}
    gone = [one for one in before if one.name not in there]
    back = documents([*after, *gone])
    now = runtime(store, *back)
    for one in gone:
        assert [row[0] for row in rows(now, "special", one.name)] == [row[one.name] for row in values]
