"""What the tests of an overlay name of the baseline, when another version calls it otherwise, elsewhere or no more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest
from tests.core.versions.test_names import at, said
from tests.core.versions.test_taking import taking
from tests.metamodel.versions.versioned import GROUP, install, pack

from sidra.configuration import read_configuration
from sidra.trials.running import run_tests
from sidra_metamodel.upgrading.applying import Choice, Decision, Undecided
from sidra_metamodel.upgrading.findings import Class, Finding

FIRST: Mapping[str, str] = {
    "party.yaml": "entity: party\nabstract: true\ntitle: name\nattributes: {name: {type: string, sort: true}}\n",
    "customer.yaml": """
        entity: customer
        is_a: party
        title: name
        attributes:
          fax: {type: string}
          mail: {type: string}
          pager: {type: string}
          title: {type: string}
          state: {type: enum, enum: code}
        relations: {notes: {to: note, owned: true, many: true, inverse: about}}
        lifecycle: {attribute: state, initial: open, transitions: {close: {from: [open], to: closed}}}
    """,
    "note.yaml": "entity: note\ntitle: text\nattributes: {text: {type: string}}\nrelations: {about: {to: customer}}\n",
    "account.yaml": "entity: account\ntitle: number\nattributes: {number: {type: string}}\n",
    "code.yaml": "enum: code\nvalues: [open, closed]\n",
    "list.yaml": """
        screen: customers
        kind: list
        of: customer
        columns: [name]
        views: {late: {filter: "name != ''"}}
    """,
    "agent.yaml": "role: agent\nmay: {customer: {do: [create, read, close]}}\n",
}
SECOND: Mapping[str, str] = {
    **FIRST,
    "party.yaml": FIRST["party.yaml"].replace("{name: {", "{label: {$was: name, ").replace(": name\n", ": label\n"),
    "customer.yaml": """
        entity: client
        $was: customer
        is_a: party
        title: label
        retired: {mail: {of: attributes, since: 1.1.0, why: Nobody writes any more}}
        attributes:
          telefax: {$was: fax, type: string}
          state: {type: enum, enum: code}
          first: {type: string}
          last: {type: string}
        relations: {remarks: {$was: notes, to: note, owned: true, many: true, inverse: about}}
        lifecycle: {attribute: state, initial: active, transitions: {end: {$was: close, from: [active], to: closed}}}
    """,
    "note.yaml": """
        entity: note
        title: words
        attributes: {words: {$was: text, type: string}}
        relations: {about: {to: client}}
    """,
    "account.yaml": "entity: account\ntitle: number\nattributes: {number: {type: string}, pager: {type: string}}\n",
    "code.yaml": "enum: code\nvalues: {active: {$was: open}, closed: {}}\n",
    "list.yaml": """
        screen: customers
        kind: list
        of: client
        columns: [label]
        views: {overdue: {$was: late, filter: "label != ''"}}
    """,
    "agent.yaml": "role: agent\nmay: {client: {do: [create, read, end]}}\n",
    "upgrades/1.1.yaml": """
        upgrade: to_1_1
        version: 1.1.0
        moves: {pager: {from: entity.customer.attributes.pager, to: entity.account.attributes.pager}}
        splits:
          title:
            from: entity.customer.attributes.title
            to: [entity.client.attributes.first, entity.client.attributes.last]
    """,
}
NAMED = """
    test: x_sn_names
    title: All that a test can name
    users: {anna: {roles: [agent]}}
    given:
      c: {customer: {name: Awa, state: open, fax: "1"}}   # by fax
    when:
      told: {update: {c: {notes: {one: {text: Late}}}}}
      done: {transition: {c: close}, by: anna}
      wrong: {transition: {c: close}, by: anna}
    then:
      refused: {refused: wrong, at: state}
      whole: {sees: [c, c.fax, c.name], by: anna}
      allowed: {may: [customer.create, customer.close], may_not: c.close, by: anna}
      listed: {list: customers, view: late, gives: [c]}
      offered: {shown: [customer.fax, customer.state]}
      paths: {configured: {customer.attributes.fax.type: string, enum.code.values.open.hidden: ~}}
      same: {expect: "c.state == 'closed' && c.notes.exists(n, n.text == 'Late')"}
