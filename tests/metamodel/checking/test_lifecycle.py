"""States that cannot be reached, and states that cannot be left."""

from collections.abc import Callable

from tests.metamodel.configurations import expected

Found = Callable[[dict[str, str]], str]


def test_a_state_that_no_step_leads_to(found: Found) -> None:
    files = {
        "baseline/status.yaml": """
            enum: ticket_status
            values: [open, waiting, closed, lost]
        """,
        "baseline/ticket.yaml": """
            entity: ticket
            attributes:
              status: {type: enum, enum: ticket_status}
            lifecycle:
              attribute: status
              initial: open
              transitions:
                wait: {from: [open], to: waiting}
                close: {from: [open, waiting], to: closed}
        """,
    }
    assert found(files) == expected("""
        error[E405]: no step leads to the state `lost` of `ticket`
         --> baseline/ticket.yaml:7:3   (layer group)
        7 |   transitions:
          |   ^^^^^^^^^^^
          = declared here: baseline/status.yaml:2  (layer group)  values: [open, waiting, closed, lost]
          = help: add a transition to it, or hide the value
    """)


def test_a_state_that_new_records_may_have_is_reached(found: Found) -> None:
    files = {
        "baseline/status.yaml": "enum: ticket_status\nvalues: [open, closed, migrated]",
        "baseline/ticket.yaml": """
            entity: ticket
            attributes:
              status: {type: enum, enum: ticket_status}
            lifecycle:
              attribute: status
              initial: open
              entry: [migrated]
              transitions:
                close: {from: [open, migrated], to: closed}
        """,
    }
    assert found(files) == ""


def test_a_state_that_only_leads_to_itself(found: Found) -> None:
    files = {
        "baseline/status.yaml": """
            enum: ticket_status
            values: [open, waiting, closed, lost]
        """,
        "baseline/ticket.yaml": """
            entity: ticket
            attributes:
              status: {type: enum, enum: ticket_status}
            lifecycle:
              attribute: status
              initial: open
              transitions:
                wait: {from: [open, waiting], to: waiting}
                close: {from: [open], to: closed}
                lose: {from: [open], to: lost}
        """,
    }
    assert found(files) == expected("""
        error[E406]: a record in the state `waiting` can never reach an end: `closed`, `lost`
         --> baseline/ticket.yaml:8:39   (layer group)
        8 |     wait: {from: [open, waiting], to: waiting}
          |                                       ^^^^^^^
          = help: add a transition from it, or name it in `final:`
    """)


def test_a_state_that_is_no_end_although_no_step_leaves_it(found: Found) -> None:
    files = {
        "baseline/status.yaml": """
            enum: ticket_status
            values: [open, waiting, closed, lost]
        """,
        "baseline/ticket.yaml": """
            entity: ticket
            attributes:
              status: {type: enum, enum: ticket_status}
            lifecycle:
              attribute: status
              initial: open
              transitions:
                wait: {from: [open], to: waiting}
                close: {from: [open, waiting], to: closed}
                lose: {from: [open], to: lost}
              final: [closed]
        """,
    }
    assert found(files) == expected("""
        error[E406]: a record in the state `lost` can never reach an end: `closed`
          --> baseline/ticket.yaml:10:30   (layer group)
        10 |     lose: {from: [open], to: lost}
           |                              ^^^^
           = help: add a transition from it, or name it in `final:`
    """)


def test_a_state_that_an_affiliate_cut_off(found: Found) -> None:
    files = {
        "baseline/status.yaml": """
            enum: ticket_status
            values: [open, waiting, closed, lost]
        """,
        "baseline/ticket.yaml": """
            entity: ticket
            attributes:
              status: {type: enum, enum: ticket_status}
            lifecycle:
              attribute: status
              initial: open
              transitions:
                wait: {from: [open], to: waiting}
                close: {from: [open, waiting], to: closed}
                lose: {from: [open], to: lost}
        """,
        "affiliates/sn/ticket.yaml": """
            entity: ticket
            lifecycle:
              transitions:
                lose: {$remove: true, $why: Nothing is ever lost, $ticket: SN-1}
        """,
    }
    assert found(files) == expected("""
        error[E405]: no step leads to the state `lost` of `ticket`
         --> affiliates/sn/ticket.yaml:3:3   (layer affiliate:sn)
        3 |   transitions:
          |   ^^^^^^^^^^^
          = declared here: baseline/status.yaml:2  (layer group)  values: [open, waiting, closed, lost]
          = help: add a transition to it, or hide the value
    """)


def test_a_round_trip_without_an_end(found: Found) -> None:
    files = {
        "baseline/status.yaml": """
            enum: ticket_status
            values: [open, waiting]
        """,
        "baseline/ticket.yaml": """
            entity: ticket
            attributes:
              status: {type: enum, enum: ticket_status}
            lifecycle:
              attribute: status
              initial: open
              transitions:
                wait: {from: [open], to: waiting}
                back: {from: [waiting], to: open}
        """,
    }
    assert found(files) == ""


def test_a_state_that_the_code_list_does_not_have(found: Found) -> None:
    files = {
        "baseline/status.yaml": """
            enum: ticket_status
            values: [open, waiting, closed, lost]
        """,
        "baseline/ticket.yaml": """
            entity: ticket
            attributes:
              status: {type: enum, enum: ticket_status}
            lifecycle:
              attribute: status
              initial: open
              transitions:
                wait: {from: [opn], to: waiting}
                close: {from: [open], to: closed}
                lose: {from: [open], to: lost}
                also: {from: [open], to: waiting}
        """,
    }
    assert found(files) == expected("""
        error[E401]: no state `opn` in `ticket`
         --> baseline/ticket.yaml:8:19   (layer group)
        8 |     wait: {from: [opn], to: waiting}
          |                   ^^^
          = help: did you mean `open`?
    """)
