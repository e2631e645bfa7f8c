"""A thousand ways in which somebody changes the audit behind an exported head: each is found, and nothing else is."""

from __future__ import annotations

import random

import pytest
from tests.core.audit.chains import AFFILIATE, exported, verdict, write
from tests.core.audit.tampering import Audit, tamperings
from tests.proofs.counting import Counts

from sidra.audit.heads import Head
from sidra.audit.verification import Verification
from sidra.privacy.keys import KeyRing
from sidra.store.database import Store

SEED = 20_260_320


def audited(store: Store, keys: KeyRing) -> tuple[Audit, Audit, list[Head]]:
    """Return a whole audit, as it was earlier and as it is now, with the heads that were exported at both moments."""
    chance = random.Random(SEED)
    write(store, chance, 20)
    older, first = Audit.read(store), exported(store, keys)
    write(store, chance, 20)
    return older, Audit.read(store), [first, exported(store, keys)]


def find_all(number: int, store: Store, keys: KeyRing, counts: Counts) -> None:
    """Tamper so many times, each time with the whole audit, and verify."""
    older, whole, heads = audited(store, keys)
    verification = Verification(store, keys, AFFILIATE)
    missed: list[str] = []
    for way, audit in tamperings(whole, random.Random(SEED), number, older):
        audit.put(store)
        if verification.run(heads).is_whole:
            missed.append(way)
    counts["tamperings"] += number
    counts["of them missed"] += len(missed)
    assert missed == []
    whole.put(store)
    assert verification.run(heads).is_whole


def test_random_tamperings_are_all_found(store: Store, keys: KeyRing, counts: Counts) -> None:
    find_all(100, store, keys, counts)


@pytest.mark.prove
def test_a_thousand_random_tamperings_are_all_found(store: Store, keys: KeyRing, counts: Counts) -> None:
    find_all(1_000, store, keys, counts)


def test_a_change_of_any_byte_of_an_exported_head_is_found(store: Store, keys: KeyRing) -> None:
    _, _, (_, head) = audited(store, keys)
    chance = random.Random(SEED)
    for _ in range(100):
        body = bytearray(head.body)
        body[chance.randrange(len(body))] ^= 1 << chance.randrange(7)
        changed = Head(head.affiliate, head.at, head.lanes, head.signature, bytes(body))
        assert set(verdict(store, keys, changed).counts) == {"false signature"}
