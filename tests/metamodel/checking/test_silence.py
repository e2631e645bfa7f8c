"""What a check lets pass, and where one finding must not bring others."""

from collections.abc import Callable

import pytest

Found = Callable[[dict[str, str]], str]

RIGHT = {
    "a default for each type": "entity: a\nattributes:\n"
    "  flag: {type: boolean, default: true}\n"
    "  day: {type: date, default: 2026-03-01}\n"
    "  text: {type: text, default: x, max_length: 3}\n"
    "  amount: {type: decimal, default: 1.5, min: 0, max: 9}\n"
    "  when: {type: date, min: today, max: 2030-01-01}\n",
    "a required attribute without default that is computed": "entity: a\nattributes:\n"
    "  x: {type: string, required: true, hidden: true, compute: {by: \"'x'\", stored: true}}\n",
    "a relation to anything": "entity: a\nrelations:\n  b: {to: any}\n",
    "a relation to several": "entity: a\nrelations:\n  b: {to: [a, c]}\n---\nentity: c\n",
    "a life cycle of hidden values": "entity: a\nattributes: {s: {type: enum, enum: e}}\n"
    "lifecycle: {attribute: s, initial: new, transitions: {go: {from: [new], to: old}}}\n"
    "---\nenum: e\nvalues: {new: {}, old: {}, older: {hidden: true}}\n",
    "a role on a supertype with a step of a subtype": "entity: p\nabstract: true\n---\nentity: a\nis_a: p\n"
    "attributes: {s: {type: enum, enum: e}}\n"
    "lifecycle: {attribute: s, initial: new, transitions: {go: {from: [new], to: old}}}\n"
    "---\nenum: e\nvalues: [new, old]\n---\nrole: r\nmay:\n  p: {do: [read, go]}\n",
    "an API with its names": "entity: a\napi: {path: a/v4, nest: {x: y.z}, related_party: {b: owner}}\n"
    "attributes: {x: {type: string}}\nrelations: {b: {to: a}}\n",
    "a search": "entity: a\ntitle: x\nattributes: {x: {type: string}}\n---\n"
    'screen: search\nkind: search\nentities: {a: {facts: {x: {}, two: {value: "concat(x, x)"}}}}\n',
    "a menu that counts": "entity: a\nattributes: {x: {type: string, filter: true}}\n---\n"
    "menu: main\ngroups: {g: {items: {i: {entity: a, count: x == 'y'}}}}\n",
    "a rule that sets what is hidden": "entity: a\nattributes: {x: {type: string, required: true, hidden: true}}\n---\n"
    "rule: r\nkind: default\non: a\nat: x\nvalue: \"'x'\"\n",
    "a sequence": 'entity: a\nattributes: {n: {type: sequence, sequence: "A-{n:06}", required: true}}\n',
}


def files_of(texts: str) -> dict[str, str]:
    """One file for each of the texts between the dashes."""
    return {f"baseline/{index}.yaml": text for index, text in enumerate(texts.split("---\n"))}


@pytest.mark.parametrize("name", RIGHT)
def test_it_lets_pass(found: Found, name: str) -> None:
    assert found(files_of(RIGHT[name])) == ""


WRONG = {
    "a default that is no truth value": ("entity: a\nattributes:\n  x: {type: boolean, default: maybe}\n", "E415"),
    "a default that is no date": ("entity: a\nattributes:\n  x: {type: date, default: soon}\n", "E415"),
    "a default that is no text": ("entity: a\nattributes:\n  x: {type: string, default: 3}\n", "E415"),
    "a sequence without a shape": ("entity: a\nattributes:\n  x: {type: sequence}\n", "E412"),
    "a relation with the name of a column": ("entity: a\nrelations:\n  unit: {to: a}\n", "E417"),
    "a screen of an unknown entity": ("screen: s\nkind: list\nof: b\ncolumns: [x]\nsort: [x]\nfilters: [y]\n", "E401"),
    "a panel of an unknown entity": (
        "entity: a\n---\nscreen: s\nkind: view360\nof: a\npanels: {b: {source: b, via: c, filter: x == 1}}\n",
        "E401",
    ),
    "a button for an unknown step": (
        "entity: a\n---\nscreen: s\nkind: view360\nof: a\nheader: {actions: {go: {transition: go}}}\n",
        "E401",
    ),
    "an API of an unknown relation": ("entity: a\napi: {path: a/v4, related_party: {b: owner}}\n", "E401"),
    "a keyword that is a list": ("entity: a\ntitle: [x]\n", "E124"),
    "a keyword that is a map": ("entity: a\nabstract: {x: 1}\n", "E124"),
    "a map that is a number": ("entity: a\nattributes: 3\n", "E124"),
    "a required keyword that is nothing": ("entity: a\nattributes:\n  x: {type: null}\n", "E124"),
    "a truth value for text": ("enum: e\nvalues: {a: {icon: [true]}}\n", "E124"),
    "a language that is none": ("entity: a\nlabel: {french: Chose}\n", "E122"),
    "a rule without a kind": ("entity: a\n---\nrule: r\non: a\n", "E123"),
    "a grant on an unknown entity": ("role: r\nmay: {b: {do: [go], columns: {x: read}, rows: x == 1}}\n", "E401"),
}


@pytest.mark.parametrize("name", WRONG)
def test_it_finds_that_and_nothing_that_follows_from_it(found: Found, name: str) -> None:
    texts, code = WRONG[name]
    lines = found(files_of(texts)).splitlines()
    assert [line[6:10] for line in lines if line.startswith("error[")] == [code], lines
