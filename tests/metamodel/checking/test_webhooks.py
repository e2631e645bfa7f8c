"""Webhooks that nobody could be told by, and events that never happen."""

import pytest
from tests.metamodel.configurations import BASE, Found, expected

TICKET = """entity: ticket
api: {path: ticket/v4, events: status, state_events: {done: Resolved}}
attributes: {status: {type: enum, enum: ticket_status}}
"""
STATUS = "enum: ticket_status\nvalues: {open: {label: Open}, done: {label: Done}}\n"
ROLE = "role: billing\nmay: {ticket: {do: [read]}}\n"
GOOD = """interface: billing_events
kind: webhook
events: [TicketStatusChangeEvent, TicketResolvedEvent]
url: {environment: BILLING_URL}
secret: {environment: BILLING_KEY}
role: billing
"""


def files(webhook: str = GOOD, ticket: str = TICKET) -> dict[str, str]:
    documents = {"ticket": ticket, "status": STATUS, "role": ROLE, "webhook": webhook}
    return {**BASE, **{f"baseline/{name}.yaml": text for name, text in documents.items()}}


def test_a_webhook_that_can_be_told(found: Found) -> None:
    assert found(files()) == ""


def test_an_event_that_never_happens(found: Found) -> None:
    assert found(files(GOOD.replace("TicketStatusChangeEvent", "TicketStateChangeEvent"))) == expected("""
        error[E401]: no event `TicketStateChangeEvent`
         --> baseline/webhook.yaml:3:10   (layer group)
        3 | events: [TicketStateChangeEvent, TicketResolvedEvent]
          |          ^^^^^^^^^^^^^^^^^^^^^^
          = help: did you mean `TicketStatusChangeEvent`?
    """)


@pytest.mark.parametrize("lacking", ["url", "secret", "role"])
def test_a_webhook_that_lacks_something(found: Found, lacking: str) -> None:
    lines = [line for line in GOOD.splitlines() if not line.startswith(f"{lacking}:")]
    told = found(files("\n".join(lines) + "\n"))
    assert told.startswith(f"error[E440]: the webhook lacks `{lacking}`")


def test_a_secret_in_a_file_is_refused_and_not_repeated(found: Found) -> None:
    told = found(files(GOOD.replace("{environment: BILLING_KEY}", "hunter2")))
    assert told.startswith("error[E413]")
    assert "hunter2" not in told


def test_a_role_that_is_none(found: Found) -> None:
    assert found(files(GOOD.replace("role: billing", "role: biling"))).startswith("error[E401]: no role `biling`")


def test_an_event_of_a_state_that_is_none(found: Found) -> None:
    told = found(files(ticket=TICKET.replace("done: Resolved", "dune: Resolved")))
    assert told.startswith("error[E401]: no state `dune` of `ticket`")


def test_an_event_whose_name_is_none(found: Found) -> None:
    told = found(files(ticket=TICKET.replace("done: Resolved", "done: all right")))
    assert told.startswith("error[E423]: `all right` is no name of an event")
