"""A feed that leaves a required attribute empty."""

from tests.metamodel.configurations import BASE, Found, expected

SEGMENT = {
    "baseline/segment.yaml": """
        enum: segment
        values: [gold, silver]
    """,
}
FEED = {
    "baseline/feed.yaml": """
        interface: load
        kind: feed
        format: csv
        into: customer
        key: name
        map:
          score: {from: points}
    """,
}


def test_a_required_attribute_that_nothing_fills(found: Found) -> None:
    files = {
        "baseline/customer.yaml": """
            entity: customer
            title: name
            attributes:
              name: {type: string, required: true, sort: true}
              segment: {type: enum, enum: segment}
              score: {type: integer}
        """,
        **SEGMENT,
        **FEED,
    }
    assert found(files) == expected("""
        error[E410]: the feed leaves `name` of `customer` empty, which is required
         --> baseline/feed.yaml:6:1   (layer group)
        6 | map:
          | ^^^
          = required here: baseline/customer.yaml:4  (layer group)  name: {type: string, required: true, sort: true}
          = help: add `name: {from: …}`, or give the attribute a `default:`
    """)


def test_a_required_attribute_that_an_affiliate_made_so(found: Found) -> None:
    files = {
        **BASE,
        **FEED,
        "affiliates/sn/customer.yaml": """
            entity: customer
            attributes:
              name: {required: true, $why: Law}
        """,
    }
    assert found(files) == expected("""
        error[E410]: the feed leaves `name` of `customer` empty, which is required
         --> baseline/feed.yaml:6:1   (layer group)
        6 | map:
          | ^^^
          = required here: affiliates/sn/customer.yaml:3  (layer affiliate:sn)  name: {required: true, $why: Law}
          = help: add `name: {from: …}`, or give the attribute a `default:`
    """)


def test_a_default_fills_what_the_feed_does_not(found: Found) -> None:
    files = {
        "baseline/customer.yaml": """
            entity: customer
            title: name
            attributes:
              name: {type: string, required: true, default: unnamed, sort: true}
              segment: {type: enum, enum: segment}
              score: {type: integer}
        """,
        **SEGMENT,
        **FEED,
    }
    assert found(files) == ""


def test_a_record_of_a_relation_that_lacks_what_it_needs(found: Found) -> None:
    files = {
        "baseline/customer.yaml": """
            entity: customer
            title: name
            attributes:
              name: {type: string, sort: true}
              segment: {type: enum, enum: segment}
              score: {type: integer}
            relations:
              person: {to: person}
        """,
        **SEGMENT,
        "baseline/person.yaml": """
            entity: person
            attributes:
              family_name: {type: string, required: true}
        """,
        "baseline/feed.yaml": """
            interface: load
            kind: feed
            format: csv
            into: customer
            key: name
            map:
              score: {from: points}
              person: {create: person, map: {}}
        """,
    }
    assert found(files) == expected("""
        error[E410]: the feed leaves `family_name` of `person` empty, which is required
         --> baseline/feed.yaml:8:3   (layer group)
        8 |   person: {create: person, map: {}}
          |   ^^^^^^
          = required here: baseline/person.yaml:3  (layer group)  family_name: {type: string, required: true}
          = help: add `family_name: {from: …}`, or give the attribute a `default:`
    """)


def test_a_row_of_a_relation_is_filled_by_its_owner(found: Found) -> None:
    files = {
        "baseline/customer.yaml": """
            entity: customer
            title: name
            attributes:
              name: {type: string, sort: true}
              segment: {type: enum, enum: segment}
              score: {type: integer}
            relations:
              notes: {to: note, many: true, owned: true, inverse: customer}
        """,
        **SEGMENT,
        "baseline/note.yaml": """
            entity: note
            attributes:
              words: {type: string, required: true}
            relations:
              customer: {to: customer, required: true}
        """,
        "baseline/feed.yaml": """
            interface: load
            kind: feed
            format: csv
            into: customer
            key: name
            map:
              score: {from: points}
              notes: {rows: {first: {map: {words: {from: note}}}}}
        """,
    }
    assert found(files) == ""


def test_a_feed_without_a_key_and_a_field_without_a_source(found: Found) -> None:
    files = {
        **BASE,
        "baseline/feed.yaml": """
            interface: load
            kind: feed
            format: csv
            into: customer
            map:
              score: {type: integer}
        """,
    }
    assert found(files) == expected("""
        error[E419]: the feed lacks `key`
         --> baseline/feed.yaml:1:12   (layer group)
        1 | interface: load
          |            ^^^^
          = help: add `key: …`

        error[E419]: nothing says where `score` comes from
         --> baseline/feed.yaml:6:3   (layer group)
        6 |   score: {type: integer}
          |   ^^^^^
          = help: name a column, `from: …`, or `value: …`
    """)


def test_an_attribute_that_the_entity_does_not_have(found: Found) -> None:
    files = {
        **BASE,
        "baseline/feed.yaml": """
            interface: load
            kind: feed
            format: csv
            into: customer
            key: name
            map:
              scor: {from: points}
        """,
    }
    assert found(files) == expected("""
        error[E401]: no attribute or relation `scor` in `customer`
         --> baseline/feed.yaml:7:3   (layer group)
        7 |   scor: {from: points}
          |   ^^^^
          = help: did you mean `score`?
    """)
