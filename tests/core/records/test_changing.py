from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from tests.core.records.conftest import NOW

from sidra.access.actor import system_actor
from sidra.errors import Conflict, Duplicate, Invalid
from sidra.records.changing import write
from sidra.records.compiled import later
from sidra.records.planning import plan_create, plan_update
from sidra.records.record import Count
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.identifiers import id_text
from sidra_metamodel.model import Model

PERSON = """
entity: member
attributes:
  name: {type: string}
  card: {type: string}
  fee: {type: money, unique: true}
  home: {type: string, unique: true}
identity: {strong: [card, fee], refuse: true}
"""


@pytest.fixture
def members(make_model: Callable[..., Model], store: Store) -> Records:
    return Runtime(make_model(member=PERSON), store).records(system_actor("test"))


def test_a_strong_duplicate_is_refused_and_never_named(members: Records) -> None:
    one = members.create("member", {"name": "Awa", "card": "A1"})
    with pytest.raises(Duplicate) as error:
        members.create("member", {"name": "Fatou", "card": "A1"})
    assert error.value.fields == ("card",)
    assert "Awa" not in str(error.value)
    two = members.create("member", {"card": "B2"})
    with pytest.raises(Duplicate):
        members.update("member", two.id, {"card": "A1"})
    assert members.update("member", one.id, {"card": "A1", "name": "Awa Diop"}).version == 2
    members.create("member", {})
    members.create("member", {})


def test_a_value_of_two_columns_can_be_unique(members: Records) -> None:
    members.create("member", {"fee": "5", "home": "a"})
    with pytest.raises(Duplicate):
        members.create("member", {"fee": "5"})
    with pytest.raises(Invalid) as error:
        members.create("member", {"home": "a"})
    assert [problem.path for problem in error.value.problems] == ["home"]


def test_the_database_itself_refuses_a_reference_that_leads_nowhere(members: Records) -> None:
    store = members.runtime.store
    ticket = members.runtime.tables.entities["ticket"].table
    row = {"id": bytes(16), "version": 1, "customer_id": bytes(15) + b"1"}
    statement = store.compile(ticket.insert().values({name: later(name) for name in row}))
    with pytest.raises(store.errors) as refused, store.writing() as connection:
        statement.run(connection, row)
    assert store.refusal(refused.value) == frozenset()


def test_only_the_attributes_of_the_value_that_is_taken_are_named(
    make_model: Callable[..., Model], store: Store
) -> None:
    person = """
entity: member
attributes:
  number: {type: string, unique: true}
  number_plate: {type: string, unique: true}
  plate: {type: string}
"""
    members = Runtime(make_model(member=person), store).records(system_actor("test"))
    made = members.create("member", {"number_plate": "A", "plate": "A"})
    with pytest.raises(Invalid) as error:
        members.create("member", {"number_plate": "A", "number": "1"})
    assert [(problem.code, problem.path) for problem in error.value.problems] == [("R616", "number_plate")]
    with pytest.raises(Invalid) as error:
        members.create("member", {"id": made.id})
    assert [(problem.code, problem.path) for problem in error.value.problems] == [("R616", "id")]


def test_a_value_that_is_taken_is_named_wherever_its_statement_waits(members: Records) -> None:
    """Often enough that it is prepared: then it goes with the commit, or with what the work writes next."""
    for number in range(5):
        members.create("member", {"home": f"{number}"})
        with pytest.raises(Invalid) as refused:
            members.create("member", {"home": "0"})
        assert [(problem.code, problem.path) for problem in refused.value.problems] == [("R616", "home")]
    others = [members.create("member", {"home": f"other {number}"}) for number in range(5)]
    for other in others:
        with pytest.raises(Invalid) as refused:
            members.update("member", other.id, {"home": "0"})
        assert [(problem.code, problem.path) for problem in refused.value.problems] == [("R616", "home")]
    assert members.list("member").count == Count(10, is_exact=True)


def test_who_writes_several_records_is_told_at_the_one_that_is_refused(members: Records) -> None:
    for number in range(4):
        members.create("member", {"home": f"{number}"})
    with members.runtime.unit_of_work(members.actor) as unit:
        for number in range(4):
            members.create("member", {"home": f"new {number}"}, work=unit)
            with pytest.raises(Invalid), unit.savepoint():
                members.create("member", {"home": "0"}, work=unit)
            with pytest.raises(Invalid), unit.savepoint():
                write(unit, plan_create(unit, "member", {"home": "0"}))
    assert members.list("member").count == Count(8, is_exact=True)


def test_a_value_that_was_unique_may_be_shared_once_the_model_says_so(
    make_model: Callable[..., Model], store: Store
) -> None:
    before = Runtime(make_model(member=PERSON), store)
    before.records(system_actor("test")).create("member", {"home": "a"})
    free = make_model(member=PERSON.replace("home: {type: string, unique: true}", "home: {type: string}"))
    members = Runtime(free, store, earlier=before).records(system_actor("test"))
    assert members.create("member", {"home": "a"})["home"] == "a"


