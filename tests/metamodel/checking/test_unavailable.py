"""Keywords that nothing acts on yet."""

from collections.abc import Callable

import pytest
from tests.metamodel.configurations import expected

Found = Callable[[dict[str, str]], str]


def test_encryption_is_told_to_be_unavailable(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: string, encrypt: true}
              y: {type: string, encrypt: false}
        """,
    }
    assert found(files) == expected("""
        error[E422]: `encrypt` is not available in this version
         --> baseline/a.yaml:3:21   (layer group)
        3 |   x: {type: string, encrypt: true}
          |                     ^^^^^^^
          = help: take it away, and keep the database on an encrypted disk
    """)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("schedule", "interface: a\nkind: feed\nformat: csv\ninto: b\nschedule: daily\n"),
        ("reference_data", "entity: a\nreference_data: a.csv\n"),
    ],
)
def test_other_keywords_are_told_likewise(found: Found, name: str, text: str) -> None:
    told = found({"baseline/a.yaml": text, "baseline/b.yaml": "entity: b\nattributes: {x: {type: string}}\n"})
    assert f"error[E422]: `{name}` is not available in this version" in told
