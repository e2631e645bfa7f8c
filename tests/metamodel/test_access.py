import pytest
from tests.metamodel.layering.layered import codes_in, governed

from sidra_metamodel.access import usual_access

WIDER = {
    "edit": ("edit",),
    "read": ("edit", "read"),
    "enter": ("edit", "read", "enter"),
    "mask": ("edit", "read", "enter", "mask"),
}
"""The accesses that are no narrower than one, the widest first."""


@pytest.mark.parametrize(
    ("actions", "pii", "access"),
    [
        (("read", "update"), (), "edit"),
        (("read", "create"), ("identity",), "read"),
        (("read", "update"), ("identity", "sensitive"), "mask"),
        (("read",), ("sensitive",), "mask"),
    ],
)
def test_an_attribute_without_a_line_is_open_as_far_as_the_actions_go_and_masked_where_sensitive(
    actions: tuple[str, ...], pii: tuple[str, ...], access: str
) -> None:
    assert usual_access(actions, pii) == access


@pytest.mark.parametrize("line", ["edit", "read", "enter", "mask", "none"])
@pytest.mark.parametrize("pii", ["[]", "[identity]", "[sensitive]"])
@pytest.mark.parametrize("actions", ["[read]", "[read, update]"])
def test_an_overlay_may_give_what_holds_without_a_line_or_less(actions: str, pii: str, line: str) -> None:
    entity = f"entity: customer\nattributes: {{name: {{type: string, pii: {pii}}}}}"
    role = f"role: agent\nmay: {{customer: {{do: {actions}}}}}"
    overlay = f"role: agent\nmay: {{customer: {{columns: {{name: {line}}}}}}}"
    usual = usual_access(actions.strip("[]").split(", "), pii.strip("[]").split(", "))
    is_narrower = line == usual or line not in WIDER[usual]
    found = codes_in(governed({"group": [entity, role], "affiliate:sn": overlay}))
    assert found == ([] if is_narrower else ["E203"])
