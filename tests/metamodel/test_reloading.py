"""An edit must come to the same as a start: what is remembered between loads changes their time, never their result."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.metamodel.configurations import ALWAYS, LANGUAGE

from sidra_metamodel.expressions import ExpressionError
from sidra_metamodel.language import Formula
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.load import Loaded, load, load_all
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import visits_of
from sidra_metamodel.model.watched import WatchedModel
from sidra_metamodel.reading.cache import Cache
from sidra_metamodel.render import render

AFFILIATE = "level: affiliate\nlocales: [fr]\ntime_zone: UTC\n"
CAN = "test: can\ntitle: She can\nclock: 2026-03-01T09:00\n"

# Each file with the texts that it may have; None is a file that is not there. Places, types, names and the form change.
FILES: Final[Mapping[str, tuple[str | None, ...]]] = {
    "baseline/core/party.yaml": (
        "entity: party\nabstract: true\nattributes:\n  name: {type: string, max_length: 40, label: Name}\n",
        "# moved\nentity: party\nabstract: true\nattributes:\n  name: {type: string, max_length: 40, label: Name}\n",
        "entity: party\nabstract: true\nattributes:\n  name: {type: integer}\n  size: {type: integer}\n",
        "entity: party\nattributes: [\n",
    ),
    "baseline/core/person.yaml": (
        "entity: person\nis_a: party\ntitle: name\nattributes:\n  mood: {type: enum, enum: moods}\n",
        "entity: person\nis_a: party\nattributes:\n  mood: {type: enum, enum: moods, required: name == 'x'}\n",
        "entity: person\nattributes:\n  name: {type: string, hidden: true}\n  mood: {type: strin}\n",
        "entity: person\nis_a: party\nattributes:\n  mood: {type: enum, enum: moods, pii: [sensitive]}\n",
        None,
    ),
    "baseline/core/moods.yaml": (
        "enum: moods\nvalues: {$extend: true, good: {}, bad: {}}\n",
        "enum: moods\nvalues: [good, sad]\n",
        None,
    ),
    "baseline/core/fr.yaml": (
        "translation: fr\nentity.party.attributes.name.label: Nom\n",
        "translation: fr\nentity.party.attributes.name.label: Nom entier\n",
        "translation: fr\nentity.person.attributes.name.label: Son nom\nentity.person.label: Personne\n",
        None,
    ),
    "baseline/core/order.yaml": (
        "entity: order\nattributes:\n  at: {type: date}\nrelations:\n  by: {to: person}\n",
        "entity: order\nattributes:\n  at: {type: date}\nrelations:\n  by: {to: [person, order]}\n",
        "entity: order\nattributes:\n  at: {type: date, compute: {by: by.mood}}\nrelations:\n  by: {to: person}\n",
    ),
    "baseline/core/rule.yaml": (
        "rule: happy\non: order\nkind: validate\ncheck: by.mood == 'good'\nmessage: Be happy\n",
        "rule: happy\non: order\nkind: validate\ncheck: by.name == 'x' && by.size > 1\nmessage: Be happy\n",
        "rule: happy\non: person\nkind: validate\ncheck: mood == 'bad' ||\nmessage: Be happy\n",
    ),
    "baseline/core/named.yaml": (
        "rule: named\non: party\nkind: validate\ncheck: name == 'x'\nmessage: Say it\n",
        "rule: named\non: person\nkind: validate\ncheck: name == 'x'\nmessage: Say it\n",
    ),
    "baseline/core/moody.yaml": (
        "rule: moody\non: person\nkind: default\nat: mood\nvalue: \"'good'\"\n",
        "rule: moody\non: person\nkind: compute\nat: name\nvalue: \"'good'\"\n",
        None,
    ),
    "baseline/mature/pack.yaml": ("pack: mature\ntier: mature\n", "pack: mature\ntier: mature\nrequires: [b2b]\n"),
    "baseline/mature/person.yaml": ("entity: person\nicon: user\n", "entity: person\nicon: star\n"),
    "baseline/b2b/pack.yaml": ("pack: b2b\ntier: b2b\n",),
    "baseline/b2b/person.yaml": (
        "entity: person\nicon: user\nattributes:\n  age: {type: integer}\n",
        "entity: person\nicon: heart\nattributes:\n  name: {$remove: true}\n",
        None,
    ),
    "affiliates/sn/person.yaml": (
        "entity: person\nattributes:\n  x_sn_nick: {type: string, $why: custom, $after: name}\n",
        "entity: person\nattributes:\n  name: {max_length: 30, $why: short}\n",
        "entity: person\nattributes:\n  nick: {type: string}\n  name: {max_length: 60}\n",
        None,
    ),
    "affiliates/sn/layer.yaml": (
        f"layer: sn\nprefix: sn\ntiers: [core]\n{AFFILIATE}",
        f"layer: sn\nprefix: sen\ntiers: [core]\n{AFFILIATE}",
        f"layer: sn\nprefix: sen\ntiers: [core, b2b]\n{AFFILIATE}",
    ),
    "baseline/core/short.yaml": (
        "type: short\nbase: string\nmax_length: 9\nexample: abc\n",
        "type: short\nbase: integer\nmax: 9\n",
        "type: short\nbase: short\n",
        None,
    ),
    "baseline/core/contract.yaml": (
        "entity: contract\nattributes:\n  code: {type: short, default: abc, sort: true}\n  on: {type: date}\n",
        "entity: contract\nattributes:\n  code: {type: short, default: abcdefghijklm}\n  at: {type: date}\n",
        "entity: contract\nis_a: order\nattributes:\n  code: {type: short, encrypt: true}\n",
        None,
    ),
    "baseline/core/contracts.yaml": (
        "screen: contracts\nkind: list\nof: contract\ncolumns: [code, on]\nsort: [code]\n",
        "screen: contracts\nkind: list\nof: person\ncolumns: [name, mood]\nfilter: name == 'x'\n",
        None,
    ),
    "baseline/core/agent.yaml": (
        "role: agent\nmay:\n  person: {do: [read, update], columns: {name: mask}}\n  order: {do: [read]}\n",
        "role: agent\nmay:\n  person: {do: [read], rows: mood == 'good'}\n  contract: {do: [read]}\n",
        None,
    ),
    "baseline/core/can.yaml": (
        f"{CAN}given:\n  her: {{person: {{name: x}}}}\nthen:\n  so: {{expect: her.name == 'x'}}\n",
        f"{CAN}given:\n  it: {{contract: {{code: x}}}}\nthen:\n  so: {{expect: it.code == 'x'}}\n",
        None,
    ),
    "baseline/core/waivers/long.yaml": (
        None,
        "waiver: long\naffiliate: sn\npath: person.attributes.name.max_length\nallows: 60\nwhy: A law\n",
    ),
    "affiliates/pl/agent.yaml": (
        None,
        "role: agent\n$why: same\nmay:\n  person: {columns: {mood: read}}\n",
        "role: agent\nmay:\n  person: {do: {$add: [delete], $why: more}, columns: {name: {$set: edit, $why: more}}}\n",
        "role: agent\n$why: less\nmay:\n  person: {columns: {name: {$set: none, $why: less}}}\n",
    ),
    "affiliates/pl/layer.yaml": (f"layer: pl\nprefix: pl\ntiers: [core, b2b, mature]\n{AFFILIATE}",),
    "affiliates/pl/moodz.yaml": (None, "enum: moodz\nvalues: [good]\n"),
    "affiliates/pl/moods.yaml": (
        "enum: moods\nvalues:\n  x_pl_soso: {$why: custom}\n",
        None,
    ),
}

Edit = tuple[str, int]

EDITS = st.lists(
    st.sampled_from([(file, number) for file, texts in FILES.items() for number in range(len(texts))]),
    min_size=1,
    max_size=12,
)


def save(folder: Path, file: str, text: str | None) -> None:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(text, encoding="utf-8")


def load_alone(folder: Path) -> dict[str, object]:
    """What each affiliate tells that is loaded for the first time, with no other one before it."""
    found = {}
    for name in discover(folder / "baseline", [folder / "affiliates"], LANGUAGE.registry).affiliates:
        layers = discover(folder / "baseline", [folder / "affiliates"], LANGUAGE.registry, Cache())
        found[name] = told(load(layers, name, LANGUAGE))
    return found


def load_again(folder: Path, cache: Cache) -> dict[str, object]:
    layers = discover(folder / "baseline", [folder / "affiliates"], LANGUAGE.registry, cache)
    return {name: told(loaded) for name, loaded in load_all(layers, LANGUAGE).items()}


def told(loaded: Loaded) -> object:
    """All that a load tells, as plain data."""
    stages = {
        key: [(stage.layer.name, stage.root.plain()) for stage in document.stages]
        for key, document in loaded.effective.items()
    }
    places = {key: [str(node.place) for node in document.root.chain()] for key, document in loaded.effective.items()}
    version = loaded.model and loaded.model.version
    model = loaded.draft
    return render(loaded.diagnostics), stages, places, version, proofs(model), documents(model), asked(model)


def asked(model: Model) -> dict[str, object]:
    """What a Model answers, where results that rest on single answers are taken over from earlier loads."""
    watched, types = WatchedModel(model.origin), ("string", "short", "moods", "strin")
    of_each: dict[str, Callable[[str], object]] = {
        "line": watched.ancestors,
        "tree": watched.subtypes,
        "to": lambda name: [(source, one.name, str(one.node.place)) for source, one in watched.inverse_relations(name)],
        "there": lambda name: name in watched.entities,
        "node": lambda name: name in watched.entities and str(watched.entities[name].node.place),
        "root": lambda name: ("entity", name) in watched.nodes and str(watched.nodes["entity", name].place),
    }
    of_all: dict[str, Callable[[], object]] = {
        "types": lambda: [watched.base_of(name) for name in types],
        "rules": lambda: [*watched.rules],
        "who": lambda: watched.affiliate,
        "filling": lambda: [str(rule.node.place) for rule in watched.rules_filling("mood")],
        "filling the same": lambda: [str(rule.node.place) for rule in watched.rules_filling("mood")],
        "many": lambda: (len(watched.screens), len(watched.nodes), [*watched.nodes]),
        "layer": lambda: (watched.affiliate, watched.layer.prefix, watched.locales, str(watched.time_zone)),
        "group": lambda: (watched.group.is_all, [*watched.group.roles], len(watched.group_nodes)),
    }
    found = {
        f"{word} {name}": watched.recalled((word, name), partial(read, name))
        for word, read in of_each.items()
        for name in ("party", "person", "order", "contract")
    }
    return {**found, **{word: watched.recalled((word,), read) for word, read in of_all.items()}}


def documents(model: Model) -> dict[str, str]:
    return {f"{kind} {name}": repr(model.documents(kind)[name]) for kind, name in model.nodes}


def proofs(model: Model) -> list[str]:
    """What each expression of a Model means there."""
    found = []
    for visit in visits_of(model):
        for node in (visit.node.entries or (visit.node,)) if visit.is_expression else ():
            formula = Formula(str(node.value), node, visit.keyword, visit.context)
            try:
                expression = model.expression(formula)
                assert any(expression.schema is one for one in (model.schema, model.test_schema))
                found.append(f"{visit.dotted} {expression.root} {expression.sql_refusal}")
            except ExpressionError as error:
                found.append(f"{visit.dotted} {error}")
    return found


@settings(max_examples=40, deadline=None)
@given(EDITS)
def test_after_any_edits_a_load_tells_the_same_as_a_first_one(edits: list[Edit]) -> None:
    with TemporaryDirectory() as name:
        folder, cache = Path(name), Cache()
        for file, text in {**ALWAYS, **{file: texts[0] for file, texts in FILES.items()}}.items():
            save(folder, file, text)
        load_again(folder, cache)
        for file, number in edits:
            save(folder, file, FILES[file][number])
            assert load_again(folder, cache) == load_alone(folder)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("file", FILES)
def test_each_edit_tells_the_same_as_a_first_load_and_so_does_its_undoing(
    file: str, first: int, tmp_path: Path
) -> None:
    cache = Cache()
    for each, texts in {**{path: (text,) for path, text in ALWAYS.items()}, **FILES}.items():
        save(tmp_path, each, texts[min(first, len(texts) - 1)])
    for text in (*FILES[file], FILES[file][0]):
        save(tmp_path, file, text)
        assert load_again(tmp_path, cache) == load_alone(tmp_path)


def test_these_files_are_right_before_they_are_edited(tmp_path: Path) -> None:
    for each, texts in {**{path: (text,) for path, text in ALWAYS.items()}, **FILES}.items():
        save(tmp_path, each, texts[0])
    layers = discover(tmp_path / "baseline", [tmp_path / "affiliates"], LANGUAGE.registry)
    assert {name: render(loaded.diagnostics) for name, loaded in load_all(layers, LANGUAGE).items()} == {
        "pl": "",
        "sn": "",
    }