def test_a_row_that_changed_under_a_plan_is_a_conflict(members: Records) -> None:
    made = members.create("member", {"name": "Awa"})
    with members.runtime.unit_of_work(members.actor) as unit:
        plan = plan_update(unit, members.view("member"), made.row, {"name": "Fatou"})
        unit.connection.execute("UPDATE member SET version = 7")
        with pytest.raises(Conflict):
            write(unit, plan)


def test_writers_of_several_threads_lose_nothing(members: Records) -> None:
    made = members.create("member", {"name": "0"})
    conflicts: list[int] = []

    def count() -> None:
        for _ in range(10):
            while True:
                found = members.get("member", made.id)
                try:
                    members.update("member", made.id, {"name": str(int(found["name"]) + 1)}, version=found.version)
                except Conflict:
                    conflicts.append(1)
                else:
                    break

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert members.get("member", made.id)["name"] == "40"
    assert members.get("member", made.id).version == 41


def test_entities_compile_once_when_many_threads_ask_first(make_model: Callable[..., Model], store: Store) -> None:
    runtime = Runtime(make_model(), store)
    found: list[object] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        found.append(runtime.entity("customer"))
        runtime.records(system_actor("test")).list("customer")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


@pytest.mark.parametrize(
    ("entity", "values", "told"),
    [
        ("party", {}, ("R601", "kind", "Choisissez parmi : Individual, Organization.")),
        ("party", {"kind": "ticket"}, ("R608", "kind", "Choisissez parmi : Individual, Organization.")),
        ("member", {"home": "a"}, ("R616", "home", "Une autre fiche a déjà cette valeur.")),
    ],
)
def test_people_are_told_in_their_language_what_cannot_be_kept(
    members: Records, entity: str, values: dict[str, object], told: tuple[str, str, str]
) -> None:
    members.create("member", {"home": "a"})
    french = members.runtime.records(system_actor("test", locale="fr"))
    with pytest.raises(Invalid) as refusal:
        french.create(entity, values)
    assert [(problem.code, problem.path, problem.message) for problem in refusal.value.problems] == [told]


def test_a_number_that_was_given_by_hand_does_not_stop_its_sequence(
    make_model: Callable[..., Model], store: Store
) -> None:
    bill = 'entity: bill\nattributes:\n  no: {type: sequence, sequence: "B{year}-{n:03}", unique: true}\n'
    bill += "  title: {type: string, compute: {by: \"concat('Bill ', no)\", stored: true}}\n"
    bills = Runtime(make_model(bill=bill), store, clock=lambda: NOW).records(system_actor("test"))
    bills.create("bill", {"no": "B2026-001"})
    assert bills.create("bill", {})["title"] == "Bill B2026-002"
    for number in range(3, 300):
        bills.create("bill", {"no": f"B2026-{number:03}"})
    free = bills.create("bill", {})["no"]
    assert free == "B2026-514"
    assert bills.create("bill", {})["no"] == "B2026-515"


def test_true_in_json_is_another_value_than_one(make_model: Callable[..., Model], store: Store) -> None:
    document = "entity: note\nhistory: true\nattributes: {extra: {type: json}}\n"
    notes = Runtime(make_model(note=document), store).records(system_actor("test"))
    note = notes.create("note", {"extra": {"flags": [1, 0]}})
    assert notes.update("note", note.id, {"extra": {"flags": [True, 0]}}).version == 2
    assert notes.get("note", note.id)["extra"]["flags"][0] is True
    assert notes.history("note", note.id).changes[0].new == {"flags": [True, 0]}
    assert notes.update("note", note.id, {"extra": {"flags": [True, 0]}}).version == 2


def test_a_computed_number_that_no_column_holds_is_none(make_model: Callable[..., Model], store: Store) -> None:
    thing = """
entity: thing
attributes:
  whole: {type: decimal, scale: 0}
  exact: {type: decimal, compute: {by: whole, stored: true}}
  ruled: {type: decimal}
  usual: {type: decimal, default: {compute: whole}}
"""
    rule = "rule: ruled\nkind: compute\non: thing\nat: ruled\nvalue: whole\n"
    things = Runtime(make_model(thing=thing, ruled=rule), store).records(system_actor("test"))
    found = things.create("thing", {"whole": 9 * 10**18})
    assert (found["exact"], found["ruled"], found["usual"]) == (None, None, None)
    assert things.create("thing", {"whole": 9})["exact"] == 9


ALBUM = "entity: album\nrelations: {songs: {to: song, many: true, owned: true, inverse: album, min: 1, max: 2}}\n"
SONG = "entity: song\nattributes: {name: {type: string}}\nrelations: {album: {to: album, required: true}}\n"


@pytest.fixture
def albums(make_model: Callable[..., Model], store: Store) -> Records:
    return Runtime(make_model(album=ALBUM, song=SONG), store).records(system_actor("test"))


