"""The proofs of the claims that the documentation makes, and where each is: what `make prove` runs and prints."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PROOFS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Anything done in any order is answered as a dictionary would": ("tests/proofs/test_machine.py",),
        "A server that is killed loses nothing acknowledged": ("tests/proofs/test_kill.py",),
        "A process that is killed while it writes leaves nothing half done": ("tests/core/records/test_kill.py",),
        "A worker that is killed has each effect once": ("tests/core/jobs/test_kill.py",),
        "Eight clients at once: no lost update, no write skew": ("tests/proofs/test_clients.py",),
        "Bad input is refused by a code, and changes nothing": ("tests/proofs/test_bad_input.py",),
        "Role x affiliate x entity x action x attribute": ("tests/affiliates/test_authorisation.py",),
        "Paired worlds: what is hidden changes no answer": (
            "tests/affiliates/test_paired_worlds.py",
            "tests/affiliates/test_hidden_data.py",
            "tests/core/records/test_hidden_data.py",
        ),
        "Without our routing no row of another affiliate is read": ("tests/core/affiliates/test_isolation.py",),
        "A store that is changed comes to the same end wherever that is killed": (
            "tests/core/affiliates/test_migrating_killed.py",
        ),
        "No value is lost that is written while a store is changed": (
            "tests/core/affiliates/test_migrating_meanwhile.py",
        ),
        "Tamperings of the audit are all found": ("tests/core/audit/test_tampering.py",),
        "Rotation of keys with no failed reading": ("tests/core/privacy/test_resealing.py",),
        "Erasure and the access package reach every personal attribute": ("tests/core/privacy/test_coverage.py",),
    }
)
