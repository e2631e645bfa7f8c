"""What an overlay calls by the names of the baseline has the names of another version after the upgrade."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.versions.test_taking import taking
from tests.metamodel.versions.versioned import install, pack

from sidra.configuration import read_configuration
from sidra.settings import Settings
from sidra_metamodel.upgrading.findings import Class

CUSTOMER = """
    entity: customer
    title: name
    attributes:
      name: {type: string, sort: true}
      fax: {type: string, sort: true}
      state: {type: enum, enum: code}
    relations: {owner: {to: customer}, parts: {to: customer, many: true, inverse: owner}}
    identity: {strong: [name]}
    lifecycle: {attribute: state, initial: open, transitions: {close: {from: [open], to: closed}}}
"""
CODE = "enum: code\nvalues: [open, closed]\n"
FILES = {
    "rule.yaml": """
        rule: x_sn_told
        kind: validate
        on: customer
        # fax is a number here
        check: ["fax != 'fax' || owner.fax == null",   "parts.exists(fax, fax.fax == name)"]
        at: fax
        message: {en: No}
    """,
    "screen.yaml": """
        screen: x_sn_customers
        kind: list
        of: customer
        columns: {name: {}, "fax": {label: {en: fax}}}   # fax last
        sort: [-fax, name]
    """,
    "customer.yaml": "entity: customer\n$why: It tells who it is\nidentity: {strong: {$add: [fax]}}\n",
    "test.yaml": """
        test: x_sn_one
        title: It is told
        given: {c: {customer: {name: A, fax: "1"}}}
        when: {told: {update: {c: {fax: fax}}}}
        then: {same: {expect: "c.fax == 'fax'"}}
    """,
}


def installed(folder: Path) -> Path:
    overlay = {f"affiliates/sn/{name}": text for name, text in FILES.items()}
    install(folder, "1.0.0", {"customer.yaml": CUSTOMER, "code.yaml": CODE}, overlay)
    return folder


def at(folder: Path) -> Settings:
    own = folder / "affiliates/sn"
    return Settings(home=folder, affiliates=(own,), baseline=folder / "baseline", plugins=())


def said(folder: Path, name: str) -> str:
    return (folder / "affiliates/sn" / name).read_text(encoding="utf-8")


def test_names_are_rewritten_where_they_are_used_and_nothing_else_is(tmp_path: Path) -> None:
    installed(tmp_path)
    customer = CUSTOMER.replace("fax: {type", "telefax: {$was: fax, type")
    pack(tmp_path, "1.1.0", {"customer.yaml": customer, "code.yaml": CODE})
    found = taking(tmp_path)
    assert found.remaining == ()
    found.apply({})
    before = {name: dedent(text).lstrip("\n") for name, text in FILES.items()}
    assert said(tmp_path, "rule.yaml") == before["rule.yaml"].replace('["fax !=', '["telefax !=').replace(
        "owner.fax", "owner.telefax"
    ).replace("fax.fax ==", "fax.telefax ==").replace("at: fax", "at: telefax")
    assert said(tmp_path, "screen.yaml") == before["screen.yaml"].replace('"fax"', '"telefax"').replace(
        "-fax", "-telefax"
    )
    assert said(tmp_path, "customer.yaml") == before["customer.yaml"].replace("[fax]", "[telefax]")
    assert said(tmp_path, "test.yaml") == before["test.yaml"].replace('fax: "1"', 'telefax: "1"').replace(
        "{fax: fax}", "{telefax: fax}"
    ).replace("c.fax", "c.telefax")


PATHS = ("fax", "owner.fax", "owner.owner.name", "this.fax", "parts.first().fax", "owner.parts.first().owner.fax")
NAMES = ("name", "fax", "owner", "parts")
COMPARED = st.tuples(st.sampled_from(PATHS), st.sampled_from(["==", "!="]), st.sampled_from([*PATHS, "'fax'", "null"]))
MACROS = st.tuples(
    st.sampled_from(["one", "fax", "owner"]), st.sampled_from(["name", "fax"]), st.sampled_from(PATHS[:3])
)
CHECKS = st.one_of(
    COMPARED.map(" ".join),
    MACROS.map(lambda words: "parts.exists({0}, {0}.{1} == '{1}')".format(*words)),
    st.lists(COMPARED.map("  ".join), min_size=2, max_size=3).map(" || ".join),
)
QUOTES = st.sampled_from(['"{}"', "\n      {}", "\n      # fax\n      {}   # owner", ">-\n      {}"])


@given(st.sets(st.sampled_from(NAMES), min_size=1), CHECKS, QUOTES)
@settings(max_examples=8, deadline=None)
def test_after_any_renaming_everything_resolves_and_the_rest_stands_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, renamed: set[str], check: str, quoted: str
) -> None:
    rule = "rule: x_sn_told\nkind: validate\non: customer\nmessage: {en: No}\ncheck: " + quoted.format(check) + "\n"
    folder = tmp_path_factory.mktemp("names")
    overlay = {"affiliates/sn/rule.yaml": rule}
    install(folder, "1.0.0", {"customer.yaml": CUSTOMER, "code.yaml": CODE}, overlay)
    customer = CUSTOMER
    for name in renamed:
        customer = customer.replace(f"{name}: {{t", f"new_{name}: {{$was: {name}, t")
        customer = customer.replace(f"inverse: {name}", f"inverse: new_{name}").replace(f"[{name}]", f"[new_{name}]")
        customer = customer.replace(f"title: {name}", f"title: new_{name}")
    pack(folder, "1.1.0", {"customer.yaml": customer, "code.yaml": CODE})
    before = read_configuration(at(folder)).load("sn")
    found = taking(folder)
    assert found.remaining == (), (check, found.diff)
    found.apply({})
    after = read_configuration(at(folder)).load("sn")
    assert said(folder, "rule.yaml").replace("new_", "") == rule
    reads = [one.draft.expression(one.draft.rules["x_sn_told"].check[0]).attributes for one in (before, after)]
    assert not after.diagnostics.has_errors
    assert {(entity, name.removeprefix("new_")) for entity, name in reads[1]} == reads[0]
    assert renamed.isdisjoint(name for _, name in reads[1])


PARTY = "entity: party\nabstract: true\ntitle: name\nattributes: {name: {type: string, sort: true}}\n"
PERSON = "entity: person\nis_a: party\ntitle: name\nattributes: {note: {type: string}}\n"
HOLDER = CUSTOMER.replace("{owner: {to: customer}", "{payer: {to: party}, owner: {to: customer}")
ALIKE = """
    rule: x_sn_alike
    kind: validate
    on: customer
    # is it open?
    check:
      - 'state == "open" || state in ["closed", "open"]'
      - "(fax == null ? 'open' : 'closed') == state && coalesce(owner.state, 'open') != 'open'"
      - "parts.exists(p, p.state == 'open') && name != 'open'"
      - payer[person].note != 'person'
      - 'state != ''open'' '
    message: {en: No}
