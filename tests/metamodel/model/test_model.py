from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from tests.metamodel.configurations import LANGUAGE, load_files

from sidra_metamodel.expressions import DATE, IDENTIFIER, JSON, STRING, EnumType, ManyType, RecordType
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.load import Language
from sidra_metamodel.model.built_in import PluginType, Types, TypeTaken
from sidra_metamodel.model.model import Model, UnknownName, words_of

FILES = {
    "baseline/party.yaml": """
        entity: party
        abstract: true
        label: {en: Party, fr: Partie}
        title: display_name
        attributes:
          display_name: {type: string, compute: "'x'"}
          parts: {type: address}
          name_in_all: {type: string, localised: true}
        relations:
          contact_media: {to: contact_medium, many: true, owned: true, inverse: party}
    """,
    "baseline/individual.yaml": """
        entity: individual
        is_a: party
        attributes:
          number: {type: citizen_number, pattern: 'A.*', required: "status == 'new'"}
          status: {type: enum, enum: states}
        retention: {when: "status == 'old'", after: 5y, do: anonymise}
    """,
    "baseline/organization.yaml": "entity: organization\nis_a: party\n",
    "baseline/contact_medium.yaml": "entity: contact_medium\nrelations:\n  party: {to: party}\n",
    "baseline/note.yaml": "entity: note\nrelations:\n  about: {to: any}\n  writer: {to: [individual, organization]}\n",
    "baseline/customer.yaml": "entity: customer\nrelations:\n  person: {to: individual}\n  payer: {to: party}\n",
    "baseline/states.yaml": "enum: states\nvalues: [new, old]\n",
    "baseline/citizen_number.yaml": "type: citizen_number\nbase: code\npattern: '[0-9A]+'\ncheck: value.size() > 3\n",
    "baseline/code.yaml": "type: code\nbase: string\nmax_length: 20\n",
    "affiliates/sn/individual.yaml": """
        entity: individual
        attributes:
          number: {pattern: '.*Z', required: "status == 'old'", $why: Law 1}
    """,
}


@pytest.fixture
def model(tmp_path: Path) -> Model:
    loaded = load_files(tmp_path, FILES)
    assert loaded.model is not None, list(loaded.diagnostics)
    return loaded.model


def test_an_affiliate_has_its_own_settings_and_else_those_of_the_group(model: Model) -> None:
    assert (model.affiliate, model.layer.name, model.layer.prefix) == ("sn", "sn", "sn")
    assert (model.locales, model.currency, str(model.time_zone)) == (("en", "fr"), "EUR", "Africa/Dakar")
    assert (model.country, model.hue, model.calendar) == ("", None, None)


def test_documents_are_found_by_kind_and_name(model: Model) -> None:
    assert sorted(model.entities) == ["contact_medium", "customer", "individual", "note", "organization", "party"]
    assert model.entity("party") is model.entities["party"]
    assert (len(model.enums), "x" in model.enums, list(model.documents("nonsense"))) == (1, False, [])
    empty = (model.rules, model.screens, model.menus, model.roles, model.interfaces, model.processes, model.calendars)
    assert [len(documents) for documents in empty] == [0] * 7


def test_an_unknown_entity_is_a_coded_error(model: Model) -> None:
    with pytest.raises(UnknownName, match="no entity `persn`"):
        model.entity("persn")


def test_a_tree_of_subtypes_shares_its_root(model: Model) -> None:
    assert model.ancestors("individual") == ("party",)
    assert model.subtypes("party") == ("party", "individual", "organization")
    assert (model.root("organization"), model.root("note")) == ("party", "note")


def test_a_subtype_has_what_its_supertype_declares(model: Model) -> None:
    individual = model.entity("individual")
    assert list(individual.attributes) == ["display_name", "parts", "name_in_all", "number", "status"]
    assert (individual.title, individual.abstract, list(individual.relations)) == (
        "display_name",
        False,
        ["contact_media"],
    )
    assert list(model.declared_relations("individual")) == []


def test_patterns_of_all_layers_count_and_conditions_are_ored(model: Model) -> None:
    number = model.entity("individual").attributes["number"]
    assert number.pattern == ("A.*", ".*Z")
    assert not isinstance(number.required, bool)
    assert number.required.text == "(status == 'new') || (status == 'old')"
    assert model.expression(number.required).reads == {"status"}


def test_a_duration_is_a_span_of_time(model: Model) -> None:
    retention = model.entity("individual").retention
    assert retention is not None
    assert (retention.after, retention.do) == (timedelta(days=1825), "anonymise")


