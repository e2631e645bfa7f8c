"""What a customer wrote goes with the customer: no word of it stays in a conversation, its history or its package."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.affiliates.worlds import model_for
from tests.prepared import Prepared

from sidra.access.actor import system_actor
from sidra.channels.handling import add_event
from sidra.channels.receiving import receive
from sidra.channels.sending import add_note
from sidra.privacy.erasing import erase
from sidra.privacy.packaging import package
from sidra.records.service import Records
from sidra.runtime import Runtime

NUMBER, WORDS, NAME = "+221771234567", "Zxwords of mine", "Zxname"
TABLES = ("interaction_item", "party_interaction")


@pytest.fixture
def kind() -> str:
    """One database: erasure itself is proven on both."""
    return "sqlite"


@pytest.fixture
def runtime(prepared: Prepared) -> Iterator[Runtime]:
    model = model_for("sn")
    with prepared.store_of(model) as store:
        yield prepared.runtime(model, store)


def everything(runtime: Runtime) -> str:
    """All that the tables of conversations hold, and the search."""
    with runtime.store.reading() as connection:
        found = [connection.execute(f"SELECT * FROM {table}").fetchall() for table in (*TABLES, "sidra_search")]
    return repr(found)


def person(records: Records) -> tuple[str, str]:
    media = [{"medium_type": "mobile", "phone_number": NUMBER, "preferred": True}]
    made = records.create("individual", {"given_name": "Awa", "family_name": "Sow", "contact_media": media})
    return made.id, records.create("customer", {"engaged_party": made.id}).id


def test_nothing_that_was_said_stays_when_the_customer_is_erased(runtime: Runtime) -> None:
    actor = system_actor("test", affiliate="sn", locale="fr")
    records = runtime.records(actor)
    id, customer = person(records)
    source = {"from": NUMBER, "text": f"{WORDS} one", "name": NAME, "subject": f"{WORDS} about"}
    talk = receive(runtime, "whatsapp", source)
    assert talk["customer"].id == customer
    add_note(records, talk, f"{WORDS} noted", key="n")
    runtime.transact(actor, lambda unit: add_event(unit, talk, "handed", {"why": f"{WORDS} why"}))
    assert WORDS in everything(runtime)
    assert WORDS in repr(package(runtime, id, actor=actor))
    erase(runtime, id, actor=actor, reason="asked for it", even_held=True)
    left = everything(runtime)
    assert not [word for word in (WORDS, WORDS.lower(), NAME, NUMBER) if word in left]
    history = [entry.new for entry in runtime.audit.history(talk.id, limit=200)]
    assert WORDS not in repr(history)
