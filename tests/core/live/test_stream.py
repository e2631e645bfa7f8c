"""What a browser is sent, and what it says it has got, whatever it says."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sidra.live.stream import MOST_BYTES, Stream, beat, event, opening, since_of
from sidra.store.identifiers import id_text

TEXTS = st.text(max_size=60)
KEYS = st.binary(min_size=16, max_size=16)


def fields(sent: bytes) -> list[dict[str, str]]:
    """The events of a stream, as browsers read them: fields until an empty line."""
    blocks = sent.decode().removesuffix("\n\n").split("\n\n")
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


def stream(send: object = None) -> Stream:
    return Stream("sn", "a", {}, None, lambda: (), send=send)  # type: ignore[arg-type]  # what a test needs


@given(TEXTS, TEXTS, KEYS)
def test_whatever_is_told_is_one_event_that_reads_as_it_was_told(topic: str, kind: str, key: bytes) -> None:
    (found,) = fields(event(topic, kind, key))
    assert found["id"] == id_text(key)
    assert orjson.loads(found["data"]) == {"topic": topic, "kind": kind}


@given(KEYS)
def test_a_browser_brings_back_what_it_was_sent(key: bytes) -> None:
    assert since_of(id_text(key)) == key
    assert fields(beat(key)) == [{"id": id_text(key)}]
    (found,) = fields(opening(key, 5))
    assert (found["retry"], found["id"], found["event"]) == ("5", id_text(key), "begin")


@given(st.one_of(TEXTS, st.text("0123456789abcdef-", min_size=36, max_size=36)))
def test_what_is_no_place_is_none_and_raises_nothing(text: str) -> None:
    found = since_of(text)
    assert found is None or len(found) == 16


def test_a_client_that_is_gone_or_takes_nothing_is_given_up() -> None:
    def gone(_: bytes) -> None:
        raise RuntimeError("closed")

    assert not stream(gone).write(b"x")
    assert not stream().write(b"x")
    taken: list[bytes] = []
    slow = stream(taken.append)
    assert slow.write(b"x" * MOST_BYTES)
    assert not slow.write(b"x")
