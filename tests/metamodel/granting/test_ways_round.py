"""Ways to give somebody more that say nothing of roles: each is told, and its counterpart is not."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from tests.metamodel.configurations import load_files

from sidra_metamodel.comparing.leaves import whole_changes
from sidra_metamodel.granting.widening import widenings

FILES = {
    "party": "entity: party\ntitle: name\nattributes: {name: {type: string}}\n",
    "customer": """
        entity: customer
        title: name
        lifecycle:
          attribute: status
          initial: open
          transitions:
            close: {from: [open], to: closed, when: trusted}
        attributes:
          name: {type: string}
          score: {type: integer}
          public: {type: boolean, default: {value: false}}
          trusted: {type: boolean, compute: "score > 5"}
          number: {type: string, read_only: trusted}
          status: {type: enum, enum: status}
        relations: {about: {to: any}, notes: {to: note, many: true, inverse: customer}}
    """,
    "note": """
        entity: note
        title: text
        attributes: {text: {type: string}, whose: {type: string, compute: text}}
        relations: {customer: {to: customer}, about: {to: any}}
    """,
    "status": "enum: status\nvalues: [open, closed]\n",
    "agent": """
        role: agent
        may:
          customer: {do: [read, close], rows: public}
          note: {do: [read, create], columns: {text: read, whose: read}}
          party: {do: [read], columns: {name: mask}}
    """,
    "clerk": "role: clerk\nmay: {note: {do: [read]}}\nexport_rows: 10\n",
    "billing": """
        interface: billing
        kind: connector
        base_url: {environment: BILLING_URL}
        operations: {bills: {of: note, takes: {name: string}, get: "/bills?a={name}", returns: {text: text}}}
    """,
    "page": "screen: page\nkind: view360\nof: customer\n",
    "file": """
        interface: file
        kind: feed
        direction: in
        into: note
        key: text
        map: {text: text}
    """,
}
Gained = Callable[..., set[tuple[str, str, str]]]


@pytest.fixture
def gained(tmp_path: Path) -> Gained:
    """What is gained when files hold something else: one text in the place of another, or a whole one."""

    def found(**changes: str | tuple[str, str]) -> set[tuple[str, str, str]]:
        texts = {name: dedent(text).lstrip("\n") for name, text in FILES.items()}
        changed = dict(texts)
        for name, change in changes.items():
            if isinstance(change, tuple):
                assert change[0] in texts[name]
                changed[name] = texts[name].replace(*change)
            else:
                changed[name] = change
        before, after = (
            load_files(tmp_path / folder, {f"baseline/{name}.yaml": text for name, text in files.items()})
            for folder, files in (("was", texts), ("now", changed))
        )
        assert not [one.message for one in after.diagnostics if one.code.startswith(("E0", "E1"))]
        keys = {(one.kind, one.document) for one in whole_changes(before.draft.nodes, after.draft.nodes)}
        told = widenings(before.draft, after.draft, keys)
        assert told == widenings(before.draft, after.draft)
        return {(one.what, one.document, one.subject) for one in told}

    return found


PANEL = "panels:\n  bills: {source: billing.bills, with: {name: %s}}\n"
COMPUTED = '"score > 5"'


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        # Another system is told of customers by a box that was not there, or by a page that was not.
        ({"page": f"{FILES['page']}{PANEL % 'name'}"}, {("border", "page", "source"), ("border", "page", "name")}),
        (
            {"other": FILES["page"].replace("page", "other") + PANEL % "name"},
            {("border", "other", "source"), ("border", "other", "name")},
        ),
        # A file fills notes from what nobody sees, by an attribute that it did not fill.
        ({"file": ("map: {text", "map: {whose: {value: target.text}, text")}, {("border", "file", "value")}),
        # Clients reach records that they did not.
        (
            {"extra": "entity: extra\ntitle: a\nattributes: {a: {type: string}}\napi: {path: a/v1}\n"},
            {("exposed", "extra", "api")},
        ),
        # What holds people back reads what is computed otherwise, or what they may enter themselves.
        (
            {"customer": (COMPUTED, '"score > 1"')},
            {("guard", "customer", "when"), ("guard", "customer", "read_only")},
        ),
        (
            {"customer": (f", compute: {COMPUTED}", "")},
            {("guard", "customer", "when"), ("guard", "customer", "read_only"), ("guard", "customer", "trusted")},
        ),
        # New records are among those that a role sees.
        ({"customer": ("value: false", "value: true")}, {("rows", "agent", "close, read")}),
        # More rows than a setting says, that is not known here.
        ({"agent": "role: agent\nexport_rows: 90\n"}, {("export_rows", "agent", "")}),
        # A value comes by way of a relation to anything.
        (
            {"note": ("compute: text", 'compute: "about[party].name"')},
            {("column", "agent", "whose"), ("column", "clerk", "whose")},
        ),
    ],
)
def test_a_way_round_is_told(gained: Gained, changes: dict[str, str], told: set[tuple[str, str, str]]) -> None:
    assert gained(**changes) == told


@pytest.mark.parametrize(
    "changes",
    [
        {"page": f"{FILES['page']}panels:\n  notes: {{source: note}}\n"},
        {"file": ("map: {text", "map: {whose: whose, text")},
        {"customer": ("name: {type: string}", "name: {type: string, default: {value: x}}")},
        {"note": ("compute: text", "compute: \"concat(text, '.')\"")},
        {"customer": ("{type: integer}", "{type: integer, default: {value: 9}}")},
    ],
)
def test_what_gives_nobody_more_is_not(gained: Gained, changes: dict[str, str]) -> None:
    assert gained(**changes) == set()


LAYERED = {
    "baseline/customer.yaml": """
        entity: customer
        title: name
        attributes:
          name: {type: string, read_only: "city == 'a'"}
          city: {type: string, read_only: true}
        retention: {when: "city == 'x'", after: 2y, do: delete}
    """,
    "affiliates/sn/customer.yaml": """
        entity: customer
        attributes:
          name: {read_only: "city == 'b'"}
          city: {read_only: "name == 'b'"}
        retention: {when: "city == 'y'"}
    """,
}


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        (", read_only: \"city == 'a'\"", "", {("guard", "attributes.name.read_only")}),
        (", read_only: true", "", {("guard", "attributes.city.read_only")}),
        ("city == 'x'", "city == 'z'", {("kept", "retention.when")}),
        ("\"city == 'a'\"", "true", set()),
        ("title: name", "title: city", set()),
    ],
)
def test_what_the_group_no_longer_holds_back_below_an_overlay_is_told(
    tmp_path: Path, was: str, now: str, told: set[tuple[str, str]]
) -> None:
    text = LAYERED["baseline/customer.yaml"]
    assert was in text
    before = load_files(tmp_path / "was", LAYERED).draft
    after = load_files(tmp_path / "now", {**LAYERED, "baseline/customer.yaml": text.replace(was, now)}).draft
    keys = {(one.kind, one.document) for one in whole_changes(before.nodes, after.nodes)}
    assert {(one.what, ".".join(one.path)) for one in widenings(before, after, keys)} == told
