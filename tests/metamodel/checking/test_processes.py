"""What processes name."""

import pytest
from tests.metamodel.configurations import Found, expected

ENTITIES = {
    "baseline/ticket.yaml": """
        entity: ticket
        attributes: {status: {type: enum, enum: status}}
        lifecycle: {attribute: status, initial: new, transitions: {close: {from: [new], to: closed}}}
    """,
    "baseline/fault.yaml": "entity: fault\nis_a: ticket\n",
    "baseline/status.yaml": "enum: status\nvalues: [new, closed]\n",
    "baseline/load.yaml": "interface: load\nkind: feed\nformat: csv\ninto: ticket\nkey: status\nmap: {status: s}\n",
}


def process(text: str) -> dict[str, str]:
    return {**ENTITIES, "baseline/p.yaml": f"process: p\nabout: ticket\n{text}\n"}


def test_an_event_that_nothing_raises(found: Found) -> None:
    assert found(process("starts: {on: ticket.closd}")) == expected("""
        error[E401]: no event `ticket.closd`
         --> baseline/p.yaml:3:14   (layer group)
        3 | starts: {on: ticket.closd}
          |              ^^^^^^^^^^^^
          = help: did you mean `ticket.close`?
    """)


@pytest.mark.parametrize(
    "text",
    [
        "starts: {on: ticket.created}",
        "starts: {on: fault.close}",
        "starts: {on: feed.load.finished}",
        "starts: {on: sla.first_response.breached}",
        "tasks: {a: {screen: ticket_record, on_error: b}, b: {}}",
        "slots: {s: {a: {on_error: a}}}",
    ],
)
def test_what_is_there_may_be_named(found: Found, text: str) -> None:
    assert found(process(text)) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tasks: {a: {on_error: z}}", "no task `z`"),
        ("slots: {s: {a: {on_error: z}}}", "no task `z`"),
        ("tasks: {a: {screen: ticket_recrd}}", "no screen `ticket_recrd`"),
        ("tasks: {a: {assign: {role: nobody}}}", "no role `nobody`"),
        ("starts: {on: never}", "no event `never`"),
    ],
)
def test_names_are_looked_up(found: Found, text: str, message: str) -> None:
    assert f"error[E401]: {message}" in found(process(text))
