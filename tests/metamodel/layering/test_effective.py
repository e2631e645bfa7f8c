from tests.metamodel.layering.layered import laid, plain

from sidra_metamodel.render import render

PARTY = "entity: party\nabstract: true\nlabel: Party\nicon: user\nattributes: {name: {type: string, max_length: 60}}"
INDIVIDUAL = "entity: individual\nis_a: party\nattributes: {birth_date: {type: date}}"


def test_documents_are_found_by_kind_and_name() -> None:
    documents, _ = laid({"group": [PARTY, INDIVIDUAL], "affiliate:sn": "screen: party_list\nkind: list"})
    assert set(documents) == {("entity", "party"), ("entity", "individual"), ("screen", "party_list")}
    assert (len(documents), documents.names("entity")) == (3, ["party", "individual"])


def test_a_subtype_has_what_its_supertype_declares_but_not_what_that_says_of_itself() -> None:
    assert plain({"group": [PARTY, INDIVIDUAL]}, name="individual") == {
        "icon": "user",
        "is_a": "party",
        "attributes": {"name": {"type": "string", "max_length": 60}, "birth_date": {"type": "date"}},
    }


def test_a_subtype_inherits_the_path_of_the_api_and_not_the_resource() -> None:
    party = "entity: party\napi: {path: party/v4, resource: party}"
    assert plain({"group": [party, INDIVIDUAL]}, name="individual") == {
        "api": {"path": "party/v4"},
        "is_a": "party",
        "attributes": {"birth_date": {"type": "date"}},
    }


def test_inheritance_goes_over_several_generations_and_overlays_of_each() -> None:
    layers = {
        "group": [PARTY, INDIVIDUAL, "entity: agent\nis_a: individual\nattributes: {name: {required: true}}"],
        "affiliate:sn": "entity: party\nattributes: {name: {max_length: 40}}",
    }
    documents, found = laid(layers)
    assert not len(found), render(found)
    name = documents["entity", "agent"].root.get("attributes", "name")
    assert name is not None
    assert name.plain() == {"type": "string", "max_length": 40, "required": True}


def test_an_overlay_refines_an_inherited_attribute_of_one_subtype_only() -> None:
    layers = {"group": [PARTY, INDIVIDUAL], "affiliate:sn": "entity: individual\nattributes: {name: {max_length: 40}}"}
    documents, _ = laid(layers)
    lengths = [
        documents["entity", name].root.get("attributes", "name", "max_length") for name in ("party", "individual")
    ]
    assert [node.value for node in lengths if node] == [60, 40]


def test_the_chain_of_an_inherited_value_leads_to_the_supertype() -> None:
    layers = {
        "group": [PARTY, "entity: individual\nis_a: party\nattributes: {name: {max_length: 50}}"],
        "affiliate:sn": [
            "entity: party\nattributes: {name: {max_length: 55}}",
            "entity: individual\nattributes: {name: {max_length: 40}}",
        ],
    }
    node = laid(layers)[0]["entity", "individual"].root.get("attributes", "name", "max_length")
    assert node is not None
    assert [(each.source.layer, each.value) for each in node.chain()] == [
        ("affiliate:sn", 40),
        ("group", 50),
        ("affiliate:sn", 55),
        ("group", 60),
    ]


def test_places_among_inherited_attributes_are_taken_at_the_end() -> None:
    layers = {
        "group": [PARTY, INDIVIDUAL],
        "affiliate:sn": "entity: individual\nattributes: {x_sn_a: {$before: name, type: string}}",
    }
    attributes = laid(layers)[0]["entity", "individual"].root.items["attributes"]
    assert list(attributes.items) == ["x_sn_a", "name", "birth_date"]


def test_a_circle_of_supertypes_ends_and_a_missing_one_counts_as_none() -> None:
    circle = ["entity: a\nis_a: b", "entity: b\nis_a: a"]
    assert plain({"group": circle}, name="a") == {"is_a": "b"}
    assert plain({"group": "entity: a\nis_a: nobody"}, name="a") == {"is_a": "nobody"}


def test_the_stages_of_a_document_show_it_layer_by_layer() -> None:
    layers = {
        "group": [PARTY, INDIVIDUAL],
        "pack:b2b": "entity: party\nattributes: {name: {max_length: 50}}",
        "affiliate:sn": "entity: individual\nattributes: {birth_date: {required: true}}",
    }
    document = laid(layers)[0]["entity", "individual"]
    lengths = [stage.root.get("attributes", "name", "max_length") for stage in document.stages]
    assert [stage.layer.name for stage in document.stages] == ["group", "pack:b2b", "affiliate:sn"]
    assert [node.value for node in lengths if node] == [60, 50, 50]
    assert document.root is document.stages[-1].root


def test_a_document_that_no_overlay_touches_is_the_same_for_all() -> None:
    document = laid({"group": PARTY})[0]["entity", "party"]
    assert [stage.layer.name for stage in document.stages] == ["group"]


def test_a_removed_document_is_gone_and_remembered() -> None:
    documents, _ = laid({"group": PARTY, "affiliate:sn": "entity: party\n$remove: true"})
    assert ("entity", "party") not in documents
    assert set(documents.removed) == {("entity", "party")}
