"""Whatever stands in a file, a check ends with findings that have a code and a place."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from tests.metamodel.configurations import ALWAYS, load_files

from sidra_metamodel.codes import CODES
from sidra_metamodel.diagnostics import Diagnostic
from sidra_metamodel.layering.layers import UnknownAffiliate
from sidra_metamodel.render import render

CUSTOMER = """entity: customer
is_a: party
title: name
attributes:
  name: {type: string, required: "score > 3", max_length: 40, pii: [identity], default: x}
  status: {type: enum, enum: states}
  score: {type: integer, compute: {by: "1 + 2", stored: true}}
relations:
  notes: {to: note, many: true, owned: true, inverse: customer}
lifecycle: {attribute: status, initial: new, transitions: {go: {from: [new], to: old, when: "score > 1"}}}
retention: {when: "status == 'old'", after: 5y, do: anonymise}
indexes: {by_name: [name]}
"""
OTHERS = {
    "baseline/party.yaml": "entity: party\nabstract: true\nattributes:\n  known: {type: boolean}\n",
    "baseline/note.yaml": "entity: note\nrelations:\n  customer: {to: customer}\n",
    "baseline/states.yaml": "enum: states\nvalues: [new, old]\n",
    "baseline/screen.yaml": "screen: s\nkind: view360\nof: customer\npanels: {n: {source: note, columns: [id]}}\n",
    "baseline/role.yaml": 'role: r\nmay:\n  customer: {do: [read, go], rows: "score > 2"}\n',
    "baseline/rule.yaml": "rule: x\nkind: validate\non: customer\ncheck: score > 1\nat: name\nmessage: {en: No}\n",
    "baseline/calendar.yaml": 'calendar: c\nweek: {mon: {from: "08:00", to: "17:00"}}\nholidays: {a: "04-04"}\n',
    "baseline/menu.yaml": "menu: main\ngroups: {a: {items: {b: {entity: customer, count: status == 'new'}}}}\n",
    "baseline/type.yaml": "type: t\nbase: string\npattern: 'a+'\ncheck: value != 'b'\nmin_length: 2\n",
    "affiliates/sn/fr.yaml": "translation: fr\nentity.customer.attributes.name.label: Nom\n",
    "affiliates/sn/customer.yaml": "entity: customer\nattributes: {name: {max_length: 20, $why: Law}}\n",
    "baseline/feed.yaml": "interface: f\nkind: feed\nformat: csv\ninto: customer\nkey: name\nmap: {name: {from: a}}\n",
}
FRAGMENTS = [
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "null",
    "true",
    "3",
    "'",
    '"',
    "$remove: true",
    "$set: 1",
    "party",
    "\n",
    " ",
    "x",
]

CHANGES = st.lists(
    st.tuples(st.integers(0, len(CUSTOMER)), st.integers(0, 12), st.sampled_from(FRAGMENTS) | st.text(max_size=3)),
    min_size=1,
    max_size=3,
)


def mutated(text: str, changes: list[tuple[int, int, str]]) -> str:
    """A text with some of its parts replaced."""
    for at, length, fragment in changes:
        text = text[:at] + fragment + text[at + length :]
    return text


def check(files: dict[str, str]) -> None:
    """Check files in a folder of their own."""
    with TemporaryDirectory() as folder, suppress(UnknownAffiliate):
        check_found(list(load_files(Path(folder), files).diagnostics))


def check_found(found: list[Diagnostic]) -> None:
    """Check that each finding has a code of the catalogue and a place, and can be shown."""
    assert [one.code for one in found if one.code not in CODES or one.at.line < 1] == []
    render(found)


@given(changes=CHANGES)
def test_a_baseline_with_slips_of_the_pen(changes: list[tuple[int, int, str]]) -> None:
    check({**OTHERS, "baseline/customer.yaml": mutated(CUSTOMER, changes).encode("utf-8", "replace").decode()})


@given(changes=CHANGES)
def test_an_overlay_with_slips_of_the_pen(changes: list[tuple[int, int, str]]) -> None:
    overlay = mutated(CUSTOMER, changes).encode("utf-8", "replace").decode()
    check({**OTHERS, "baseline/customer.yaml": CUSTOMER, "affiliates/sn/customer.yaml": overlay})


@given(path=st.sampled_from(sorted({**ALWAYS, **OTHERS})), changes=CHANGES)
def test_any_file_with_slips_of_the_pen(path: str, changes: list[tuple[int, int, str]]) -> None:
    files = {**ALWAYS, **OTHERS, "baseline/customer.yaml": CUSTOMER}
    check({**files, path: mutated(files[path], changes).encode("utf-8", "replace").decode()})


@given(text=st.text(max_size=60))
def test_any_text_at_all(text: str) -> None:
    check({"baseline/any.yaml": text.encode("utf-8", "replace").decode()})
