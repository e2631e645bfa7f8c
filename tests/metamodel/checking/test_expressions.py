"""A type error in an expression, at its character; an expression that the database cannot evaluate."""

from tests.metamodel.configurations import BASE, Found, expected


def test_a_name_that_the_record_does_not_have(found: Found) -> None:
    files = {
        **BASE,
        "baseline/rule.yaml": """
            rule: r
            kind: validate
            on: customer
            check: "segmnt == 'gold'"
            message: No.
        """,
    }
    assert found(files) == expected("""
        error[E501]: no name `segmnt` here
         --> baseline/rule.yaml:4:9   (layer group)
        4 | check: "segmnt == 'gold'"
          |         ^^^^^^
          = help: did you mean `segment`?
    """)


def test_a_comparison_of_two_types(found: Found) -> None:
    files = {
        **BASE,
        "baseline/rule.yaml": """
            rule: r
            kind: validate
            on: customer
            check: name > 3
            message: No.
        """,
    }
    assert found(files) == expected("""
        error[E501]: `>` does not take string and integer
         --> baseline/rule.yaml:4:8   (layer group)
        4 | check: name > 3
          |        ^^^^^^^^
          = help: both sides must be of one type
    """)


def test_a_condition_that_is_no_truth_value(found: Found) -> None:
    files = {
        **BASE,
        "baseline/rule.yaml": """
            rule: r
            kind: validate
            on: customer
            check: score + 1
            message: No.
        """,
    }
    assert found(files) == expected("""
        error[E501]: gives integer, where boolean is expected
         --> baseline/rule.yaml:4:8   (layer group)
        4 | check: score + 1
          |        ^^^^^^^^^
          = help: compare it with something
    """)


def test_an_error_on_the_second_line_of_a_folded_text(found: Found) -> None:
    files = {
        **BASE,
        "baseline/rule.yaml": """
            rule: r
            kind: validate
            on: customer
            check: >
              score > 3 &&
              segment == 'golden'
            message: No.
        """,
    }
    assert found(files) == expected("""
        error[E501]: `golden` is not a value of enum segment
         --> baseline/rule.yaml:6:14   (layer group)
        6 |   segment == 'golden'
          |              ^^^^^^^^
          = help: did you mean `gold`?
    """)


def test_an_error_behind_an_escaped_quote(found: Found) -> None:
    files = {
        **BASE,
        "baseline/rule.yaml": """
            rule: r
            kind: validate
            on: customer
            check: 'name == ''x'' && nme == ''y'''
            message: No.
        """,
    }
    assert found(files) == expected("""
        error[E501]: no name `nme` here
         --> baseline/rule.yaml:4:26   (layer group)
        4 | check: 'name == ''x'' && nme == ''y'''
          |                          ^^^
          = help: did you mean `name`?
    """)


def test_a_value_that_does_not_fit_the_attribute_it_fills(found: Found) -> None:
    files = {
        **BASE,
        "baseline/rule.yaml": """
            rule: r
            kind: compute
            on: customer
            at: score
            value: name
        """,
    }
    assert found(files) == expected("""
        error[E501]: gives string, where integer is expected
         --> baseline/rule.yaml:5:8   (layer group)
        5 | value: name
          |        ^^^^
          = help: write what gives integer
    """)


def test_a_policy_that_the_database_cannot_evaluate(found: Found) -> None:
    files = {
        **BASE,
        "baseline/agent.yaml": """
            role: agent
            may:
              customer: {do: [read], rows: "name.matches('^A')"}
        """,
    }
    assert found(files) == expected("""
        error[E502]: `may.customer.rows` is evaluated by the database: `matches` has no SQL form
         --> baseline/agent.yaml:3:33   (layer group)
        3 |   customer: {do: [read], rows: "name.matches('^A')"}
          |                                 ^^^^^^^^^^^^
          = help: compute it as a stored attribute, `compute: {by: …, stored: true}`, and select by that
    """)


def test_a_condition_of_a_lower_layer_is_checked_where_it_stands(found: Found) -> None:
    files = {
        **BASE,
        "baseline/rule.yaml": """
            rule: r
            kind: validate
            on: customer
            check: score > true
            message: No.
        """,
        "affiliates/sn/rule.yaml": """
            rule: r
            check: {$add: ["score < 10"], $why: Law}
        """,
    }
    assert found(files) == expected("""
        error[E501]: boolean has no order
         --> baseline/rule.yaml:4:8   (layer group)
        4 | check: score > true
          |        ^^^^^^^^^^^^
          = help: compare it by `==` or `!=`
    """)