"""


def test_entities_and_values_of_code_lists_are_rewritten_in_expressions(tmp_path: Path) -> None:
    first = {"customer.yaml": HOLDER, "code.yaml": CODE, "party.yaml": PARTY, "person.yaml": PERSON}
    step = "entity: customer\n$why: Law\nlifecycle: {transitions: {x_sn_stop: {from: [open], to: closed}}}   # open\n"
    install(tmp_path, "1.0.0", first, {"affiliates/sn/rule.yaml": ALIKE, "affiliates/sn/step.yaml": step})
    code = "enum: code\nvalues: {active: {$was: open}, closed: {}}\n"
    person = PERSON.replace("entity: person", "entity: individual\n$was: person")
    customer = HOLDER.replace("[open]", "[active]").replace(": open", ": active")
    second = {**first, "customer.yaml": customer, "code.yaml": code, "person.yaml": person}
    pack(tmp_path, "1.1.0", second)
    found = taking(tmp_path)
    assert found.remaining == ()
    (doubt,) = found.findings
    assert (doubt.cls, doubt.path, doubt.blocks) == (Class.RENAMED, "rule.x_sn_alike.check", False)
    assert doubt.advice == "if `open` means a value of a code list here, write `active` by hand"
    assert str(doubt.at) == "affiliates/sn/rule.yaml:8:52"
    found.apply({})
    wanted = dedent(ALIKE).lstrip("\n").replace('"open"', '"active"').replace("'open'", "'active'")
    wanted = wanted.replace("name != 'active'", "name != 'open'").replace("[person]", "[individual]")
    assert said(tmp_path, "rule.yaml") == wanted
    assert said(tmp_path, "step.yaml") == step.replace("[open]", "[active]")
    assert taking(tmp_path).findings == ()
