"""A filter or a sort on an attribute without an index."""

from tests.metamodel.configurations import BASE, Found, expected


def test_a_list_sorted_by_what_has_no_index(found: Found) -> None:
    files = {
        **BASE,
        "baseline/list.yaml": """
            screen: customer_list
            kind: list
            of: customer
            columns: [name]
            sort: [-score]
        """,
    }
    assert found(files) == expected("""
        error[E409]: `customer` cannot be sorted by `score`: it has no index
         --> baseline/list.yaml:5:8   (layer group)
        5 | sort: [-score]
          |        ^^^^^^
          = help: write `sort: true` at the attribute `score`, or name it in `indexes:`
    """)


def test_records_are_not_identified_by_what_is_computed_at_reading(found: Found) -> None:
    files = {
        **BASE,
        "baseline/member.yaml": """
            entity: member
            attributes:
              name: {type: string}
              short: {type: string, compute: {by: name}}
            identity:
              strong: [short]
              weak: {alike: {block: [name, short], when: "true"}, same: {block: short, when: "true"}}
        """,
    }
    assert found(files) == expected("""
        error[E409]: `member` cannot be looked up by `short`: it is computed at reading
         --> baseline/member.yaml:6:12   (layer group)
        6 |   strong: [short]
          |            ^^^^^
          = help: write `compute: {by: …, stored: true}`

        error[E409]: `member` cannot be looked up by `short`: it is computed at reading
         --> baseline/member.yaml:7:32   (layer group)
        7 |   weak: {alike: {block: [name, short], when: "true"}, same: {block: short, when: "true"}}
          |                                ^^^^^
          = help: write `compute: {by: …, stored: true}`

        error[E409]: `member` cannot be looked up by `short`: it is computed at reading
         --> baseline/member.yaml:7:69   (layer group)
        7 |   weak: {alike: {block: [name, short], when: "true"}, same: {block: short, when: "true"}}
          |                                                                     ^^^^^
          = help: write `compute: {by: …, stored: true}`
    """)


def test_a_feed_finds_no_record_by_what_has_no_index(found: Found) -> None:
    files = {
        **BASE,
        "baseline/load.yaml": """
            interface: load
            kind: feed
            into: customer
            key: score
            format: csv
            map: {score: score, name: name}
        """,
    }
    assert found(files) == expected("""
        error[E409]: records of `customer` cannot be found by `score`: it has no index
         --> baseline/load.yaml:4:6   (layer group)
        4 | key: score
          |      ^^^^^
          = help: write `unique: true` or `search: exact` at the attribute `score`
    """)


def test_a_filter_offered_on_what_has_no_index(found: Found) -> None:
    files = {
        **BASE,
        "baseline/list.yaml": """
            screen: customer_list
            kind: list
            of: customer
            columns: [name]
            filters: [score]
        """,
    }
    assert found(files) == expected("""
        error[E409]: `customer` cannot be narrowed by `score`: it has no index
         --> baseline/list.yaml:5:11   (layer group)
        5 | filters: [score]
          |           ^^^^^
          = help: write `filter: true` at the attribute `score`, or name it in `indexes:`
    """)


def test_a_view_that_selects_by_what_has_no_index(found: Found) -> None:
    files = {
        **BASE,
        "baseline/list.yaml": """
            screen: customer_list
            kind: list
            of: customer
            columns: [name]
            views: {good: {filter: score > 700, sort: name}}
        """,
    }
    assert found(files) == expected("""
        error[E409]: nothing that selects these records has an index: `score`
         --> baseline/list.yaml:5:24   (layer group)
        5 | views: {good: {filter: score > 700, sort: name}}
          |                        ^^^^^^^^^^^
          = help: write `filter: true` at the attribute `score`, or name it in `indexes:`
    """)


def test_an_index_makes_all_of_them_right(found: Found) -> None:
    files = {
        "baseline/customer.yaml": """
            entity: customer
            title: name
            attributes:
              name: {type: string, sort: true}
              segment: {type: enum, enum: segment}
              score: {type: integer}
            indexes:
              by_score: [score]
        """,
        "baseline/segment.yaml": """
            enum: segment
            values: [gold, silver]
        """,
        "baseline/list.yaml": """
            screen: customer_list
            kind: list
            of: customer
            columns: [name]
            sort: [-score]
            filters: [score]
            filter: score > 700
        """,
    }
    assert found(files) == ""


def test_what_is_done_with_many_records_is_one_thing(found: Found) -> None:
    files = {
        **BASE,
        "baseline/list.yaml": """
            screen: customer_list
            kind: list
            of: customer
            columns: [name]
            bulk:
              both: {set: name, do: export}
              nothing: {label: Nothing}
              take_along: {do: export}
        """,
    }
    assert found(files) == expected("""
        error[E420]: `both` must do one thing with the records that are chosen
         --> baseline/list.yaml:6:3   (layer group)
        6 |   both: {set: name, do: export}
          |   ^^^^
          = help: keep one of `set`, `transition` and `do`

        error[E420]: `nothing` must do one thing with the records that are chosen
         --> baseline/list.yaml:7:3   (layer group)
        7 |   nothing: {label: Nothing}
          |   ^^^^^^^
          = help: keep one of `set`, `transition` and `do`
    """)
