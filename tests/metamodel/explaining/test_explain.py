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
          given_name: {max_length: 40, $why: ID}
          label_of_one: {label: Un}
    """,
}


def lines(text: str) -> str:
    return expected(text) + "\n"


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    found = load_files(tmp_path, FILES)
    assert found.model is not None, list(found.diagnostics)
    return found


def test_an_explanation_shows_the_chain_the_rule_and_the_users(loaded: Loaded) -> None:
    assert explain(loaded, "individual.attributes.given_name.max_length").text() == lines("""
        entity.individual.attributes.given_name.max_length = 40
          in force affiliate:sn   40   affiliates/sn/individual.yaml:4   why: ID
          shadowed group          60   baseline/individual.yaml:5
          rule     tighten: a higher layer may only lower it
          keyword  max_length: Most characters.
          used by  1 rule (named), 2 screens (home, individual_list), API /party/v4/individual
    """)


def test_a_merged_map_says_which_layer_gave_which_part(loaded: Loaded) -> None:
    assert explain(loaded, "individual.attributes.given_name").text() == lines("""
        entity.individual.attributes.given_name = {type: string, max_length: 40, sort: true}
          merged   affiliate:sn   {max_length: 40}                             affiliates/sn/individual.yaml:4   why: ID
          merged   group          {type: string, max_length: 60, sort: true}   baseline/individual.yaml:5
          parts    type         group          baseline/individual.yaml:5
                   max_length   affiliate:sn   affiliates/sn/individual.yaml:4
                   sort         group          baseline/individual.yaml:5
          rule     open: any layer may change it
          keyword  attributes: Values of a record by name.
          used by  1 rule (named), 2 screens (home, individual_list), API /party/v4/individual
    """)


def test_what_an_overlay_drops_from_a_set_is_shown_as_it_is_written(tmp_path: Path) -> None:
    files = {
        "baseline/a.yaml": "entity: a\nattributes: {x: {type: string}}\n",
        "baseline/role.yaml": "role: agent\nmay: {a: {do: [read, update]}}\n",
        "affiliates/sn/role.yaml": "role: agent\nmay: {a: {$why: Reading only, do: {$drop: [update]}}}\n",
    }
    assert explain(load_files(tmp_path, files), "agent.may.a.do").text() == lines("""
        role.agent.may.a.do = [read]
          merged   affiliate:sn   {$drop: [update]}   affiliates/sn/role.yaml:2   why: Reading only
          merged   group          [read, update]      baseline/role.yaml:2
          parts    read   group   baseline/role.yaml:2
          rule     tighten: a higher layer may only take from it, and add what is its own
          keyword  do: `create read update delete merge` and names of transitions.
          used by  nothing else
    """)


def test_conditions_that_all_count_are_merged_and_none_is_shadowed(tmp_path: Path) -> None:
    files = {
        "baseline/a.yaml": "entity: a\nattributes: {x: {type: string, required: y > 1}, y: {type: integer}}\n",
        "affiliates/sn/a.yaml": "entity: a\n$why: law\nattributes: {x: {required: y < 0}}\n",
    }
    found = explain(load_files(tmp_path, files), "a.attributes.x.required")
    assert [(link.state, link.value) for link in found.chain] == [("merged", '"y < 0"'), ("merged", '"y > 1"')]


def test_a_text_of_a_translation_is_a_part_with_the_place_of_the_translation(tmp_path: Path) -> None:
    files = {
        "baseline/a.yaml": "entity: a\nlabel: Thing\n",
        "affiliates/sn/fr.yaml": "translation: fr\nentity.a.label: Chose\n",
    }
    found = explain(load_files(tmp_path, files), "a.label")
    assert [(part.name, part.layers, str(part.at)) for part in found.parts] == [
        ("en", ("group",), "baseline/a.yaml:2:8"),
        ("fr", ("affiliate:sn",), "affiliates/sn/fr.yaml:2:17"),
    ]


def test_every_path_that_an_explanation_prints_opens(loaded: Loaded) -> None:
    registry = loaded.draft.registry
    for path in ("individual", "individual.attributes", "home.entities.individual", "rule.named.check"):
        found = explain(loaded, path)
        assert find(loaded.effective, registry, found.path).dotted == find(loaded.effective, registry, path).dotted
        assert all(find(loaded.effective, registry, f"{found.path}.{part.name}") for part in found.parts)
        assert all(find(loaded.effective, registry, f"{kind}.{name}") for kind, name in found.users)


def test_the_nearest_reason_counts(loaded: Loaded) -> None:
    assert explain(loaded, "individual.attributes.label_of_one.label").chain[0].why == "All of it is law"


def test_an_explanation_as_json_has_every_part(loaded: Loaded) -> None:
    found = json.loads(json.dumps(explain(loaded, "entity.individual.attributes.given_name").to_json()))
    assert found["used_by"] == [
        {"kind": "rule", "name": "named"},
        {"kind": "screen", "name": "home"},
        {"kind": "screen", "name": "individual_list"},
    ]
    assert set(found) == {"path", "value", "chain", "parts", "rule", "keyword", "doc", "extend", "used_by", "api"}
    assert found["chain"][0] == {
        "layer": "affiliate:sn",
        "state": "merged",
        "value": "{max_length: 40}",
        "path": "affiliates/sn/individual.yaml",
        "line": 4,
        "column": 15,
        "why": "ID",
    }
    assert found["parts"][1] == {
        "name": "max_length",
        "layers": ["affiliate:sn"],
        "path": "affiliates/sn/individual.yaml",
        "line": 4,
        "column": 28,
    }


def test_a_document_is_explained_by_who_names_it(loaded: Loaded) -> None:
    found = explain(loaded, "individual")
    assert (found.path, found.rule, found.doc) == ("entity.individual", "", "")
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
    assert found.text().splitlines()[-1] == "  used by  2 processes (p, q)"


def test_a_lock_around_a_value_is_part_of_its_rule(tmp_path: Path) -> None:
    text = "entity: a\nattributes:\n  $lock: tighten\n  x: {type: string, $lock: final}\n"
    loaded = load_files(tmp_path, {"baseline/a.yaml": text})
    assert explain(loaded, "a.attributes.x.type").rule == (
        "final: no layer may change it; locked: final (group, baseline/a.yaml:4)"
    )
    assert explain(loaded, "a.attributes").rule == (
        "open: any layer may change it; locked: tighten (group, baseline/a.yaml:3)"
    )


def test_what_nobody_uses_says_so(loaded: Loaded) -> None:
    assert explain(loaded, "screen.home.kind").text().splitlines()[-1] == "  used by  nothing else"


@pytest.mark.parametrize(
    ("path", "reason", "hint"),
    [
        ("indivdual", "no document `indivdual`", "did you mean `individual`?"),
        ("entity.indivdual", "no entity `indivdual`", "did you mean `individual`?"),
        ("entity", "`entity` is a kind of documents; say which one", "there are `individual`"),
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