"""
PRESENT = """
    test: x_sn_names
    title: All that a test can name
    users: {anna: {roles: [agent]}}
    given:
      c: {client: {label: Awa, state: active, telefax: "1"}}   # by fax
    when:
      told: {update: {c: {remarks: {one: {words: Late}}}}}
      done: {transition: {c: end}, by: anna}
      wrong: {transition: {c: end}, by: anna}
    then:
      refused: {refused: wrong, at: state}
      whole: {sees: [c, c.telefax, c.label], by: anna}
      allowed: {may: [client.create, client.end], may_not: c.end, by: anna}
      listed: {list: customers, view: overdue, gives: [c]}
      offered: {shown: [client.telefax, client.state]}
      paths: {configured: {client.attributes.telefax.type: string, enum.code.values.active.hidden: ~}}
      same: {expect: "c.state == 'closed' && c.remarks.exists(n, n.words == 'Late')"}
"""


def installed(folder: Path, test: str) -> Path:
    install(folder, "1.0.0", FIRST, {"affiliates/sn/test.yaml": test})
    pack(folder, "1.1.0", SECOND)
    return folder


def lost(folder: Path) -> list[Finding]:
    found = taking(folder)
    assert found.remaining == ()
    return [one for one in found.findings if one.cls is Class.ORPHAN]


def adopted(folder: Path) -> str:
    """What a test says once all that nothing answers any more was taken away."""
    taking(folder).apply({"all": Decision(Choice.ADOPT)})
    assert not read_configuration(at(folder)).load("sn").diagnostics.has_errors
    return said(folder, "test.yaml")


def test_every_name_in_a_test_follows_and_the_test_passes_on_both_versions(tmp_path: Path) -> None:
    installed(tmp_path, NAMED)
    before = run_tests(read_configuration(at(tmp_path)).load("sn"))
    assert [one.findings for one in before] == [()]
    found = taking(tmp_path)
    assert (found.findings, found.remaining) == ((), ())
    found.apply({})
    assert said(tmp_path, "test.yaml") == dedent(PRESENT).lstrip("\n")
    after = run_tests(read_configuration(at(tmp_path)).load("sn"))
    assert [one.findings for one in after] == [()]


GIVEN = 'test: x_sn_one\ntitle: One\ngiven: {c: {customer: {name: "A"}}}\n'


MOVED = (
    ("{shown: customer.pager}", "{shown: account.pager}"),
    ('{shown: ["customer.pager", customer.fax]}', '{shown: ["account.pager", client.telefax]}'),
    ("{shown: customer.title}", "{shown: [client.first, client.last]}"),
    ("{shown: [customer.fax, customer.title]}", "{shown: [client.telefax, client.first, client.last]}"),
    ("{sees: [c.title, c]}", "{sees: [c.first, c.last, c]}"),
    ("\n    sees:\n      # both\n      - c.title\n      - c",
     "\n    sees:\n      # both\n      - c.first\n      - c.last\n      - c"),
    ("{configured: {customer.attributes.pager.type: string}}", "{configured: {account.attributes.pager.type: string}}"),
)  # fmt: skip


def test_what_codemods_move_or_split_is_asked_for_where_it_stands(tmp_path: Path) -> None:
    claims = "".join(f"  c{number}: {claim}\n" for number, (claim, _) in enumerate(MOVED))
    installed(tmp_path, f"{GIVEN}then:\n{claims}")
    assert not lost(tmp_path)
    becomes = "".join(f"  c{number}: {claim}\n" for number, (_, claim) in enumerate(MOVED))
    assert adopted(tmp_path).partition("then:\n")[2] == becomes


def test_what_is_gone_is_told_with_what_the_group_says_of_it(tmp_path: Path) -> None:
    installed(tmp_path, f"{GIVEN}then:\n  gone: {{shown: [customer.mail, customer.fax]}}\n")
    (found,) = lost(tmp_path)
    assert (found.path, found.blocks) == ("test.x_sn_one.then.gone.shown.customer.mail", True)
    assert found.advice == (
        "`entity.customer.attributes.mail` is gone. Retired in 1.1.0: Nobody writes any more. "
        "Mend the test by hand; or `--adopt` takes away what it says of it"
    )
    assert str(found.at) == "affiliates/sn/test.yaml:5:18"
    assert adopted(tmp_path).endswith("then:\n  gone: {shown: [client.telefax]}\n")


def test_what_a_record_no_longer_has_is_told_with_the_place_where_it_stands(tmp_path: Path) -> None:
    installed(tmp_path, f"{GIVEN}then:\n  gone: {{sees: [c, c.pager]}}\n")
    (found,) = lost(tmp_path)
    assert found.advice.startswith(
        "`entity.customer.attributes.pager` stands in `entity.account.attributes.pager` now. Mend the test by hand"
    )


GONE = (
    ("{by: anna, hidden: customer.mail}", ""),
    ("{hides: [c.mail, c.pager]}", ""),
    ("{configured: {customer.attributes.mail.type: string}}", ""),
    ("{expect: c.mail == null}", ""),
    ("{sees: c, hides: c.mail}", "{sees: c}"),
)
"""Claims, and what is left of them."""


def test_a_claim_goes_with_the_last_thing_that_it_claims(tmp_path: Path) -> None:
    claims = "".join(f"  c{number}: {claim}\n" for number, (claim, _) in enumerate(GONE))
    installed(tmp_path, f"{GIVEN}users: {{anna: {{roles: [agent]}}}}\nthen:\n{claims}")
    assert len(lost(tmp_path)) == len(GONE) + 1
    left = "".join(f"  c{number}: {claim}\n" for number, (_, claim) in enumerate(GONE) if claim)
    assert adopted(tmp_path).partition("then:\n")[2] == left


def test_a_test_goes_with_its_last_claim(tmp_path: Path) -> None:
    installed(tmp_path, f"{GIVEN}then:\n  gone: {{hidden: customer.mail}}\n")
    taking(tmp_path).apply({"all": Decision(Choice.ADOPT)})
    assert not (tmp_path / "affiliates/sn/test.yaml").exists()


def test_a_test_goes_with_the_entity_that_it_is_about(tmp_path: Path) -> None:
    given = "given: {c: {customer: {mail: m}}, a: {account: {number: '1'}}}\n"
    installed(tmp_path, f"test: x_sn_one\ntitle: One\n{given}then: {{here: {{sees: [a, c.mail]}}}}\n")
    files = {name: text for name, text in SECOND.items() if name not in {"account.yaml", "upgrades/1.1.yaml"}}
    stone = "retired: {account: {of: entity, since: 1.2.0, why: Never used}}\n"
    pack(tmp_path, "1.2.0", {**files, "layer.yaml": f"{GROUP.format(version='1.2.0')}{stone}"})
    found = taking(tmp_path, "1.2.0")
    assert [one.path for one in found.findings] == ["test.x_sn_one.given.c.customer.mail", "test.x_sn_one"]
    assert found.findings[1].advice == (
        "`entity.account` is gone. Retired in 1.2.0: Never used. "
        "Mend the test by hand; or `--adopt` takes the whole test away"
    )
    assert found.remaining == ()
    found.apply({"all": Decision(Choice.ADOPT)})
    assert not (tmp_path / "affiliates/sn/test.yaml").exists()


def test_a_record_stays_without_the_value_that_it_can_no_longer_be_given(tmp_path: Path) -> None:
    installed(tmp_path, "test: x_sn_one\ntitle: One\ngiven: {c: {customer: {mail: m}}}\nthen: {here: {sees: c}}\n")
    assert [one.path for one in lost(tmp_path)] == ["test.x_sn_one.given.c.customer.mail"]
    assert "given: {c: {client: {}}}\n" in adopted(tmp_path)


def test_what_is_gone_waits_for_somebody_who_decides(tmp_path: Path) -> None:
    installed(tmp_path, f"{GIVEN}then:\n  gone: {{hidden: customer.mail}}\n")
    with pytest.raises(Undecided, match="1 to be decided"):
        taking(tmp_path).apply({})
