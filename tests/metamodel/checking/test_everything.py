"""What reading and merging refuse, in the form in which people see it; and all of a run together."""

from tests.metamodel.configurations import BASE, Found, expected


def test_a_translation_whose_key_is_gone(found: Found) -> None:
    files = {
        **BASE,
        "affiliates/sn/fr.yaml": """
            translation: fr
            entity.customer.attributes.nom.label: Nom
        """,
    }
    assert found(files) == expected("""
        error[E107]: the text belongs to nothing: there is no `nom`
         --> affiliates/sn/fr.yaml:2:1   (layer affiliate:sn)
        2 | entity.customer.attributes.nom.label: Nom
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = help: correct the path, or delete the line
    """)


def test_two_documents_of_equal_rank_that_declare_the_same(found: Found) -> None:
    files = {
        **BASE,
        "baseline/b2b/pack.yaml": """
            pack: b2b
            tier: b2b
        """,
        "baseline/b2b/c.yaml": """
            entity: customer
            attributes:
              score: {min: 1}
        """,
        "baseline/mature/pack.yaml": """
            pack: mature
            tier: mature
        """,
        "baseline/mature/c.yaml": """
            entity: customer
            attributes:
              score: {min: 2}
        """,
        "affiliates/sn/layer.yaml": """
            layer: sn
            level: affiliate
            prefix: sn
            tiers: [core, b2b, mature]
        """,
    }
    assert found(files) == expected("""
        error[E301]: two packs disagree on `customer.attributes.score.min`
         --> baseline/b2b/c.yaml:3:16      1   (pack b2b)
         --> baseline/mature/c.yaml:3:16   2   (pack mature)
          = nothing orders two packs: decide in `core`, or let one `requires:` the other
    """)


def test_two_files_of_one_layer_that_declare_the_same(found: Found) -> None:
    files = {
        **BASE,
        "baseline/again.yaml": """
            entity: customer
            title: name
            attributes:
              name: {type: string, sort: true}
              segment: {type: enum, enum: segment}
              score: {type: integer}
        """,
    }
    assert found(files) == expected("""
        error[E303]: entity `customer` is declared twice in one layer
         --> baseline/customer.yaml:1:9   (layer group)
        1 | entity: customer
          |         ^^^^^^^^
          = first here: baseline/again.yaml:1  (layer group)  entity: customer
          = help: make them one document
    """)


def test_findings_of_all_stages_are_sorted_by_place(found: Found) -> None:
    files = {
        **BASE,
        "baseline/rule.yaml": """
            rule: r
            kind: validate
            on: customer
            check: ')'
        """,
        "affiliates/sn/bad.yaml": """
            entity: [
        """,
        "affiliates/sn/customer.yaml": """
            entity: customer
            attributes:
              gven_name: {max_length: 40}
              segment: {typ: x}
        """,
    }
    assert found(files) == expected("""
        error[E004]: this is no YAML: did not find expected node content while parsing a flow node
         --> affiliates/sn/bad.yaml:1:10   (layer affiliate:sn)
        1 | entity: [
          |          ^
          = help: put values with `: `, ` #`, `{`, `[`, `*`, `&`, `!` or `@` into quotes, and indent with spaces

        error[E101]: no `gven_name` in `attributes`
         --> affiliates/sn/customer.yaml:3:3   (layer affiliate:sn)
        3 |   gven_name: {max_length: 40}
          |   ^^^^^^^^^
          = help: did you mean `name`?  A local field would be named `x_sn_gven_name`.

        error[E121]: no keyword `typ` in `attributes.segment`
         --> affiliates/sn/customer.yaml:4:13   (layer affiliate:sn)
        4 |   segment: {typ: x}
          |             ^^^
          = help: did you mean `type`?

        error[E420]: a rule of kind `validate` lacks `message`
         --> baseline/rule.yaml:1:7   (layer group)
        1 | rule: r
          |       ^
          = help: say what a person should do: `message: …`

        error[E501]: unexpected `)`
         --> baseline/rule.yaml:4:9   (layer group)
        4 | check: ')'
          |         ^
          = help: a value is expected here
    """)
