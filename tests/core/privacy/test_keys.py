"""The key ring: its file, its keys, and what it seals."""

from __future__ import annotations

import json
import multiprocessing
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.privacy import keys as module
from sidra.privacy.keyfile import KeysRefused
from sidra.privacy.keys import KeyMissing, KeyRing, is_sealed, key_of

SECRET = b"a very personal value"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "keys.json"


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_comes_back_and_only_for_the_same_place(plaintext: bytes, about: bytes) -> None:
    ring = KeyRing.in_memory("sn")
    text = ring.seal("attribute", plaintext, about)
    assert is_sealed(text)
    assert ring.unseal("attribute", text, about) == plaintext
    with pytest.raises(KeyMissing):
        ring.unseal("attribute", text, about + b"x")


def test_the_same_value_is_sealed_differently_each_time(file: Path) -> None:
    ring = KeyRing.open(file, "sn")
    assert ring.seal("attribute", SECRET, b"") != ring.seal("attribute", SECRET, b"")


def test_the_file_is_made_at_first_need_for_its_owner_only(file: Path) -> None:
    ring = KeyRing.open(file, "sn")
    assert not file.exists()
    ring.seal("attribute", SECRET, b"")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in sorted(file.parent.iterdir())] == [".keys.json.lock", "keys.json"]


def test_that_keys_were_made_is_told_once_and_never_among_the_output(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ring = KeyRing.open(file, "sn")
    ring.seal("attribute", SECRET, b"")
    ring.index("index", SECRET)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"Keys were made in {file.name}: {module.BACK_UP}.\n"


def test_a_file_that_others_may_read_is_refused(file: Path) -> None:
    KeyRing.open(file, "sn").add("attribute")
    file.chmod(0o640)
    with pytest.raises(KeysRefused, match="others than its owner"):
        KeyRing.open(file)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"keys": {"k1": {}}}', '{"keys": {"k1": 1}}'])
def test_a_broken_file_is_a_coded_refusal(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(KeysRefused, match="no file of keys"):
        KeyRing.open(file)


def test_a_missing_key_is_named_and_nothing_else_is(file: Path) -> None:
    ring = KeyRing.open(file, "sn")
    text = ring.seal("attribute", SECRET, b"")
    content = json.loads(file.read_text())
    del content["keys"][key_of(text)]
    file.write_text(json.dumps(content))
    with pytest.raises(KeyMissing, match=f"the key `{key_of(text)}` of `sn` is missing"):
        KeyRing.open(file, "sn").unseal("attribute", text, b"")


def test_keys_that_are_lost_while_people_work_are_not_replaced_by_others(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
    ring = KeyRing.open(file, "sn")
    text, content = ring.seal("attribute", SECRET, b""), file.read_bytes()
    file.unlink()
    assert key_of(ring.seal("attribute", SECRET, b"")) == key_of(text)
    assert ring.unseal("attribute", text, b"") == SECRET
    with pytest.raises(KeysRefused, match="are gone"):
        ring.current("person")
    with pytest.raises(KeysRefused, match="are gone"):
        ring.add("attribute")
    assert not file.exists()
    file.touch(mode=0o600)
    file.write_bytes(content)
    assert ring.current("person").is_current


def test_an_affiliate_does_not_unseal_what_another_one_sealed(file: Path) -> None:
    ring = KeyRing.open(file)
    text = ring.of("sn").seal("attribute", SECRET, b"")
    assert ring.of("sn").unseal("attribute", text, b"") == SECRET
    with pytest.raises(KeyMissing):
        ring.of("eg").unseal("attribute", text, b"")
    with pytest.raises(KeyMissing):
        ring.of("sn").unseal("person", text, b"")


def test_after_a_new_key_both_are_unsealed_and_the_new_one_seals(file: Path) -> None:
    ring = KeyRing.open(file, "sn")
    before = ring.seal("attribute", SECRET, b"")
    key = ring.add("attribute")
    after = ring.seal("attribute", SECRET, b"")
    assert key_of(after) == key.id != key_of(before)
    assert ring.unseal("attribute", before, b"") == ring.unseal("attribute", after, b"") == SECRET


def test_another_process_takes_up_a_new_key(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
    mine, other = KeyRing.open(file, "sn"), KeyRing.open(file, "sn")
    mine.seal("attribute", SECRET, b"")
    key = other.add("attribute")
    assert key_of(mine.seal("attribute", SECRET, b"")) == key.id
    monkeypatch.setattr(module, "FRESH_SECONDS", 3600.0)
    mine.current("attribute")
    text = other.of("eg").seal("attribute", SECRET, b"")
    assert mine.of("eg").unseal("attribute", text, b"") == SECRET


def _first_key(file: str, found: multiprocessing.SimpleQueue[str]) -> None:
    found.put(KeyRing.open(Path(file), "sn").current("attribute").id)


def test_processes_that_need_the_first_key_at_once_make_one(file: Path) -> None:
    context = multiprocessing.get_context("spawn")
    found: multiprocessing.SimpleQueue[str] = context.SimpleQueue()
    started = [context.Process(target=_first_key, args=(str(file), found)) for _ in range(3)]
    for process in started:
        process.start()
    ids = {found.get() for _ in started}
    for process in started:
        process.join()
    assert len(ids) == 1


def test_a_retired_key_is_gone(file: Path) -> None:
    ring = KeyRing.open(file, "sn")
    text = ring.seal("attribute", SECRET, b"")
    ring.add("attribute")
    with pytest.raises(KeyMissing):
        ring.of("eg").retire(key_of(text))
    ring.retire(key_of(text))
    with pytest.raises(KeyMissing):
        ring.unseal("attribute", text, b"")
    assert key_of(text) not in file.read_text()


def test_an_index_is_the_same_for_equal_values_of_one_affiliate(file: Path) -> None:
    ring = KeyRing.open(file)
    assert ring.of("sn").index("index", SECRET) == ring.of("sn").index("index", SECRET)
    assert ring.of("sn").index("index", SECRET) != ring.of("eg").index("index", SECRET)


def test_a_signature_verifies_what_was_signed_and_nothing_else(file: Path) -> None:
    ring = KeyRing.open(file, "sn")
    signature = ring.sign(b"head")
    ring.add("head")
    assert ring.verify(b"head", signature)
    assert not ring.verify(b"other", signature)
    assert not ring.verify(b"head", f"{key_of(signature)}:AAAA")
    assert ring.public_key().startswith(b"-----BEGIN PUBLIC KEY-----")


def test_no_secret_shows_when_a_key_is_printed(file: Path) -> None:
    ring = KeyRing.open(file, "sn")
    ring.add("attribute")
    [key] = ring.keys
    assert str(key.secret) not in repr(key)
    assert "secret" not in repr(key)
