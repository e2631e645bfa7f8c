"""Every word that a plan can say of a change, made by one: on two configurations, without any store."""

from pathlib import Path
from textwrap import dedent

import pytest
from tests.metamodel.configurations import load_files

from sidra.releases.plan import CHOICES, WORDS, Impact, Item, Plan
from sidra.releases.planning import plan_of
from sidra_metamodel.load import Loaded

FILES = {
    "person.yaml": """
        entity: person
        title: name
        api: {path: party/v4, operations: [get, create, patch]}
        lifecycle:
          attribute: status
          initial: new
          transitions:
            check: {from: [new], to: checked}
            leave: {from: [checked], to: left}
        retention: {when: "status == 'left'", after: 2y, do: delete}
        identity: {strong: [code]}
        attributes:
          name: {type: string, max_length: 50, label: {en: Name}}
          born: {type: date, pii: [sensitive], encrypt: true}
          salary: {type: string, pii: [sensitive]}
          mail: {type: string, pii: [contact], mask: "••"}
          code: {type: string}
          size: {type: enum, enum: size}
          note: {type: string}
          others: {type: characteristics}
          status: {type: enum, enum: status}
    """,
    "size.yaml": "enum: size\nvalues: {small: {}, large: {}, huge: {}}\n",
    "status.yaml": "enum: status\nvalues: {new: {}, checked: {}, left: {}}\n",
    "named.yaml": "rule: named\nkind: validate\non: person\ncheck: \"name != ''\"\nmessage: {en: Name it}\n",
    "letters.yaml": """
        interface: letters
        kind: channel
        medium: mail
        protocol: simulator
        quiet: nights
        consent: marketing
        outbound: {takes: {to: email, text: text}}
    """,
    "nights.yaml": 'calendar: nights\nweek: {mon: {from: "20:00", to: "08:00"}}\n',
    "nightly.yaml": "schedule: nightly\nevery: day at 02:00\nrun: clean_up\noff: true\n",
    "calls.yaml": "queue: calls\nserved_by: {roles: [agent]}\n",
    "agent.yaml": """
        role: agent
        may: {person: {do: [read, create], rows: "name != ''", columns: {salary: mask, note: mask}}}
        functions: [search]
        export_rows: 100
    """,
    "screen.yaml": "screen: person_list\nkind: list\nof: person\ncolumns: [name, code]\n",
}
PERSON, AGENT, LETTERS = "person.yaml", "agent.yaml", "letters.yaml"
CASES: dict[str, tuple[Impact, str, str, str]] = {
    "role": (Impact.WIDENED, "boss.yaml", "", "role: boss\nmay: {person: {do: [read]}}\n"),
    "function": (Impact.WIDENED, AGENT, "[search]", "[search, reveal]"),
    "export_rows": (Impact.WIDENED, AGENT, "export_rows: 100", "export_rows: 200"),
    "action": (Impact.WIDENED, AGENT, "[read, create]", "[read, create, delete]"),
    "rows": (Impact.WIDENED, AGENT, "rows: \"name != ''\", ", ""),
    "column": (Impact.WIDENED, AGENT, "salary: mask", "salary: read"),
    "entry": (Impact.WIDENED, AGENT, "note: mask", "note: enter"),
    "sensitive": (Impact.WIDENED, PERSON, "salary: {type: string, pii: [sensitive]}", "salary: {type: string}"),
    "pii": (Impact.WIDENED, PERSON, "pii: [contact], ", ""),
    "encrypt": (Impact.WIDENED, PERSON, ", encrypt: true", ""),
    "matched": (Impact.WIDENED, PERSON, "pii: [sensitive]}", "pii: [sensitive], search: exact}"),
    "consent": (Impact.WIDENED, LETTERS, "consent: marketing\n", ""),
    "quiet": (Impact.WIDENED, LETTERS, "quiet: nights\n", ""),
    "mask": (Impact.WIDENED, PERSON, 'mask: "••"', 'mask: "{first:1}••"'),
    "guard": (Impact.WIDENED, PERSON, "from: [checked], to: left", "from: [checked, new], to: left"),
    "border": (Impact.WIDENED, LETTERS, "to: email", "to: phone"),
    "exposed": (Impact.WIDENED, PERSON, "[get, create, patch]", "[get, create, patch, delete]"),
    "kept": (Impact.WIDENED, PERSON, "after: 2y", "after: 3y"),
    "begins": (Impact.WIDENED, "nightly.yaml", "off: true\n", ""),
    "served": (Impact.WIDENED, "calls.yaml", "served_by: {roles: [agent]}\n", ""),
    "resource_gone": (Impact.API, PERSON, "api: {path: party/v4", "api: {path: people/v4"),
    "operation_gone": (Impact.API, PERSON, "[get, create, patch]", "[get, create]"),
    "output_gone": (Impact.API, PERSON, "  note: {type: string}\n", ""),
    "output_type": (Impact.API, PERSON, "note: {type: string}", "note: {type: integer}"),
    "output_narrowed": (Impact.API, "size.yaml", ", huge: {}", ""),
    "input_required": (Impact.API, PERSON, "code: {type: string}", "code: {type: string, required: true}"),
    "input_ignored": (Impact.API, PERSON, "code: {type: string}", "code: {type: string, compute: name}"),
    "input_closed": (Impact.API, PERSON, "title: name", "title: name\nclosed: true"),
    "new_version": (Impact.API, PERSON, "path: party/v4", "path: party/v5"),
    "type_changed": (Impact.DESTRUCTIVE, PERSON, "note: {type: string}", "note: {type: integer}"),
    "gone": (Impact.DESTRUCTIVE, PERSON, "  note: {type: string}\n", ""),
    "refused": (Impact.DESTRUCTIVE, PERSON, "title: name", "title: name\nabstract: true"),
    "converted": (Impact.DESTRUCTIVE, PERSON, "code: {type: string}", "code: {type: string, encrypt: true}"),
    "required": (Impact.DATA, PERSON, "code: {type: string}", "code: {type: string, required: true}"),
    "narrower": (Impact.DATA, PERSON, "max_length: 50", "max_length: 40"),
    "unique": (Impact.DATA, PERSON, "code: {type: string}", "code: {type: string, unique: true}"),
    "value_gone": (Impact.DATA, "size.yaml", ", huge: {}", ""),
    "rule": (Impact.DATA, "coded.yaml", "", "rule: coded\nkind: validate\non: person\ncheck: \"code != ''\"\n"),
    "retention": (Impact.DATA, PERSON, "after: 2y", "after: 1y"),
    "step_gone": (Impact.PROCESS, PERSON, "    check: {from: [new], to: checked}\n", ""),
    "state_gone": (Impact.PROCESS, "status.yaml", ", left: {}", ""),
    "new": (Impact.SAFE, PERSON, "code: {type: string}", "code: {type: string}\n  extra: {type: string}"),
    "renamed": (Impact.SAFE, PERSON, "note: {type: string}", "remark: {$was: note, type: string}"),
    "removed": (Impact.SAFE, PERSON, ", label: {en: Name}", ""),
    "changed": (Impact.SAFE, PERSON, "{en: Name}", "{en: Full name}"),
    "moved": (Impact.SAFE, "screen.yaml", "[name, code]", "[code, name]"),
}
ELSEWHERE = {
    "unit": "test_people_of_a_unit_above_are_told",
    "unknown": "tests/metamodel/granting/test_looser.py: test_what_nobody_has_answered_for_widens",
    "values_converted": "test_turns.py: test_values_that_an_apply_left_converted_are_a_change_of_their_own",
}
"""What needs an affiliate of its own, a kind that is not there, or a store."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("classes")


@pytest.fixture(scope="module")
def live(folder: Path) -> Loaded:
    return loaded(folder, {})


def loaded(folder: Path, changes: dict[str, str]) -> Loaded:
    texts = {name: dedent(text).lstrip("\n") for name, text in FILES.items()}
    files = {f"baseline/{name}": text for name, text in {**texts, **changes}.items()}
    return load_files(folder / str(len(list(folder.iterdir()))), files)


def planned(folder: Path, live: Loaded, file: str, was: str, now: str) -> Plan:
    text = dedent(FILES.get(file, "")).lstrip("\n")
    assert was in text
    return plan_of(live, loaded(folder, {file: text.replace(was, now) if was else now}))


def said(plan: Plan, word: str) -> list[Item]:
    return [one for one in plan if one.word == word]


@pytest.mark.parametrize("word", CASES)
def test_a_change_says_what_it_does(folder: Path, live: Loaded, word: str) -> None:
    impact, *change = CASES[word]
    found = said(planned(folder, live, *change), word)
    assert {one.cls for one in found} == {impact}
    assert all(one.says and "{" not in one.says for one in found)
    assert all(one.way_out for one in found) or impact is Impact.SAFE


def test_every_word_has_a_change_that_makes_it() -> None:
    assert set(WORDS) == CASES.keys() | ELSEWHERE.keys()
    assert CHOICES.keys() <= WORDS.keys()


def test_people_of_a_unit_above_are_told(folder: Path) -> None:
    layer = "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\nunits: {north: {kind: region}, shop: {kind: shop"
    one, other = (
        load_files(
            folder / f"units{index}",
            {
                **{f"baseline/{name}": dedent(text) for name, text in FILES.items()},
                "affiliates/sn/layer.yaml": f"{layer}{parent}}}}}\n",
            },
        )
        for index, parent in enumerate(("", ", parent: north"))
    )
    [found] = plan_of(one, other).of(Impact.WIDENED)
    assert (found.word, found.subject, found.now) == ("unit", "shop", "north")


def test_a_broken_api_blocks_until_it_has_another_version(folder: Path, live: Loaded) -> None:
    [broken] = said(planned(folder, live, *CASES["output_gone"][1:]), "output_gone")
    assert (broken.blocks, broken.choices, broken.needs_words) == (True, ("told",), True)
    text = dedent(FILES[PERSON]).lstrip("\n").replace("  note: {type: string}\n", "")
    raised = plan_of(live, loaded(folder, {PERSON: text.replace("party/v4", "party/v5")}))
    assert {(one.word, one.blocks) for one in raised.of(Impact.API)} == {("output_gone", False), ("new_version", False)}
    lowered = plan_of(live, loaded(folder, {PERSON: text.replace("party/v4", "party/v3")}))
    assert [(one.word, one.blocks) for one in lowered.of(Impact.API)] == [("resource_gone", True)]


def test_a_rule_that_goes_is_told_with_the_place_where_it_stood(folder: Path, live: Loaded) -> None:
    [gone] = planned(folder, live, "named.yaml", dedent(FILES["named.yaml"]), "").of(Impact.WIDENED)
    assert (gone.word, gone.dotted, gone.now) == ("guard", "named", None)
    assert str(gone.place).startswith("baseline/named.yaml:1:")


def test_a_word_of_a_step_that_is_only_shown_otherwise_is_safe(folder: Path, live: Loaded) -> None:
    plan = planned(folder, live, PERSON, "to: left}", "to: left, label: {en: Leave}}")
    assert {one.cls for one in plan} == {Impact.SAFE}
