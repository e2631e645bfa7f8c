"""States that cannot be reached, and states that cannot be left."""

from textwrap import indent

import pytest
from tests.metamodel.configurations import Found, expected

HEAD = """\
entity: ticket
attributes:
  status: {type: enum, enum: ticket_status}
lifecycle:
  attribute: status
  initial: open
"""
STATUS = {"baseline/status.yaml": "enum: ticket_status\nvalues: [open, waiting, closed, lost]\n"}


def ticket(lifecycle: str) -> dict[str, str]:
    """A ticket that begins `open`, with more about its life."""
    return {"baseline/ticket.yaml": HEAD + indent(expected(lifecycle), "  ")}


def test_a_state_that_no_step_leads_to(found: Found) -> None:
    files = {
        **STATUS,
        **ticket("""
            transitions:
              wait: {from: [open], to: waiting}
              close: {from: [open, waiting], to: closed}
        """),
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
        **ticket("""
            entry: [migrated]
            transitions:
              close: {from: [open, migrated], to: closed}
        """),
    }
    assert found(files) == ""


def test_a_state_that_only_leads_to_itself(found: Found) -> None:
    files = {
        **STATUS,
        **ticket("""
            transitions:
              wait: {from: [open, waiting], to: waiting}
              close: {from: [open], to: closed}
              lose: {from: [open], to: lost}
        """),
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
        **STATUS,
        **ticket("""
            transitions:
              wait: {from: [open], to: waiting}
              close: {from: [open, waiting], to: closed}
              lose: {from: [open], to: lost}
            final: [closed]
        """),
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
        **STATUS,
        **ticket("""
            transitions:
              wait: {from: [open], to: waiting}
              close: {from: [open, waiting], to: closed}
              lose: {from: [open], to: lost}
        """),
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
        **ticket("""
            transitions:
              wait: {from: [open], to: waiting}
              back: {from: [waiting], to: open}
        """),
    }
    assert found(files) == ""


def test_a_state_that_the_code_list_does_not_have(found: Found) -> None:
    files = {
        **STATUS,
        **ticket("""
            transitions:
              wait: {from: [opn], to: waiting}
              close: {from: [open], to: closed}
              lose: {from: [open], to: lost}
              also: {from: [open], to: waiting}
        """),
    }
    assert found(files) == expected("""
        error[E401]: no state `opn` in `ticket`
         --> baseline/ticket.yaml:8:19   (layer group)
        8 |     wait: {from: [opn], to: waiting}
          |                   ^^^
          = help: did you mean `open`?
    """)


STEPS = """
    transitions:
      wait: {from: [open], to: waiting}
      close: {from: [open, waiting], to: closed}
      lose: {from: [open], to: lost}
"""


def test_a_rule_that_computes_the_state(found: Found) -> None:
    files = {
        **STATUS,
        **ticket(STEPS),
        "affiliates/sn/rule.yaml": """
            rule: x_sn_hurry
            kind: compute
            on: ticket
            at: status
            value: "'closed'"
        """,
    }
    assert found(files) == expected("""
        error[E412]: this computes the state of `ticket`, which only steps change
         --> affiliates/sn/rule.yaml:4:1   (layer affiliate:sn)
        4 | at: status
          | ^^
          = its life cycle is here: baseline/ticket.yaml:4  (layer group)  lifecycle:
          = help: add a step with `when:`, or compute another attribute
    """)


def test_a_rule_about_a_supertype_that_computes_the_state_of_a_subtype(found: Found) -> None:
    files = {
        **STATUS,
        "baseline/item.yaml": "entity: item\nattributes: {status: {type: enum, enum: ticket_status}}\n",
        "baseline/ticket.yaml": "entity: ticket\nis_a: item\nlifecycle:\n  attribute: status\n  initial: open\n"
        + indent(expected(STEPS), "  "),
        "baseline/rule.yaml": "rule: hurry\nkind: compute\non: item\nat: status\nvalue: \"'closed'\"\n",
    }
    assert "E412" in found(files)


def test_a_state_that_is_computed(found: Found) -> None:
    overlay = """
        entity: ticket
        $why: Haste
        attributes:
          status: {compute: "'closed'"}
    """
    assert found({**STATUS, **ticket(STEPS), "affiliates/sn/ticket.yaml": overlay}) == expected("""
        error[E412]: this computes the state of `ticket`, which only steps change
         --> affiliates/sn/ticket.yaml:4:12   (layer affiliate:sn)
        4 |   status: {compute: "'closed'"}
          |            ^^^^^^^
          = its life cycle is here: baseline/ticket.yaml:4  (layer group)  lifecycle:
          = help: add a step with `when:`, or compute another attribute
    """)


def test_a_default_that_no_record_may_begin_with(found: Found) -> None:
    overlay = "entity: ticket\n$why: Haste\nattributes: {status: {default: closed}}\n"
    assert found({**STATUS, **ticket(STEPS), "affiliates/sn/ticket.yaml": overlay}) == expected("""
        error[E415]: no record of `ticket` may begin in the state `closed`
         --> affiliates/sn/ticket.yaml:3:32   (layer affiliate:sn)
        3 | attributes: {status: {default: closed}}
          |                                ^^^^^^
          = help: it may begin in `open`
    """)


@pytest.mark.parametrize("member", ["id", "version", "created_at", "created_by", "updated_at", "updated_by", "kind"])
@pytest.mark.parametrize("kind", ["compute", "default"])
def test_a_rule_that_sets_what_the_system_keeps(found: Found, kind: str, member: str) -> None:
    rule = f"rule: hurry\nkind: {kind}\non: ticket\nat: {member}\nvalue: 'null'\n"
    message = f"error[E420]: `{member}` is kept by the system, and no rule sets it"
    assert message in found({**STATUS, **ticket(STEPS), "baseline/rule.yaml": rule})
