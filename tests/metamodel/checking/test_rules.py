"""What a rule, a screen, a button needs to be one."""

from tests.metamodel.configurations import BASE, Found, expected


def test_a_rule_that_says_nothing(found: Found) -> None:
    files = {
        **BASE,
        "baseline/r.yaml": """
            rule: r
            kind: validate
            on: customer
        """,
    }
    assert found(files) == expected("""
        error[E420]: a rule of kind `validate` lacks `check`
         --> baseline/r.yaml:1:7   (layer group)
        1 | rule: r
          |       ^
          = help: add `check: …`

        error[E420]: a rule of kind `validate` lacks `message`
         --> baseline/r.yaml:1:7   (layer group)
        1 | rule: r
          |       ^
          = help: say what a person should do: `message: …`
    """)


def test_a_computation_of_nothing(found: Found) -> None:
    files = {
        **BASE,
        "baseline/r.yaml": """
            rule: r
            kind: compute
            on: customer
            at: score
        """,
    }
    assert found(files) == expected("""
        error[E420]: a rule of kind `compute` lacks `value`
         --> baseline/r.yaml:1:7   (layer group)
        1 | rule: r
          |       ^
          = help: add `value: …`
    """)


def test_a_list_of_nothing(found: Found) -> None:
    files = {
        "baseline/s.yaml": """
            screen: s
            kind: list
        """,
    }
    assert found(files) == expected("""
        error[E420]: a screen of kind `list` lacks `of`
         --> baseline/s.yaml:1:9   (layer group)
        1 | screen: s
          |         ^
          = help: name its entity: `of: …`
    """)


def test_a_button_that_does_two_things(found: Found) -> None:
    files = {
        **BASE,
        "baseline/s.yaml": """
            screen: s
            kind: view360
            of: customer
            header: {actions: {x: {edit: true, create: customer}}}
        """,
    }
    assert found(files) == expected("""
        error[E420]: the button `x` does 2 things, not one
         --> baseline/s.yaml:4:20   (layer group)
        4 | header: {actions: {x: {edit: true, create: customer}}}
          |                    ^
          = help: give exactly one of `channel`, `create`, `edit`, `transition`
    """)
