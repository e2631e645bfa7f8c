"""What is kept of secrets: made in one place, one way, and never what any of them says."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sidra.access.hashing import hashed

TEXTS = st.text(st.characters(codec=None))


@given(TEXTS, TEXTS)
def test_what_is_kept_follows_from_the_secret_and_its_context_alone(secret: str, context: str) -> None:
    assert hashed(secret) == hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
    assert hashed(secret, context) == hashed(secret, context)
    assert len({hashed(secret), hashed(secret, "code"), hashed(secret, "account")}) == 3


def test_no_other_file_of_access_hashes_by_itself(root: Path) -> None:
    found = set()
    for file in (root / "core/sidra/access").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "hashlib":
                found.add((file.name, node.attr))
    # The form's token is an HMAC, which is told what to hash with.
    assert found - {("sessions.py", "sha256")} == {("hashing.py", "sha256")}
