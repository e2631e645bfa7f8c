import base64
import random
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st
from tests.core.audit.chains import AFFILIATE, NOW, exported, write

from sidra.audit.heads import HeadRefused, head_folder, keep_head, kept_heads, read_head, read_heads, write_head
from sidra.privacy.keys import KeyRing
from sidra.store.database import Store


def test_a_head_that_was_written_reads_back_the_same(store: Store, keys: KeyRing, tmp_path: Path) -> None:
    write(store, random.Random(3), 20)
    head = exported(store, keys)
    file = keep_head(head, head_folder(tmp_path, AFFILIATE))
    found = read_head(file)
    assert (found.body, found.signature, found.lanes, found.at, found.affiliate, found.entries) == (
        head.body,
        head.signature,
        head.lanes,
        NOW,
        AFFILIATE,
        20,
    )
    assert kept_heads(head_folder(tmp_path, AFFILIATE)) == [file]
    assert [found.source for found in read_heads([file]) if not isinstance(found, HeadRefused)] == [str(file)]


def test_anybody_with_the_public_key_can_verify_the_first_line_by_the_second(store: Store, keys: KeyRing) -> None:
    body, signature, _ = exported(store, keys).text.split("\n")
    key_id, _, encoded = signature.partition(":")
    public = load_pem_public_key(keys.public_key(key_id))
    assert isinstance(public, Ed25519PublicKey)
    public.verify(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)), body.encode())


def test_there_are_no_heads_where_there_is_no_folder(tmp_path: Path) -> None:
    assert kept_heads(tmp_path / "nowhere") == []


def test_a_place_that_takes_no_file_is_told(store: Store, keys: KeyRing, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(HeadRefused, match="cannot be written"):
        write_head(exported(store, keys), blocked / "head")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(HeadRefused, match="cannot be read"):
        read_head(tmp_path / "none.head")


BEGINNING = b'{"format":1,"affiliate":"sn","at":"2026-03-20T09:00:00+00:00","lanes":['
LANE = b'{"lane":0,"sequence":1,"number":1,"digest":"%s"}'
DIGEST = b"0" * 64
WRONG = [
    b"",
    b"{}\nsig\n",
    BEGINNING + b"]}\nsig",
    BEGINNING.replace(b"1", b"2", 1) + b"]}\nsig\n",
    BEGINNING.replace(b"2026", b"soon") + b"]}\nsig\n",
    BEGINNING + b'{"lane":0}]}\nsig\n',
    BEGINNING + LANE.replace(b"0", b'"0"', 1) % DIGEST + b"]}\nsig\n",
    BEGINNING + LANE % b"00" + b"]}\nsig\n",
    b"[]\nsig\n",
    b"1\n\xff\n",
]


@pytest.mark.parametrize("content", WRONG)
def test_a_file_that_holds_no_head_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.head"
    file.write_bytes(content)
    with pytest.raises(HeadRefused):
        read_head(file)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_head_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.head"
    file.write_bytes(content)
    (found,) = read_heads([file])
    assert isinstance(found, HeadRefused)
