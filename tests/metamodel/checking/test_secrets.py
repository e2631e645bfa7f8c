"""A secret in YAML, which the finding does not repeat."""

from tests.metamodel.configurations import BASE, Found, expected


def test_a_value_under_a_telling_key(found: Found) -> None:
    files = {
        **BASE,
        "baseline/process.yaml": """
            process: p
            about: customer
            tasks:
              t: {call: a.b, with: {api_key: 4711abc}}
        """,
    }
    assert found(files) == expected("""
        error[E413]: `api_key` looks like a secret
         --> baseline/process.yaml:4:25   (layer group)
        4 |   t: {call: a.b, with: {api_key: …
          |                         ^^^^^^^
          = help: put it into the environment or a file, and name the variable here
    """)


def test_an_address_with_a_password(found: Found) -> None:
    files = {
        **BASE,
        "baseline/process.yaml": """
            process: p
            about: customer
            tasks:
              t: {call: a.b, with: {address: 'https://me:letmein@example.org/x'}}
        """,
    }
    assert found(files) == expected("""
        error[E413]: `address` looks like a secret
         --> baseline/process.yaml:4:25   (layer group)
        4 |   t: {call: a.b, with: {address: …
          |                         ^^^^^^^
          = help: put it into the environment or a file, and name the variable here
    """)
