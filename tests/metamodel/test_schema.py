import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML
from tests.metamodel.configurations import load_files

from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.language import Document
from sidra_metamodel.registry import Registry
from sidra_metamodel.schema import json_schema, write_schemas

REGISTRY = Registry(BUILT_IN_KINDS)
KINDS = REGISTRY.kinds


def errors(kind: str, text: str) -> list[str]:
    """What an editor would underline in a file."""
    validator = jsonschema.Draft202012Validator(json_schema(KINDS[kind], REGISTRY))
    return [error.message for error in validator.iter_errors(YAML(typ="safe", pure=True).load(text))]


@pytest.mark.parametrize("document", BUILT_IN_KINDS, ids=lambda document: document.kind)
def test_every_schema_is_one_and_describes_each_keyword(document: type[Document]) -> None:
    schema = json_schema(document, REGISTRY)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert [name for name, inner in schema["properties"].items() if "description" not in inner] == []


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
        "entity: x\nattributes: {N: {type: string}}\n",
        "entity: x\nattributes: {n: {pii: [secret]}}\n",
        "entity: x\nattributes: {n: {$whi: Law}}\n",
        "entity: x\nretention: {after: 30m}\n",
        "entity: x\nlabel: {french: Chose}\n",
        "attributes: {}\n",
    ],
)
def test_an_editor_underlines(text: str) -> None:
    assert errors("entity", text) != []


def test_names_of_a_model_are_offered_and_others_still_taken(tmp_path: Path) -> None:
    model = load_files(tmp_path, {"baseline/a.yaml": "entity: a\n"}).model
    schema: Any = json_schema(KINDS["rule"], REGISTRY, model)
    assert {"enum": ["a"]} in schema["properties"]["on"]["anyOf"]
    assert list(jsonschema.Draft202012Validator(schema).iter_errors({"rule": "r", "on": "b"})) == []


def test_one_file_a_kind_is_written_and_one_that_chooses(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "schemas", REGISTRY)
    assert {path.name for path in written} == {*(f"{kind}.schema.json" for kind in KINDS), "sidra.schema.json"}
    index = json.loads((tmp_path / "schemas/sidra.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(index)
    assert {"required": ["entity"]} in index["anyOf"]


def test_an_editor_underlines_nothing_in_the_baseline_and_the_overlays(root: Path) -> None:
    validators = {kind: jsonschema.Draft202012Validator(json_schema(KINDS[kind], REGISTRY)) for kind in KINDS}
    files = [path for folder in ("baseline", "affiliates") for path in sorted((root / folder).rglob("*.yaml"))]
    documents = {path: YAML(typ="safe").load(path) for path in files}
    # YAML 1.2 knows no dates; this reader makes some all the same.
    plain = {path: json.loads(json.dumps(document, default=str)) for path, document in documents.items()}
    underlined = {
        path.relative_to(root): [error.message for error in validators[next(iter(document))].iter_errors(document)]
        for path, document in plain.items()
        if next(iter(document)) in validators
    }
    assert {path: found for path, found in underlined.items() if found} == {}
