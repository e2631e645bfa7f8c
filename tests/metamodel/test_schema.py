import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML
from tests.metamodel.configurations import load_files

from sidra_metamodel.directives import Position, allowed_directives
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.language import Document, RecordShape, keywords_of
from sidra_metamodel.registry import Registry
from sidra_metamodel.schema import json_schema, write_schemas

REGISTRY = Registry(BUILT_IN_KINDS)
KINDS = REGISTRY.kinds
VALIDATORS = {kind: jsonschema.Draft202012Validator(json_schema(KINDS[kind], REGISTRY)) for kind in KINDS}


def errors(kind: str, text: str) -> list[str]:
    """What an editor would underline in a file."""
    return [error.message for error in VALIDATORS[kind].iter_errors(YAML(typ="safe", pure=True).load(text))]


@pytest.mark.parametrize("document", BUILT_IN_KINDS, ids=lambda document: document.kind)
def test_every_schema_is_one_and_describes_each_keyword(document: type[Document]) -> None:
    schema = json_schema(document, REGISTRY)
    jsonschema.Draft202012Validator.check_schema(schema)
    parts = [schema, *(choice["then"] for choice in schema.get("allOf", ()))]
    described = {name: inner for part in parts for name, inner in part["properties"].items()}
    assert [name for name, inner in described.items() if "description" not in inner] == []
    assert set(keywords_of(document)) <= set(described) | ({"texts"} if document.open_keys else set())


OVERLAYS = {
    "a reason and a place": "entity: x\nattributes:\n  x_sn_n: {$after: name, $why: Law, type: string}\n",
    "a set change": "entity: x\nidentity: {strong: {$add: [a], $drop: [b], $why: Law}}\n",
    "a value with a reason": "entity: x\nattributes: {n: {max_length: {$set: 3, $why: Law}}}\n",
    "a removal": "enum: x\nvalues: {a: {$remove: true}}\n",
    "a replacement": "process: x\ntasks: {a: {$replace: true, call: b.c}}\n",
    "a bare label": "entity: x\nlabel: Thing\n",
    "a list for names": "screen: x\ncolumns: [a, b]\n",
    "a bare value for a part": "entity: x\nattributes: {n: {type: string, compute: a + b, default: 3}}\n",
    "one for a list": "entity: x\nattributes: {n: {pattern: 'a+'}}\nrelations: {r: {to: any}}\n",
    "a number for text": "layer: x\nversion: 1.0\n",
    "nothing for an element": "enum: x\nvalues:\n  a:\n",
    "no value": "entity: x\nattributes: {n: {max_length: null}}\n",
    "free keys": "interface: x\nmap: {a: {lookup: {Month-to-month: monthly}}}\n",
    "texts by path": "translation: ar\nentity.x.label: y\n",
    "a lock": "entity: x\n$lock: tighten\nattributes: {$extend: {attributes: {max: 3}}}\n",
}


@pytest.mark.parametrize("name", OVERLAYS)
def test_an_editor_takes(name: str) -> None:
    text = OVERLAYS[name]
    assert errors(text.split(":")[0], text) == []


@pytest.mark.parametrize(
    "text",
    [
        "entity: x\nattributes: {n: {typ: string}}\n",
        "entity: x\nattributes: {n: {max_length: many}}\n",
        "entity: x\nattributes: {n: {max_length: 0}}\n",
        "entity: x\nattributes: {N: {type: string}}\n",
        "entity: x\nattributes: {n: {pii: [secret]}}\n",
        "entity: x\nretention: {after: 30m}\n",
        "entity: x\nlabel: {french: Chose}\n",
        "screen: x\nkind: record\ncolumns: [a]\n",
        "screen: x\nkind: view360\npanels: {p: {kind: facts, sort: [a]}}\n",
        "interface: x\nkind: api\ninto: customer\n",
        "rule: x\nkind: compute\ncheck: a == b\n",
        "screen: x\nkind: tree\n",
    ],
)
def test_an_editor_underlines(text: str) -> None:
    assert errors(text.split(":", maxsplit=1)[0], text) != []


def test_an_editor_underlines_a_file_without_header() -> None:
    assert errors("entity", "attributes: {}\n") != []


@pytest.mark.parametrize(
    "text",
    [
        "screen: x\ncolumns: [a]\ntabs: {t: {}}\n",
        "screen: x\nkind: record\ntabs: {t: {}}\nof: a\n$why: Law\n",
        "screen: x\nkind: view360\npanels: {p: {sort: [a]}, q: {kind: facts, facts: [a]}}\n",
        "interface: x\ndelimiter: ';'\n",
    ],
)
def test_an_editor_takes_what_fits_the_kind_and_all_where_a_lower_layer_says_it(text: str) -> None:
    assert errors(text.split(":", maxsplit=1)[0], text) == []


