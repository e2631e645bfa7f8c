import datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from tests.core.models import model_of

from sidra.access.actor import Actor, system_actor
from sidra.audit.journal import Event, Journal
from sidra.audit.tables import audit_tables
from sidra.audit.values import decode_value, encode_values
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes
from sidra_metamodel.values import Money, Period

PERSON = """\
entity: person
history: true
attributes:
  name: {type: string, pii: [identity]}
  balance: {type: money}
  born: {type: date, pii: [identity]}
  rate: {type: decimal}
  seen: {type: datetime}
  span: {type: duration}
  valid: {type: period}
  opens: {type: time}
  tags: {type: json}
  count: {type: integer}
  secret: {type: string, encrypt: true}
relations:
  boss: {to: person}
  phones: {to: phone, many: true, owned: true, inverse: person}
"""
PHONE = "entity: phone\nattributes: {number: {type: string}}\nrelations: {person: {to: person}}\n"
ACCOUNT = """\
entity: account
history: true
attributes: {iban: {type: string, pii: [financial]}}
relations: {holder: {to: person, required: true}}
"""
NOTE = "entity: note\nattributes: {text: {type: text}}\n"
MODEL = model_of(PERSON, PHONE, ACCOUNT, NOTE)
ONE, TWO, THREE = (f"0195b0c8-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
UTC = datetime.UTC
NOW = datetime.datetime(2026, 3, 20, 9, tzinfo=UTC)
AWA = Actor("7", "Awa Diop", frozenset({"agent"}))


class Sealed:
    """Keys of persons: who is forgotten here, cannot be read any more."""

    def __init__(self) -> None:
        self.people: set[bytes] = set()

    def seal(
        self,
        connection: Connection,
        person_id: bytes,
        plaintext: bytes,
        about: bytes,
        *,
        is_new: bool = False,
        known: dict[bytes, object] | None = None,
    ) -> str:
        """Return the text backwards, with whose it is and what about."""
        del connection, is_new, known
        self.people.add(person_id)
        return orjson.dumps([person_id.hex(), about.hex(), plaintext.decode()[::-1]]).decode()

    def unseal(self, connection: Connection, person_id: bytes, sealed: str, about: bytes) -> bytes | None:
        """Return the text, unless the person is forgotten."""
        del connection
        person, place, backwards = orjson.loads(sealed)
        assert (person, place) == (person_id.hex(), about.hex())
        return str(backwards)[::-1].encode() if person_id in self.people else None


@pytest.fixture
def persons() -> Sealed:
    return Sealed()


@pytest.fixture
def journal(store: Store, persons: Sealed) -> Journal:
    return Journal(MODEL, store, audit_tables(sa.MetaData()), persons)


def write(journal: Journal, store: Store, **rest: Any) -> None:  # noqa: ANN401 - as of `Event`
    event = Event(**{"actor": AWA, "at": NOW, "action": "update", "entity": "person", "record_id": ONE, **rest})
    with store.writing() as connection:
        journal.append(connection, event)


def entries(store: Store) -> list[tuple[Any, ...]]:
    with store.reading() as connection:
        found = connection.execute(
            "SELECT number, actor_name, action, entity, reason, changed FROM audit_entry ORDER BY sequence"
        ).fetchall()
    return list(found)


def test_only_members_that_differ_are_kept_and_personal_ones_are_marked(journal: Journal, store: Store) -> None:
    before = {"name": "Awa", "count": 1, "boss_id": None}
    changed = {"name": "Awa Diop", "count": 1, "boss_id": TWO, "version": 3}
    write(journal, store, before=before, changed=changed)
    assert [(found.member, found.old, found.new, found.is_personal) for found in journal.history(ONE)] == [
        ("name", "Awa", "Awa Diop", True),
        ("boss", None, TWO, False),
    ]


def test_a_change_is_an_entry_with_who_what_and_why_and_names_of_attributes_only(
    journal: Journal, store: Store
) -> None:
    write(journal, store, before={"name": "Awa"}, changed={"name": "Fatou"}, reason="marriage", version=2)
    assert entries(store) == [(1, "Awa Diop", "update", "person", "marriage", '["name"]')]


def test_the_history_has_old_and_new_values_of_their_types_the_latest_first(journal: Journal, store: Store) -> None:
    paid = Money(Decimal("12.5"), "XOF")
    write(journal, store, action="create", changed={"name": "Awa", "balance": paid}, version=1)
    later = NOW + datetime.timedelta(hours=1)
    write(journal, store, at=later, before={"balance": paid}, changed={"balance": None}, version=2)
    found = [(entry.action, entry.member, entry.old, entry.new) for entry in journal.history(ONE)]
    assert found == [
        ("update", "balance", paid, None),
        ("create", "name", None, "Awa"),
        ("create", "balance", None, paid),
    ]
    latest = journal.history(ONE)[0]
    assert (latest.at, latest.actor_name, latest.version, latest.is_personal) == (later, "Awa Diop", 2, False)
    assert journal.history(TWO) == []


def test_personal_values_are_sealed_and_gone_with_the_key_of_the_person(
    journal: Journal, store: Store, persons: Sealed
) -> None:
    write(journal, store, changed={"name": "Fatou", "secret": "x", "count": 1})
    with store.reading() as connection:
        ((changes, personal, person, _),) = connection.execute(
            "SELECT changes, personal, person_id, sealed FROM record_history"
        ).fetchall()
    assert (changes, personal, person) == ('{"count":[null,1]}', '["name","secret"]', id_bytes(ONE))
    assert [(one.member, one.new, one.is_erased) for one in journal.history(ONE)] == [
        ("name", "Fatou", False),
        ("secret", "x", False),
        ("count", 1, False),
    ]
    persons.people.clear()
    assert [(one.member, one.new, one.is_erased) for one in journal.history(ONE)] == [
        ("name", None, True),
        ("secret", None, True),
        ("count", 1, False),
    ]


def test_without_personal_values_nobody_needs_a_key(journal: Journal, store: Store, persons: Sealed) -> None:
    write(journal, store, changed={"count": 1})
    assert persons.people == set()


def test_the_values_of_a_record_that_leads_to_a_person_are_that_person_s(
    journal: Journal, store: Store, persons: Sealed
) -> None:
    write(journal, store, entity="account", record_id=THREE, changed={"iban": "SN1", "holder_id": TWO})
    write(
        journal,
        store,
        entity="account",
        record_id=THREE,
        before={"iban": "SN1", "holder_id": TWO},
        changed={"iban": None, "holder_id": None},
    )
    assert persons.people == {id_bytes(TWO)}


def test_what_a_record_owns_is_part_of_its_history(journal: Journal, store: Store) -> None:
    write(journal, store, entity="phone", record_id=TWO, owner_id=ONE, changed={"number": "77"})
    (entry,) = journal.history(ONE)
    assert (entry.entity, entry.record_id, entry.member, entry.new) == ("phone", TWO, "number", "77")


def test_what_was_seen_is_named_without_its_value(journal: Journal, store: Store) -> None:
    write(journal, store, action="reveal", seen=("name",), reason="the customer asks")
    (found,) = journal.history(ONE)
    assert (found.member, found.old, found.new, found.is_personal, found.reason) == (
        "name",
        None,
        None,
        False,
        "the customer asks",
    )


def test_an_entity_without_history_has_entries_without_values(journal: Journal, store: Store) -> None:
    write(journal, store, entity="note", record_id=THREE, changed={"text": "secret"})
    assert entries(store)[0][-1] == '["text"]'
    assert journal.history(THREE) == []


def test_an_action_without_a_record_is_kept_too(journal: Journal, store: Store) -> None:
    write(journal, store, actor=system_actor("feed subscriber_load"), action="sign_in", entity="", record_id=None)
    assert entries(store) == [(1, "system:feed subscriber_load", "sign_in", "", None, "[]")]


def fail(journal: Journal, store: Store) -> None:
    """Tell of a change in a transaction that comes to nothing."""
    event = Event(actor=AWA, at=NOW, action="update", entity="person", record_id=ONE, changed={"name": "Awa"})
    with store.writing() as connection:
        journal.append(connection, event)
        raise ZeroDivisionError


def test_a_rolled_back_change_leaves_no_entry(journal: Journal, store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        fail(journal, store)
    assert entries(store) == []


def test_a_value_whose_attribute_is_gone_or_changed_stays_as_it_was_kept() -> None:
    assert decode_value(MODEL, None, {"a": 1}) == {"a": 1}
    assert decode_value(MODEL, MODEL.entity("person").attributes["count"], "many") == "many"


def test_what_is_no_value_is_not_kept() -> None:
    with pytest.raises(TypeError):
        encode_values(object())


MOMENTS = st.datetimes(datetime.datetime(1, 1, 3), datetime.datetime(9999, 12, 29), timezones=st.just(UTC))  # noqa: DTZ001
AMOUNTS = st.decimals(-(10**9), 10**9, places=4)
VALUES = st.one_of(
    st.tuples(st.just("balance"), st.builds(Money, AMOUNTS, st.sampled_from(["XOF", "PLN"]))),
    st.tuples(st.just("born"), st.dates()),
    st.tuples(st.just("rate"), AMOUNTS),
    st.tuples(st.just("seen"), MOMENTS),
    st.tuples(st.just("span"), st.timedeltas(datetime.timedelta(days=-999), datetime.timedelta(days=999))),
    st.tuples(st.just("valid"), st.builds(Period, MOMENTS, st.none())),
    st.tuples(st.just("opens"), st.times().map(lambda time: time.replace(microsecond=0, fold=0))),
    st.tuples(st.just("count"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("tags"), st.dictionaries(st.text("ab", max_size=3), st.lists(st.booleans()), min_size=1)),
)


@given(VALUES)
def test_a_kept_value_reads_back_the_same(case: tuple[str, Any]) -> None:
    name, value = case
    assert decode_value(MODEL, MODEL.entity("person").attributes[name], orjson.loads(encode_values(value))) == value
