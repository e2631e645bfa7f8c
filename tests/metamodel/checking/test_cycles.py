"""Nothing leads back to itself."""

from tests.metamodel.configurations import Found, expected


def test_two_entities_that_are_each_other(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            is_a: b
        """,
        "baseline/b.yaml": """
            entity: b
            is_a: a
        """,
    }
    assert found(files) == expected("""
        error[E404]: `is_a` goes in a circle: `a` → `b` → `a`
         --> baseline/a.yaml:2:7   (layer group)
        2 | is_a: b
          |       ^
          = help: cut it at one place
    """)


def test_a_type_that_is_its_own_base(found: Found) -> None:
    files = {
        "baseline/t.yaml": """
            type: t
            base: t
        """,
    }
    assert found(files) == expected("""
        error[E404]: `base` goes in a circle: `t` → `t`
         --> baseline/t.yaml:2:7   (layer group)
        2 | base: t
          |       ^
          = help: cut it at one place
    """)


def test_values_computed_from_each_other(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: integer, compute: y + 1}
              y: {type: integer, compute: x + 1}
        """,
    }
    assert found(files) == expected("""
        error[E404]: the value depends on itself: `a.x` → `a.y` → `a.x`
         --> baseline/a.yaml:3:31   (layer group)
        3 |   x: {type: integer, compute: y + 1}
          |                               ^^^^^
          = help: compute one of them from something else
    """)


def test_a_value_computed_through_a_relation_from_itself(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: integer, compute: b.y}
            relations:
              b: {to: b}
        """,
        "baseline/b.yaml": """
            entity: b
            attributes:
              y: {type: integer}
            relations:
              a: {to: a}
        """,
        "baseline/r.yaml": """
            rule: r
            kind: compute
            on: b
            at: y
            value: a.x
        """,
    }
    assert found(files) == expected("""
        error[E404]: the value depends on itself: `a.x` → `b.y` → `a.x`
         --> baseline/a.yaml:3:31   (layer group)
        3 |   x: {type: integer, compute: b.y}
          |                               ^^^
          = help: compute one of them from something else
    """)


def test_records_that_own_each_other(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            relations:
              bs: {to: b, many: true, owned: true, inverse: a}
              b: {to: b}
        """,
        "baseline/b.yaml": """
            entity: b
            relations:
              a: {to: a}
              as: {to: a, many: true, owned: true, inverse: b}
        """,
    }
    assert found(files) == expected("""
        error[E404]: records would own themselves: `a` → `b` → `a`
         --> baseline/a.yaml:3:3   (layer group)
        3 |   bs: {to: b, many: true, owned: true, inverse: a}
          |   ^^
          = help: let one of them be a plain relation
    """)