def test_an_owned_record_is_not_added_on_its_own_where_its_owner_has_enough(albums: Records) -> None:
    album = albums.create("album", {"songs": [{"name": "a"}]})
    albums.create("song", {"name": "b", "album": album.id})
    with pytest.raises(Invalid) as refusal:
        albums.create("song", {"name": "c", "album": album.id})
    assert [(one.code, one.path) for one in refusal.value.problems] == [("R618", "album")]
    assert [song["name"] for song in albums.get("album", album.id)["songs"]] == ["a", "b"]


def test_an_owned_record_is_not_taken_on_its_own_where_its_owner_needs_it(albums: Records) -> None:
    one, other = (albums.create("album", {"songs": [{"name": "a"}]}) for _ in range(2))
    song = one["songs"][0]
    with pytest.raises(Conflict, match="Add at least 1 entry"):
        albums.delete("song", song.id)
    with pytest.raises(Invalid):
        albums.update("song", song.id, {"album": other.id})
    albums.delete("album", one.id)


def test_each_of_several_owners_has_the_version_and_the_history_of_what_is_its_own(
    make_model: Callable[..., Model], store: Store
) -> None:
    shelf = "entity: {}\nhistory: true\nrelations: {{books: {{to: book, many: true, owned: true, inverse: {}}}}}\n"
    book = "entity: book\nattributes: {name: {type: string}}\nrelations: {home: {to: home}, shop: {to: shop}}\n"
    documents = {"home": shelf.format("home", "home"), "shop": shelf.format("shop", "shop"), "book": book}
    records = Runtime(make_model(**documents), store).records(system_actor("test"))
    for kind in ("home", "shop"):
        owner = records.create(kind, {"books": [{"name": "a"}]})
        records.update("book", owner["books"][0].id, {"name": "b"})
        assert records.get(kind, owner.id).version == 2
        assert records.history(kind, owner.id).changes[0].new == "b"


def test_kinds_that_own_the_same_records_each_keep_their_own_number(
    make_model: Callable[..., Model], store: Store
) -> None:
    root = "entity: giver\nabstract: true\nattributes: {name: {type: string}}\n"
    kind = "entity: {0}\nis_a: giver\nrelations: {{gifts: {{to: gift, many: true, owned: true, inverse: giver{1}}}}}\n"
    gift = "entity: gift\nattributes: {name: {type: string}}\nrelations: {giver: {to: giver}}\n"
    documents = {"giver": root, "rich": kind.format("rich", ""), "poor": kind.format("poor", ", max: 1"), "gift": gift}
    records = Runtime(make_model(**documents), store).records(system_actor("test"))
    rich, poor = (records.create(name, {"gifts": [{"name": "a"}]}) for name in ("rich", "poor"))
    records.create("gift", {"giver": rich.id})
    with pytest.raises(Invalid):
        records.create("gift", {"giver": poor.id})


CLUB = "entity: club\nattributes: {name: {type: string}}\n"
CLUB += "relations: {fans: {to: fan, many: true, roles: fan_role}, rivals: {to: [club, fan], many: true}}\n"
CLUBS = {"club": CLUB, "fan": "entity: fan\n", "fan_role": "enum: fan_role\nvalues: [singer, drummer]\n"}


@pytest.fixture
def clubs(make_model: Callable[..., Model], store: Store) -> Records:
    return Runtime(make_model(**CLUBS), store).records(system_actor("test"))


def links(records: Records, name: str = "club_fans") -> list[tuple[str, str | None]]:
    with records.runtime.store.reading() as connection:
        found = connection.execute(f"SELECT target_id, role FROM {name} ORDER BY role NULLS FIRST").fetchall()
    return [(id_text(target), role) for target, role in found]


def test_a_link_of_which_only_the_record_is_named_stays_as_it_is(clubs: Records) -> None:
    one, two = (clubs.create("fan", {}).id for _ in range(2))
    club = clubs.create("club", {"fans": [{"id": one, "role": "singer", "valid_from": "2026-01-01T00:00Z"}]})
    assert clubs.update("club", club.id, {"fans": [one]}).version == 1
    assert clubs.update("club", club.id, {"fans": [two, one, one]}).version == 2
    assert links(clubs) == [(two, None), (one, "singer")]
    assert clubs.update("club", club.id, {"fans": [{"id": one, "role": "drummer"}]}).version == 3
    assert links(clubs) == [(one, "drummer")]
    assert clubs.update("club", club.id, {"fans": [{"id": one, "role": None}]}).version == 4
    assert links(clubs) == [(one, None)]


def test_one_record_may_be_linked_in_two_roles(clubs: Records) -> None:
    one = clubs.create("fan", {}).id
    both = [{"id": one, "role": "singer"}, {"id": one, "role": "drummer"}]
    club = clubs.create("club", {"fans": both})
    assert links(clubs) == [(one, "drummer"), (one, "singer")]
    assert clubs.update("club", club.id, {"fans": both[::-1]}).version == 1
    assert clubs.update("club", club.id, {"fans": both[:1]}).version == 2
    assert links(clubs) == [(one, "singer")]
    assert clubs.update("club", club.id, {"fans": []}).version == 3
    assert links(clubs) == []
