"""Two relations that fit where one is meant, none that does, and inverses that do not lead back."""

from tests.metamodel.configurations import BASE, Found, expected

PRODUCT = {
    "baseline/product.yaml": """
        entity: product
        attributes:
          name: {type: string}
        relations:
          customer: {to: customer}
          payer: {to: customer}
    """,
}


def test_a_panel_whose_records_could_belong_in_two_ways(found: Found) -> None:
    files = {
        **BASE,
        **PRODUCT,
        "baseline/page.yaml": """
            screen: customer_360
            kind: view360
            of: customer
            panels:
              products: {source: product}
        """,
    }
    assert found(files) == expected("""
        error[E407]: 2 relations of `product` lead to `customer`: `customer`, `payer`
         --> baseline/page.yaml:5:22   (layer group)
        5 |   products: {source: product}
          |                      ^^^^^^^
          = help: name the one that is meant: `via: customer`
    """)


def test_a_panel_whose_records_cannot_belong(found: Found) -> None:
    files = {
        **BASE,
        **PRODUCT,
        "baseline/page.yaml": """
            screen: customer_360
            kind: view360
            of: customer
            panels:
              products: {source: segment_history}
        """,
        "baseline/history.yaml": """
            entity: segment_history
            attributes:
              name: {type: string}
        """,
    }
    assert found(files) == expected("""
        error[E408]: no relation of `segment_history` leads to `customer`
         --> baseline/page.yaml:5:22   (layer group)
        5 |   products: {source: segment_history}
          |                      ^^^^^^^^^^^^^^^
          = help: declare one in `segment_history`, or show records that have one
    """)


def test_a_relation_that_leads_elsewhere(found: Found) -> None:
    files = {
        **BASE,
        **PRODUCT,
        "baseline/page.yaml": """
            screen: customer_360
            kind: view360
            of: customer
            panels:
              products: {source: product, via: owner}
        """,
    }
    assert found(files) == expected("""
        error[E408]: no relation `owner` of `product` leads to `customer`
         --> baseline/page.yaml:5:36   (layer group)
        5 |   products: {source: product, via: owner}
          |                                    ^^^^^
          = help: there are `customer`, `payer`
    """)


def test_a_timeline_of_an_ambiguous_entity(found: Found) -> None:
    files = {
        **BASE,
        **PRODUCT,
        "baseline/page.yaml": """
            screen: customer_360
            kind: view360
            of: customer
            panels:
              products: {kind: timeline, of: {product: {}}}
        """,
    }
    assert found(files) == expected("""
        error[E407]: 2 relations of `product` lead to `customer`: `customer`, `payer`
         --> baseline/page.yaml:5:35   (layer group)
        5 |   products: {kind: timeline, of: {product: {}}}
          |                                   ^^^^^^^
          = help: name the one that is meant: `via: customer`
    """)


def test_a_panel_that_says_which_relation_it_means(found: Found) -> None:
    files = {
        **BASE,
        **PRODUCT,
        "baseline/page.yaml": """
            screen: customer_360
            kind: view360
            of: customer
            panels:
              products: {source: product, via: payer}
        """,
    }
    assert found(files) == ""


def test_an_inverse_that_is_not_there(found: Found) -> None:
    files = {
        **BASE,
        **PRODUCT,
        "baseline/more.yaml": """
            entity: household
            attributes:
              name: {type: string}
            relations:
              products: {to: product, many: true, inverse: custmer}
        """,
    }
    assert found(files) == expected("""
        error[E401]: no relation `custmer` in `product`
         --> baseline/more.yaml:5:48   (layer group)
        5 |   products: {to: product, many: true, inverse: custmer}
          |                                                ^^^^^^^
          = help: did you mean `customer`?
    """)


def test_an_inverse_that_leads_to_another_entity(found: Found) -> None:
    files = {
        **BASE,
        **PRODUCT,
        "baseline/more.yaml": """
            entity: household
            attributes:
              name: {type: string}
            relations:
              products: {to: product, many: true, inverse: customer}
        """,
    }
    assert found(files) == expected("""
        error[E411]: `customer` of `product` does not lead back to `household`
         --> baseline/more.yaml:5:48   (layer group)
        5 |   products: {to: product, many: true, inverse: customer}
          |                                                ^^^^^^^^
          = declared here: baseline/product.yaml:5  (layer group)  customer: {to: customer}
          = help: name the relation that does
    """)


def test_an_inverse_that_leads_to_many(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            relations:
              bs: {to: b, many: true, inverse: as}
        """,
        "baseline/b.yaml": """
            entity: b
            relations:
              as: {to: a, many: true}
        """,
    }
    assert found(files) == expected("""
        error[E411]: `as` of `b` leads to many, so that it cannot hold the reference
         --> baseline/a.yaml:3:36   (layer group)
        3 |   bs: {to: b, many: true, inverse: as}
          |                                    ^^
          = declared here: baseline/b.yaml:3  (layer group)  as: {to: a, many: true}
          = help: an inverse is a relation to one
    """)


def test_an_owner_without_an_inverse(found: Found) -> None:
    files = {
        **BASE,
        **PRODUCT,
        "baseline/more.yaml": """
            entity: household
            relations:
              products: {to: product, many: true, owned: true}
        """,
    }
    assert found(files) == expected("""
        error[E411]: `products` owns records and has no `inverse`
         --> baseline/more.yaml:3:46   (layer group)
        3 |   products: {to: product, many: true, owned: true}
          |                                              ^^^^
          = help: name the relation of the other side that leads back: `inverse: …`
    """)
