"""On both stores: who may be told of what, and for each that may one that may not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.access.actor import Actor, system_actor
from sidra.live.topics import MOST, allowed, is_topic, key_of_topic, may_look
from sidra.runtime import Runtime
from sidra.store.identifiers import new_id

AWA = Actor(new_id(1_000), "Awa", frozenset({"guest"}))
PORTER = Actor(new_id(2_000), "Moussa", frozenset({"porter"}))


def door(runtime: Runtime, colour: str) -> str:
    return runtime.records(system_actor("test")).create("door", {"name": "a", "colour": colour}).id


def looks(runtime: Runtime, actor: Actor, topic: str) -> bool:
    return may_look(runtime.records(actor), topic)


def test_everybody_is_told_of_their_own_account_and_of_no_other(runtime: Runtime) -> None:
    assert looks(runtime, AWA, f"account:{AWA.id}")
    assert not looks(runtime, AWA, f"account:{PORTER.id}")


def test_who_may_read_a_record_is_told_of_it_and_nobody_else(runtime: Runtime) -> None:
    green, red = door(runtime, "green"), door(runtime, "red")
    assert looks(runtime, AWA, f"record:door:{green}")
    assert not looks(runtime, AWA, f"record:door:{red}")
    assert looks(runtime, PORTER, f"record:door:{red}")
    stranger = Actor(new_id(3_000), "Nobody", frozenset())
    assert not looks(runtime, stranger, f"record:door:{green}")
    assert not looks(runtime, AWA, f"record:window:{green}")


def test_what_may_not_be_looked_at_is_left_out_silently(runtime: Runtime) -> None:
    green, red = door(runtime, "green"), door(runtime, "red")
    wanted = [f"record:door:{red}", f"record:door:{green}", "record:door:x", "nonsense", f"account:{PORTER.id}"]
    assert allowed(runtime.records(AWA), wanted) == {f"record:{green}": f"record:door:{green}"}


def test_a_tab_looks_at_so_many_things_at_most(runtime: Runtime) -> None:
    topics = [f"job:q{number}" for number in range(MOST + 5)]
    assert len(allowed(runtime.records(AWA), topics)) == MOST


@pytest.mark.parametrize(("role", "may"), [("smith", True), ("guest", True), ("blind", False), ("nobody", False)])
def test_who_serves_a_queue_or_may_read_what_waits_in_it_is_told_of_it(runtime: Runtime, role: str, may: bool) -> None:
    actor = Actor(new_id(4_000), "Binta", frozenset({role}))
    assert looks(runtime, actor, "queue:locks") == may
    assert not looks(runtime, actor, "queue:keys")


@pytest.mark.parametrize(
    "topic", ["", "record:door", "record:Door:x", "queue:", "job:a b", "account:1\n", "queue:a\nb"]
)
def test_other_texts_are_no_topics(topic: str) -> None:
    assert not is_topic(topic)


@given(st.text(max_size=200))
def test_any_text_is_a_topic_or_not(text: str) -> None:
    if is_topic(text):
        assert "\n" not in text
        assert key_of_topic(text)
