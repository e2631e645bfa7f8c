"""Channels, queues and consoles: what they lack, and names that are none."""

import pytest
from tests.metamodel.configurations import Found, expected

MEMBERS = [
    "channel",
    "queue",
    "assignee",
    "sender",
    "sender_name",
    "unread",
    "waiting_since",
    "last_message",
    "last_message_at",
    "call_state",
]
TALK = (
    "entity: talk\nattributes:\n"
    + "".join(f"  {name}: {{type: string}}\n" for name in MEMBERS)
    + "relations: {items: {to: said, many: true, owned: true, inverse: talk}}\n"
)
SAID = "entity: said\nattributes: {text: {type: text}}\nrelations: {talk: {to: talk, required: true}}\n"
MEDIUM = "entity: medium\nattributes: {number: {type: phone, filter: true}, name: {type: string}}\n"
CHANNEL = "interface: chat\nkind: channel\nlabel: Chat\nmedium: chat\nprotocol: simulator\n"


def files(channel: str) -> dict[str, str]:
    return {
        "baseline/talk.yaml": TALK,
        "baseline/said.yaml": SAID,
        "baseline/medium.yaml": MEDIUM,
        "baseline/chat.yaml": channel,
    }


def inbound(identify: str) -> str:
    return CHANNEL + f'inbound: {{into: talk, identify: "{identify}"}}\n'


def test_a_whole_channel_is_fine(found: Found) -> None:
    assert found(files(inbound("medium.number == source.from"))) == ""


def test_a_channel_by_which_nothing_comes_or_goes_is_told(found: Found) -> None:
    told = found(files(CHANNEL))
    assert told == expected("""
        error[E420]: the channel lacks `inbound` or `outbound`
         --> baseline/chat.yaml:1:12   (layer group)
        1 | interface: chat
          |            ^^^^
          = help: say what arrives by it, or what is sent
    """)


@pytest.mark.parametrize(
    ("identify", "says"),
    [
        ("number is from", "error[E420]: `number is from` does not say which attribute is what the message names"),
        ("medium.number == source.form", "error[E401]: no part of a message `form`"),
        ("media.number == source.from", "error[E401]: no entity `media`"),
        ("medium.numbers == source.from", "error[E401]: no attribute `numbers`"),
        ("medium.name == source.from", "error[E409]: `medium.name` has no index to be found by"),
    ],
)
def test_a_sender_who_could_not_be_found_is_told(found: Found, identify: str, says: str) -> None:
    assert says in found(files(inbound(identify)))


def test_an_answer_goes_to_what_the_sender_is_known_by(found: Found) -> None:
    known = inbound("medium.number == source.from")
    assert found(files(known + "outbound: {takes: {to: phone, text: text}}\n")) == ""
    told = found(files(known + "outbound: {takes: {to: email, text: tekst}}\n"))
    assert "error[E420]: `medium.number` is no `email`, which `outbound.takes.to` says" in told
    assert "error[E401]: no type of `text` `tekst`" in told


def test_a_message_needs_a_conversation_to_go_to(found: Found) -> None:
    told = found(files(CHANNEL + "inbound: {into: said}\n"))
    assert "error[E420]: `said` is no conversation: it lacks `channel`, `queue`, `assignee`" in told


def test_parts_of_messages_and_media_of_queues_are_known(found: Found) -> None:
    told = found(files(CHANNEL + "inbound: {into: talk, map: {form: sender}}\noutbound: {takes: {too: phone}}\n"))
    assert "error[E401]: no part of a message `form`" in told
    assert "error[E401]: no part of an answer `too`" in told
    assert "error[E420]: nobody could be reached: `takes` lacks `to`" in told
    told = found({"baseline/q.yaml": "queue: q\nlabel: Q\ncapacity: {chart: 3}\n"})
    assert "error[E401]: no medium `chart`" in told
    assert "did you mean `chat`?" in told


def test_a_console_needs_to_know_what_waits_and_how_it_ends(found: Found) -> None:
    told = found({**files(inbound("medium.number == source.from")), "baseline/s.yaml": "screen: s\nkind: console\n"})
    assert [f"the console lacks `{name}`" in told for name in ("of", "inbox", "wrap_up")] == [True] * 3


def test_a_default_queue_that_is_none_is_told(found: Found) -> None:
    told = found(
        {
            "baseline/q.yaml": "queue: tier_1\nlabel: Q\n",
            "baseline/e.yaml": "entity: e\nattributes: {queue: {type: queue, default: tier_2}}\n",
        }
    )
    assert "error[E415]: the default `tier_2` is no queue" in told
    assert "did you mean `tier_1`?" in told
