"""What a change can reach: comparing that alone finds what comparing everything finds."""

from pathlib import Path
from textwrap import dedent

import pytest
from tests.metamodel.configurations import load_files

from sidra_metamodel.comparing.leaves import whole_changes
from sidra_metamodel.granting.reach import Reach
from sidra_metamodel.granting.widening import widenings
from sidra_metamodel.model import Model

FILES = {
    "baseline/party.yaml": "entity: party\ntitle: name\nattributes: {name: {type: string, pii: [sensitive]}}\n",
    "baseline/person.yaml": "entity: person\nis_a: party\n",
    "baseline/order.yaml": """
        entity: order
        title: number
        attributes:
          number: {type: string}
          whose: {type: string, compute: customer.name}
        relations:
          customer: {to: party}
          lines: {to: line, many: true, owned: true, inverse: order}
    """,
    "baseline/line.yaml": """
        entity: line
        title: text
        attributes: {text: {type: string}}
        relations: {order: {to: order}}
    """,
    "baseline/apart.yaml": "entity: apart\ntitle: name\nattributes: {name: {type: string}}\n",
    "baseline/filled.yaml": "rule: filled\nkind: default\non: line\nat: text\nvalue: order.number\n",
    "baseline/clerk.yaml": """
        role: clerk
        may:
          party: {do: [read]}
          order: {do: [read], rows: "number != ''", columns: {number: mask}}
          apart: {do: [read], columns: {name: mask}}
    """,
    "baseline/guest.yaml": "role: guest\nmay: {person: {do: [read]}}\n",
    "affiliates/sn/clerk.yaml": "role: clerk\nmay: {apart: {columns: {name: none, $why: Nobody needs it}}}\n",
}


def model(folder: Path, changes: dict[str, tuple[str, str]]) -> Model:
    files = {name: dedent(text).lstrip("\n") for name, text in FILES.items()}
    for name, (was, now) in changes.items():
        assert was in files[name]
        files[name] = files[name].replace(was, now)
    return load_files(folder, files).draft


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"baseline/party.yaml": (", pii: [sensitive]", "")}, {"sensitive", "column"}),
        ({"baseline/order.yaml": ("compute: customer.name", "filter: true")}, {"column", "guard"}),
        ({"baseline/order.yaml": ("owned: true, ", "")}, set()),
        ({"baseline/clerk.yaml": ("order: {do: [read]", "order: {do: [read, update]")}, {"action", "column"}),
        ({"baseline/guest.yaml": ("person: {do: [read]}", "party: {do: [read]}")}, {"action"}),
        ({"baseline/filled.yaml": ("order.number", "\"'x'\"")}, {"column"}),
        ({"affiliates/sn/clerk.yaml": ("name: none", "name: mask")}, {"column"}),
        ({"baseline/apart.yaml": ("title: name", "title: name\nlabel: {en: Apart}")}, set()),
    ],
)
def test_what_hangs_together_with_a_change_is_enough(
    tmp_path: Path, change: dict[str, tuple[str, str]], words: set[str]
) -> None:
    before, after = model(tmp_path / "before", {}), model(tmp_path / "after", change)
    changed = {(one.kind, one.document) for one in whole_changes(before.nodes, after.nodes)}
    found = widenings(before, after)
    assert widenings(before, after, changed) == found
    assert {one.what for one in found} == words


def test_what_has_nothing_to_do_with_a_change_is_left_alone(tmp_path: Path) -> None:
    before = model(tmp_path / "before", {})
    after = model(tmp_path / "after", {"baseline/line.yaml": ("title: text", "title: text")})
    reach = Reach(before, after, {("entity", "line")})
    assert [reach.has_entity(name) for name in ("line", "order", "person", "apart")] == [True, True, True, False]
    assert not reach.has_role("clerk")
    assert Reach(before, after, {("role", "clerk")}).has_role("clerk")
    assert Reach(before, after, {("type", "short")}).has_entity("apart")
