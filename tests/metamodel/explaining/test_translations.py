from pathlib import Path

from tests.metamodel.configurations import load_files

from sidra_metamodel.explaining.translations import texts

FILES = {
    "baseline/layer.yaml": "layer: meridian\nlevel: group\nversion: 1.0.0\nlocales: [en]\n",
    "baseline/core/pack.yaml": "pack: core\ntier: core\n",
    "baseline/core/entities/party.yaml": """
entity: party
abstract: true
label: {en: Party, fr: Tiers}
attributes:
  name: {label: {en: Name}, type: string}
""",
    "baseline/core/entities/person.yaml": "entity: person\nis_a: party\nlabel: {en: Person, fr: Personne}\n",
    "affiliates/sn/layer.yaml": "layer: sn\nlevel: affiliate\nprefix: sn\nlocales: [fr]\n",
    "affiliates/sn/entities/person.yaml": "entity: person\nlabel: {en: {$set: Subscriber, $why: as we say}}\n",
}


def test_each_text_stands_once_at_the_document_that_declares_it(tmp_path: Path) -> None:
    found = [text.path for text in texts(load_files(tmp_path, FILES).draft) if text.path.startswith("entity.")]
    assert sorted(found) == ["entity.party.attributes.name.label", "entity.party.label", "entity.person.label"]


def test_a_text_is_missing_that_readers_get_in_another_language(tmp_path: Path) -> None:
    found = {text.path: text.is_missing("fr") for text in texts(load_files(tmp_path, FILES).draft)}
    assert found["entity.party.attributes.name.label"]
    assert not found["entity.party.label"]


def test_a_translation_is_stale_where_a_layer_above_says_something_else(tmp_path: Path) -> None:
    found = {text.path: text.is_stale("fr") for text in texts(load_files(tmp_path, FILES).draft)}
    assert found["entity.person.label"]
    assert not found["entity.party.label"]
