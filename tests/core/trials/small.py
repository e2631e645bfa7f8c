"""A small configuration whose tests are run: customers, their tickets, a rule, a life cycle, two roles."""

from pathlib import Path
from textwrap import dedent

from tests.metamodel.configurations import LANGUAGE, layers_of

from sidra.trials.outcomes import Outcome
from sidra.trials.running import run_tests
from sidra_metamodel.load import Loaded, load
from sidra_metamodel.render import render

FILES = {
    "baseline/customer.yaml": """
        entity: customer
        title: name
        attributes:
          name: {type: string, required: true, search: true, sort: true}
          number: {type: string, pii: [sensitive], mask: "••{last:2}"}
          status: {type: string, default: active}
          balance: {type: money, min: 0}
        relations:
          tickets: {to: trouble_ticket, many: true, inverse: customer}
        """,
    "baseline/trouble_ticket.yaml": """
        entity: trouble_ticket
        title: category
        attributes:
          category: {type: enum, enum: category, required: true}
          state: {type: enum, enum: state}
          due: {type: datetime}
        relations:
          customer: {to: customer}
        lifecycle:
          attribute: state
          initial: open
          transitions:
            close: {from: [open], to: closed, when: "due == null || due < now"}
        """,
    "baseline/category.yaml": "enum: category\nvalues: [fault, question]\n",
    "baseline/state.yaml": "enum: state\nvalues: [open, closed]\n",
    "baseline/rule.yaml": """
        rule: due_later
        kind: validate
        on: trouble_ticket
        check: "due > created_at"
        at: due
        message: A ticket is due after it is made
        """,
    "baseline/careful.yaml": """
        rule: named_in_full
        kind: validate
        severity: warning
        on: customer
        check: "name.size() > 3"
        at: name
        message: That is a short name
        """,
    "baseline/page.yaml": """
        screen: customer_page
        kind: view360
        of: customer
        alerts:
          repeat_fault:
            when: "tickets.filter(t, t.category == 'fault' && t.created_at > now - duration('720h')).size() >= 2"
            level: danger
            text: {en: Second fault in a month}
        """,
    "baseline/agent.yaml": """
        role: agent
        may:
          customer: {do: [create, read, update], columns: {number: mask, balance: none}, rows: "status != 'vip'"}
          trouble_ticket: {do: [create, read, update]}
        functions: [search]
        """,
}

EXAMPLE = """
    test: second_fault_raises_an_alert
    title: A second fault in a month raises an alert
    clock: 2026-03-20T09:00
    given:
      c:   {customer: {name: Awa}}
      old: {trouble_ticket: {customer: c, category: fault, created_at: 2026-03-01T09:00}}
    when:
      new: {create: {trouble_ticket: {customer: c, category: fault}}}
    then:
      alerted: {expect: "c.alerts.exists(a, a.rule == 'repeat_fault')"}
    """
"""As METAMODEL.md has it."""


def loaded_with(folder: Path, *tests: str, files: dict[str, str] | None = None) -> Loaded:
    """The small configuration with some tests, as an affiliate has it."""
    named = {f"baseline/tests/{number}.yaml": text for number, text in enumerate(tests)}
    return load(layers_of(folder, {**FILES, **named, **(files or {})}), "sn", LANGUAGE)


def outcome_of(folder: Path, test: str, files: dict[str, str] | None = None) -> Outcome:
    """What became of one test."""
    loaded = loaded_with(folder, test, files=files)
    assert render(loaded.diagnostics) == ""
    (outcome,) = run_tests(loaded)
    return outcome


def told(outcome: Outcome) -> list[str]:
    """What is not as a test says, a line each."""
    return [f"{one.path}: {one.expected}, but {one.found}" for one in outcome.findings]


def dedented(text: str) -> str:
    """A text without the indent that it has in a test."""
    return dedent(text).strip("\n")
