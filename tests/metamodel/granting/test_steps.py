"""A step that a layer adds is for those who may do what the group's steps to the same state do."""

from pathlib import Path

import pytest
from tests.metamodel.configurations import findings, load_files

from sidra_metamodel.granting.ceilings import BoundedRole

GROUP = {
    "baseline/ticket.yaml": """
        entity: ticket
        title: name
        attributes:
          name: {type: string}
          status: {type: enum, enum: status}
        lifecycle:
          attribute: status
          initial: open
          final: [closed, void]
          transitions:
            begin: {from: [open], to: work}
            close: {from: [work], to: closed}
            void: {from: [open], to: void}
    """,
    "baseline/status.yaml": "enum: status\n$extend: true\nvalues: [open, work, closed, void]\n",
    "baseline/agent.yaml": "role: agent\nmay: {ticket: {do: [read, begin]}}\n",
    "baseline/lead.yaml": "role: lead\nmay: {ticket: {do: [read, begin, close]}}\n",
    "affiliates/sn/status.yaml": "enum: status\nvalues: {x_sn_sent: {$why: law}}\n",
}
STEPS = """
    entity: ticket
    lifecycle:
      transitions:
        $why: law
        x_sn_close: {from: [work], to: closed}
        x_sn_send: {from: [work], to: x_sn_sent}
        x_sn_end: {from: [x_sn_sent], to: closed}
        x_sn_more: {from: [open, work], to: work}
"""


def given(folder: Path, role: str, step: str) -> bool:
    overlay = f"role: {role}\nmay: {{ticket: {{do: {{$add: [{step}], $why: law}}}}}}\n"
    files = {**GROUP, "affiliates/sn/ticket.yaml": STEPS, "affiliates/sn/role.yaml": overlay}
    model = load_files(folder, files).draft
    share = BoundedRole(model, model.roles[role]).share(model.entity("ticket"))
    return share is not None and step in share.rows


@pytest.mark.parametrize(
    ("role", "step", "is_given"),
    [
        ("lead", "x_sn_close", True),
        ("agent", "x_sn_close", False),
        ("lead", "x_sn_end", True),
        ("agent", "x_sn_end", False),
        ("agent", "x_sn_send", True),
        ("agent", "x_sn_more", True),
    ],
)
def test_a_step_of_a_layers_own_gives_no_more_than_those_below(
    tmp_path: Path, role: str, step: str, is_given: bool
) -> None:
    assert given(tmp_path, role, step) == is_given


def test_who_may_not_close_is_not_granted_another_way_to_close(tmp_path: Path) -> None:
    overlay = "role: agent\nmay:\n  ticket: {do: {$add: [x_sn_close], $why: law}}\n"
    files = {**GROUP, "affiliates/sn/ticket.yaml": STEPS, "affiliates/sn/role.yaml": overlay}
    del files["affiliates/sn/status.yaml"]
    files["affiliates/sn/ticket.yaml"] = STEPS.replace("x_sn_sent", "work")
    said = findings(tmp_path, files)
    assert "error[E217]" in said
    assert "`x_sn_close` of `ticket`" in said