@pytest.mark.parametrize(
    "text",
    [
        "entity: x\nattributes: {n: {$whi: Law}}\n",
        "entity: x\n$after: y\n",
        "entity: x\n$set: y\n",
        "entity: x\nattributes: {$remove: true}\n",
        "entity: x\nattributes: {n: {$set: string}}\n",
        "entity: x\nattributes: {n: {$add: [a]}}\n",
        "entity: x\nattributes: {n: {$remove: maybe}}\n",
        "entity: x\nattributes: {n: {$until: soon}}\n",
        "entity: x\nattributes: {n: {$extend: {attributes: 3}}}\n",
        "entity: x\nattributes: {n: {max_length: {$set: many}}}\n",
        "entity: x\nattributes: {n: {max_length: {$set: 3, $after: m}}}\n",
        "entity: x\nattributes: {n: {max_length: {$why: Law}}}\n",
        "entity: x\nattributes: {n: {pii: {$add: [secret]}}}\n",
        "entity: x\nlabel: {$set: {en: a}}\n",
        "entity: x\nidentity: {$before: api}\n",
        "screen: x\nsort: {$add: [a]}\n",
    ],
)
def test_an_editor_underlines_an_instruction_that_does_not_fit(text: str) -> None:
    assert errors(text.split(":", maxsplit=1)[0], text) != []


@pytest.mark.parametrize(
    "text",
    [
        "entity: x\n$remove: true\n$why: Law\n",
        "entity: x\n$was: y\n",
        "entity: x\nattributes: {$extend: true}\n",
        "entity: x\nattributes: {n: {$remove: true, $ticket: G-1}}\n",
        "entity: x\nattributes: {n: {$extend: {attributes: {max: 3}}}}\n",
        "entity: x\nattributes: {n: {compute: {$set: a + b, $why: Law}}}\n",
        "entity: x\nattributes: {n: {pii: {$add: identity, $drop: [contact]}}}\n",
        "entity: x\nattributes: {n: {required: {$set: 'a == b', $until: 2027-03-31, $category: debt}}}\n",
        "entity: x\nlabel: {$set: Thing, $why: Law}\n",
        "entity: x\napi: {nest: {a: {$set: b.c, $why: Law}}}\n",
        "screen: x\ncolumns: {$set: [a, b], $why: Law}\n",
        "screen: x\nsort: {$set: [a], $why: Law}\n",
        "screen: x\ncolumns: {a: {$first: true}, b: {$after: a}}\n",
    ],
)
def test_an_editor_takes_an_instruction_where_it_fits(text: str) -> None:
    plain = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))
    kind = text.split(":", maxsplit=1)[0]
    assert [error.message for error in VALIDATORS[kind].iter_errors(plain)] == []


@pytest.mark.parametrize("document", BUILT_IN_KINDS, ids=lambda document: document.kind)
def test_instructions_stand_where_merging_takes_them(document: type[Document]) -> None:
    schema = json_schema(document, REGISTRY)
    fitting = allowed_directives(RecordShape(document), Position.ROOT)
    assert {name for name in schema["properties"] if name[0] == "$"} == {f"${name}" for name in fitting}


def test_names_of_a_model_are_offered_and_others_still_taken(tmp_path: Path) -> None:
    model = load_files(tmp_path, {"baseline/a.yaml": "entity: a\n"}).model
    schema: Any = json_schema(KINDS["rule"], REGISTRY, model)
    assert {"enum": ["a"]} in schema["properties"]["on"]["anyOf"]
    assert list(jsonschema.Draft202012Validator(schema).iter_errors({"rule": "r", "on": "b"})) == []


def test_values_of_a_vocabulary_are_offered_and_others_still_taken(tmp_path: Path) -> None:
    schema: Any = json_schema(KINDS["layer"], REGISTRY, load_files(tmp_path, {}).model)
    assert {"enum": ["EUR", "XOF"]} in schema["properties"]["currency"]["anyOf"]
    assert list(jsonschema.Draft202012Validator(schema).iter_errors({"layer": "l", "currency": "JOD"})) == []


def test_one_file_a_kind_is_written_and_one_that_chooses(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "schemas", REGISTRY)
    assert {path.name for path in written} == {*(f"{kind}.schema.json" for kind in KINDS), "sidra.schema.json"}
    index = json.loads((tmp_path / "schemas/sidra.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(index)
    assert {"required": ["entity"]} in index["anyOf"]


def test_an_editor_underlines_nothing_in_the_baseline_and_the_overlays(root: Path) -> None:
    files = [path for folder in ("baseline", "affiliates") for path in sorted((root / folder).rglob("*.yaml"))]
    documents = {path: YAML(typ="safe").load(path) for path in files}
    # YAML 1.2 knows no dates; this reader makes some all the same.
    plain = {path: json.loads(json.dumps(document, default=str)) for path, document in documents.items()}
    underlined = {
        path.relative_to(root): [error.message for error in VALIDATORS[next(iter(document))].iter_errors(document)]
        for path, document in plain.items()
        if next(iter(document)) in VALIDATORS
    }
    assert {path: found for path, found in underlined.items() if found} == {}