def test_a_type_of_documents_ends_at_a_built_in_one(model: Model) -> None:
    number = model.entity("individual").attributes["number"]
    assert model.base_type(number) == "string"
    assert [type_.name for type_ in model.type_chain(number)] == ["citizen_number", "code"]
    assert model.plugin_types(number) == ()


def test_expressions_see_members_by_their_types(model: Model) -> None:
    members = {
        name: model.schema.member("individual", name)
        for name in ("id", "number", "status", "parts", "name_in_all", "contact_media", "nothing")
    }
    assert members == {
        "id": IDENTIFIER,
        "number": STRING,
        "status": EnumType("states", ("new", "old")),
        "parts": JSON,
        "name_in_all": JSON,
        "contact_media": ManyType(("contact_medium",)),
        "nothing": None,
    }
    assert model.schema.member("note", "about") == RecordType(())
    assert model.schema.member("note", "writer") == RecordType(("individual", "organization"))
    assert model.schema.member("nobody", "about") is None
    assert list(model.schema.members("nobody"))[:2] == ["id", "kind"]
    assert model.schema.is_subtype("individual", "party")
    assert not model.schema.is_subtype("party", "individual")


def test_relations_that_lead_to_an_entity_are_known(model: Model) -> None:
    found = {(source, relation.name) for source, relation in model.inverse_relations("individual")}
    assert found == {
        ("contact_medium", "party"),
        ("note", "about"),
        ("note", "writer"),
        ("customer", "person"),
        ("customer", "payer"),
    }


def test_the_relation_that_fits_is_found_or_must_be_named(model: Model) -> None:
    assert model.via("contact_medium", "individual").name == "party"
    assert model.via("customer", "individual", "payer").name == "payer"
    assert model.via("note", "customer").name == "about"
    with pytest.raises(UnknownName, match="there is `person`, `payer`"):
        model.via("customer", "individual")
    with pytest.raises(UnknownName, match="no relation `x` of `customer`"):
        model.via("customer", "individual", "x")
    with pytest.raises(UnknownName, match="there is none"):
        model.via("organization", "customer")


def test_a_subject_walks_relations_to_one_entity(model: Model) -> None:
    assert model.resolve(("customer", "person", "contact_media")) == "contact_medium"
    assert model.resolve(("note", "writer")) is None
    assert model.resolve(("customer", "nothing")) is None
    assert model.resolve(()) is None


def test_a_label_falls_back_to_other_languages_and_then_to_the_name(model: Model) -> None:
    assert (model.label(model.entity("party"), "fr"), model.label(model.entity("party"), "ar")) == ("Partie", "Party")
    assert model.label(model.entity("party").attributes["display_name"]) == "Display name"
    assert words_of("x_sn_ninea") == "Sn ninea"


def test_a_model_of_the_same_files_has_the_same_version(tmp_path: Path) -> None:
    first, second = (load_files(tmp_path / folder, FILES).draft.version for folder in ("a", "b"))
    changed = load_files(tmp_path / "c", {**FILES, "baseline/states.yaml": "enum: states\nvalues: [new, old, odd]\n"})
    assert first == second != changed.draft.version


def plugin_language(*types: PluginType) -> Language:
    return Language(LANGUAGE.registry, LANGUAGE.functions, Types(types))


def test_a_type_made_by_code_is_one_like_the_others(tmp_path: Path) -> None:
    pesel = PluginType(name="pesel", doc="A number.", base="string", check=lambda value: value == "1")
    birthday = PluginType(name="birthday", doc="A day.", base="date")
    files: Mapping[str, str] = {
        "baseline/a.yaml": "entity: a\nattributes:\n  x: {type: strict}\n  y: {type: birthday}\n  z: {type: string}\n",
        "baseline/strict.yaml": "type: strict\nbase: pesel\n",
    }
    model = load_files(tmp_path, files, plugin_language(pesel, birthday)).model
    assert model is not None
    attributes = model.entity("a").attributes
    assert [model.base_type(attribute) for attribute in attributes.values()] == ["string", "date", "string"]
    assert [model.plugin_types(attribute) for attribute in attributes.values()] == [(pesel,), (birthday,), ()]
    assert model.schema.member("a", "y") == DATE


def test_two_types_of_one_name_are_refused() -> None:
    with pytest.raises(TypeTaken, match="the type `string` is registered twice"):
        Types([PluginType(name="string", doc="Another.", base="text")])


def test_an_element_knows_where_it_was_declared(model: Model) -> None:
    number: Attribute = model.entity("individual").attributes["number"]
    assert {node.source.layer for node in number.node.chain()} == {"group", "affiliate:sn"}
