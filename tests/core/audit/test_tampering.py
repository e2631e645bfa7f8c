"""A thousand ways in which somebody changes the audit behind an exported head: each is found, and nothing else is."""

from __future__ import annotations

import random
from collections import Counter

from tests.core.audit.chains import AFFILIATE, exported, verdict, write
from tests.core.audit.tampering import Audit, tamperings
from tests.proofs.counting import Counts

from sidra.audit.heads import Head
from sidra.audit.verification import Verification
from sidra.privacy.keys import KeyRing
from sidra.store.database import Store

NUMBER = {"sqlite": 1_000, "postgresql": 300}
SEED = 20_260_320


def audited(store: Store, keys: KeyRing) -> tuple[Audit, Audit, list[Head]]:
    """Return a whole audit, as it was earlier and as it is now, with the heads that were exported at both moments."""
    chance = random.Random(SEED)
    write(store, chance, 20)
    older, first = Audit.read(store), exported(store, keys)
    write(store, chance, 20)
    return older, Audit.read(store), [first, exported(store, keys)]


def test_a_thousand_random_tamperings_are_all_found(store: Store, keys: KeyRing, counts: Counts) -> None:
    older, whole, heads = audited(store, keys)
    number = NUMBER[store.dialect.name]
    verification = Verification(store, keys, AFFILIATE)
    tried: Counter[str] = Counter()
    missed: list[str] = []
    for way, audit in tamperings(whole, random.Random(SEED), number, older):
        audit.put(store)
        tried[way] += 1
        if verification.run(heads).is_whole:
            missed.append(way)
    found = f"{store.dialect.name}: {number - len(missed):,} of {number:,} tamperings found"
    print(found, dict(sorted(tried.items())))  # noqa: T201 - what `pytest -s` shows of this proof
    counts["tamperings"] += number
    counts["of them missed"] += len(missed)
    assert missed == []
    whole.put(store)
    assert verification.run(heads).is_whole


def test_a_change_of_any_byte_of_an_exported_head_is_found(store: Store, keys: KeyRing) -> None:
    _, _, (_, head) = audited(store, keys)
    chance = random.Random(SEED)
    for _ in range(100):
        body = bytearray(head.body)
        body[chance.randrange(len(body))] ^= 1 << chance.randrange(7)
        changed = Head(head.affiliate, head.at, head.lanes, head.signature, bytes(body))
        assert set(verdict(store, keys, changed).counts) == {"false signature"}
