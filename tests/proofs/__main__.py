"""`make prove`: runs the proofs, all of them or those of some files, and prints their counts."""

from __future__ import annotations

import sys

import pytest
from tests.proofs.catalogue import PROOFS
from tests.proofs.table import Table


def main(chosen: list[str]) -> int:
    """Return 0 where all hold; `chosen` are files, folders and options of pytest."""
    files = [file for proof in PROOFS for file in proof.files]
    given = chosen if any(not one.startswith("-") for one in chosen) else [*files, *chosen]
    shared = ["-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder", "-p", "tests.proofs.sharing"]
    # Not `-m prove`: a proof that is quick is one of the tests, and only what is long has the mark.
    return int(pytest.main(["-m", "", "-p", "no:randomly", *shared, *given], plugins=[Table()]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
