import json
from pathlib import Path

import pytest
from tests.metamodel.configurations import expected, load_files

from sidra_metamodel.explaining.explain import explain
from sidra_metamodel.explaining.paths import UnknownPath, find
from sidra_metamodel.load import Loaded
from sidra_metamodel.render import refusal

FILES = {
    "baseline/individual.yaml": """
        entity: individual
        title: given_name
        api: {path: party/v4}
        attributes:
          given_name: {type: string, max_length: 60, sort: true}
          label_of_one: {type: string}
        relations:
          friend: {to: individual}
    """,
    "baseline/list.yaml": "screen: individual_list\nkind: list\nof: individual\ncolumns: [given_name]\n",
    "baseline/home.yaml": "screen: home\nkind: search\nentities: {individual: {title: given_name}}\n",
    "baseline/rule.yaml": """
        rule: named
        kind: validate
        on: individual
        check: friend.given_name != 'x'
        message: Choose another name.
    """,
    "affiliates/sn/individual.yaml": """
        entity: individual
        $why: All of it is law
        attributes:
          given_name: {max_length: 40, $why: ID card prints 40}
          label_of_one: {label: Un}
    """,
}


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    found = load_files(tmp_path, FILES)
    assert found.model is not None, list(found.diagnostics)
    return found


def test_an_explanation_shows_the_chain_the_rule_and_the_users(loaded: Loaded) -> None:
    lines = explain(loaded, "individual.attributes.given_name.max_length").text().splitlines()
    assert "\n".join(line for line in lines if "rule " not in line) == expected("""
        attributes.given_name.max_length = 40
          in force affiliate:sn   40   affiliates/sn/individual.yaml:4   why: ID card prints 40
          shadowed group          60   baseline/individual.yaml:5
          used by  1 rule, 2 screens, API /party/v4/individual
    """)
    rule = next(line for line in lines if "rule " in line)
    assert rule.startswith("  rule     tighten (<=)        sidra_metamodel/kinds/entity.py:")


def test_the_definition_of_a_keyword_is_the_line_of_its_field(loaded: Loaded, root: Path) -> None:
    path, line = explain(loaded, "individual.attributes.given_name.max_length").rule_at.split(":")
    source = (root / "metamodel" / path).read_text(encoding="utf-8").splitlines()
    assert source[int(line) - 1].strip().startswith("max_length: int | None")


def test_the_nearest_reason_counts(loaded: Loaded) -> None:
    assert explain(loaded, "individual.attributes.label_of_one.label").chain[0].why == "All of it is law"


def test_an_explanation_as_json_has_every_part(loaded: Loaded) -> None:
    found = json.loads(json.dumps(explain(loaded, "entity.individual.attributes.given_name").to_json()))
    assert found["used_by"] == [
        {"kind": "rule", "name": "named"},
        {"kind": "screen", "name": "home"},
        {"kind": "screen", "name": "individual_list"},
    ]
    assert [link["layer"] for link in found["chain"]] == ["affiliate:sn", "group"]


def test_a_document_is_explained_by_who_names_it(loaded: Loaded) -> None:
    found = explain(loaded, "individual")
    assert (found.path, found.rule, found.rule_at) == ("individual", "", "")
    assert {kind for kind, _ in found.users} == {"rule", "screen"}
    assert found.value.endswith("…")


def test_what_has_no_address_in_the_api_says_nothing_of_it(tmp_path: Path) -> None:
    files = {"baseline/a.yaml": "entity: a\napi: {tmf: TMF632}\n", "baseline/b.yaml": "entity: b\nis_a: a\n"}
    loaded = load_files(tmp_path, files)
    assert [explain(loaded, name).api for name in ("a", "b")] == ["", ""]


def test_what_a_subtype_inherits_is_explained_by_its_supertype(tmp_path: Path) -> None:
    files = {
        "baseline/a.yaml": "entity: a\nattributes: {x: {type: string, max_length: 9}}\n",
        "baseline/b.yaml": "entity: b\nis_a: a\nattributes: {x: {max_length: 5}}\n",
        "baseline/process.yaml": "process: p\nabout: a\nstarts: {on: a.created, when: x != ''}\n",
        "baseline/query.yaml": "process: q\nabout: b\nstarts: {on: b.created, when: x != ''}\n",
    }
    found = explain(load_files(tmp_path, files), "b.attributes.x.max_length")
    assert [(link.layer, link.value) for link in found.chain] == [("group", "5"), ("group", "9")]
    assert found.text().splitlines()[-1] == "  used by  2 processes"


def test_a_lock_around_a_value_is_part_of_its_rule(tmp_path: Path) -> None:
    text = "entity: a\nattributes:\n  $lock: tighten\n  x: {type: string, $lock: final}\n"
    loaded = load_files(tmp_path, {"baseline/a.yaml": text})
    assert explain(loaded, "a.attributes.x.type").rule == "final; locked: final (group)"
    assert explain(loaded, "a.attributes").rule == "open; locked: tighten (group)"


def test_what_nobody_uses_says_so(loaded: Loaded) -> None:
    assert explain(loaded, "screen.home.kind").text().splitlines()[-1] == "  used by  nothing else"


@pytest.mark.parametrize(
    ("path", "reason", "hint"),
    [
        ("indivdual", "no document `indivdual`", "did you mean `individual`?"),
        ("entity.indivdual", "no entity `indivdual`", "did you mean `individual`?"),
        ("entity", "no entity ``", "there are `individual`"),
        ("zzzzzz", "no document `zzzzzz`", "begin with a document's name, or its kind and name"),
        ("individual.attributes.given_nam", "no `given_nam` in `attributes`", "did you mean `given_name`?"),
        ("individual.title.x", "no `x` in `title`", ""),
        ("", "no document ``", "begin with a document's name, or its kind and name"),
    ],
)
def test_a_path_that_leads_nowhere(loaded: Loaded, path: str, reason: str, hint: str) -> None:
    with pytest.raises(UnknownPath) as refused:
        find(loaded.effective, loaded.draft.registry, path)
    assert (refused.value.reason, refused.value.hint) == (reason, hint)


def test_a_path_that_leads_nowhere_is_refused_with_the_nearest_name(loaded: Loaded) -> None:
    with pytest.raises(UnknownPath) as refused:
        find(loaded.effective, loaded.draft.registry, "individual.attributes.given_nam")
    assert refusal(refused.value) == expected("""
        error[E125]: no `given_nam` in `attributes`
          = help: did you mean `given_name`?
    """)
