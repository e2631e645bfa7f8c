from tests.metamodel.layering.layered import expected, laid, plain

from sidra_metamodel.render import render

CUSTOMER = """
    entity: customer
    label: {en: Customer}
    attributes:
      name: {type: string, label: {en: Name, fr: Nom}}
      fax: {type: string}
"""
PARTY = "entity: party\nattributes: {phone: {type: phone, label: Phone}}"


def findings(layers: dict[str, str | list[str]]) -> str:
    return render(laid(layers)[1])


def test_texts_become_labels_at_their_paths() -> None:
    texts = """
        translation: fr
        entity.customer.label: Client
        entity.customer.attributes.name.label: Nom du client
        entity.customer.attributes.fax.label: Télécopie
        entity.customer.attributes.fax.help: Rarement
    """
    assert plain({"group": CUSTOMER, "affiliate:sn": texts}) == {
        "label": {"en": "Customer", "fr": "Client"},
        "attributes": {
            "name": {"type": "string", "label": {"en": "Name", "fr": "Nom du client"}},
            "fax": {"type": "string", "label": {"fr": "Télécopie"}, "help": {"fr": "Rarement"}},
        },
    }


def test_a_translation_of_the_same_layer_reaches_its_documents() -> None:
    assert plain({"group": [CUSTOMER, "translation: pl\nentity.customer.label: Klient"]}) == {
        "label": {"en": "Customer", "pl": "Klient"},
        "attributes": {"name": {"type": "string", "label": {"en": "Name", "fr": "Nom"}}, "fax": {"type": "string"}},
    }


def test_the_languages_of_one_layer_stand_beside_each_other() -> None:
    texts = ["translation: pl\nentity.party.label: Strona", "translation: fr\nentity.party.label: Tiers"]
    party = "entity: party\nlabel: {en: Party}"
    three = {"label": {"en": "Party", "pl": "Strona", "fr": "Tiers"}}
    assert plain({"group": [party, *texts]}, name="party") == three
    assert plain({"group": party, "affiliate:sn": texts}, name="party") == three


def test_a_translated_element_keeps_the_place_of_its_declaration_and_the_text_its_chain() -> None:
    texts = "translation: fr\nentity.customer.attributes.name.label: Nom du client"
    documents, _ = laid({"group": CUSTOMER, "affiliate:sn": texts})
    name = documents["entity", "customer"].root.get("attributes", "name")
    text = name.get("label", "fr") if name else None
    assert name is not None
    assert text is not None
    assert name.source.layer == "group"
    assert [(node.source.layer, node.value) for node in text.chain()] == [
        ("affiliate:sn", "Nom du client"),
        ("group", "Nom"),
    ]


def test_an_inherited_attribute_can_be_translated_for_one_subtype_or_for_all() -> None:
    customer = "entity: customer\nis_a: party"
    texts = [
        "translation: fr\nentity.party.attributes.phone.label: Téléphone",
        "translation: ar\nentity.customer.attributes.phone.label: هاتف",
    ]
    layers = {"group": [PARTY, customer], "affiliate:sn": texts}
    documents, found = laid(layers)
    assert not len(found), render(found)
    labels = [documents["entity", name].root.get("attributes", "phone", "label") for name in ("party", "customer")]
    assert [label.plain() for label in labels if label] == [
        {"en": "Phone", "fr": "Téléphone"},
        {"en": "Phone", "fr": "Téléphone", "ar": "هاتف"},
    ]


def test_a_text_whose_key_is_gone_is_an_error_with_the_one_that_was_meant() -> None:
    texts = "translation: fr\nentity.customer.attributes.fxa.label: Télécopie"
    assert findings({"group": CUSTOMER, "affiliate:sn": texts}) == expected("""
        error[E107]: the text belongs to nothing: there is no `fxa`
         --> affiliates/sn/0.yaml:2:1   (layer affiliate:sn)
        2 | entity.customer.attributes.fxa.label: Télécopie
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = help: did you mean `fax`?
    """)


def test_every_other_text_that_belongs_to_nothing_is_an_error() -> None:
    texts = """
        translation: fr
        entity.custommer.label: Client
        nonsense.customer.label: Client
        entity.customer: Client
        entity..label: Client
        entity.customer.icon: Client
        entity.customer.attributes.name.label.fr: Client
        entity.customer.attributes.fax.label: [Client]
        entity.customer.label: Client
    """
    _, found = laid({"group": CUSTOMER, "affiliate:sn": texts})
    assert [(one.code, one.at.line) for one in found] == [("E107", line) for line in range(2, 9)]


def test_a_path_through_another_one_is_an_error_in_either_order() -> None:
    label, inside = "entity.customer.attributes.fax.label: Fax", "entity.customer.attributes.fax.label.fr: Fax"
    for lines in ((label, inside), (inside, label)):
        texts = "\n".join(["translation: fr", *lines])
        assert "E107" in [one.code for one in laid({"group": CUSTOMER, "affiliate:sn": texts})[1]]


def test_two_packs_with_different_texts_for_one_label_clash() -> None:
    packs = {
        "pack:b2b": "translation: fr\nentity.customer.label: Client",
        "pack:mature": "translation: fr\nentity.customer.label: Abonné",
    }
    assert findings({"group": CUSTOMER, **packs}) == expected("""
        error[E301]: two packs disagree on `customer.label.fr`
         --> baseline/b2b/0.yaml:2:24      Client   (pack b2b)
         --> baseline/mature/0.yaml:2:24   Abonné   (pack mature)
          = nothing orders two packs: decide in `core`, or let one `requires:` the other
    """)


def test_a_text_of_a_removed_element_belongs_to_nothing() -> None:
    base = "enum: tone\nvalues: [good, bad]"
    layers = {
        "group": base,
        "affiliate:sn": [
            "enum: tone\nvalues: {bad: {$remove: true}}",
            "translation: fr\nenum.tone.values.bad.label: Mal",
        ],
    }
    assert [one.code for one in laid(layers)[1]] == ["E107"]


def test_a_translation_by_a_former_name_reaches_the_element() -> None:
    renamed = "entity: customer\nattributes:\n  fax_number: {$was: fax, type: string}"
    layers: dict[str, str | list[str]] = {
        "group": renamed,
        "affiliate:sn": "translation: fr\nentity.customer.attributes.fax.label: Télécopie",
    }
    assert findings(layers) == expected("""
        warning[E214]: `fax` is now called `fax_number`
         --> affiliates/sn/0.yaml:2:1   (layer affiliate:sn)
        2 | entity.customer.attributes.fax.label: Télécopie
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = renamed here: baseline/core/0.yaml:3  (layer group)  fax_number: {$was: fax, type: string}
          = help: write `fax_number`; a later version no longer knows the former name
    """)
    documents, _found = laid(layers)
    label = documents["entity", "customer"].root.get("attributes", "fax_number", "label")
    assert label is not None
    assert label.plain() == {"fr": "Télécopie"}


def test_a_translation_by_a_former_name_reaches_what_a_subtype_inherits() -> None:
    party = "entity: party\nattributes:\n  telephone: {$was: phone, type: phone}"
    texts = "translation: fr\nentity.customer.attributes.phone.label: Téléphone"
    documents, _found = laid({"group": [party, "entity: customer\nis_a: party"], "affiliate:sn": texts})
    label = documents["entity", "customer"].root.get("attributes", "telephone", "label")
    assert label is not None
    assert label.plain() == {"fr": "Téléphone"}
