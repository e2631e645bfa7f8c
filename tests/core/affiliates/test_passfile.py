from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.affiliates.addresses import Address, read_address
from sidra.affiliates.passfile import PassfileRefused, keep_password, password_of

SHARED = read_address("postgresql://db.example/sidra")
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=12)


@given(passwords=st.dictionaries(TEXTS.filter(lambda text: text != "*"), TEXTS, max_size=5))
def test_every_password_is_found_again_by_its_role(
    tmp_path_factory: pytest.TempPathFactory, passwords: dict[str, str]
) -> None:
    file = tmp_path_factory.mktemp("pass") / "pgpass"
    for role, password in passwords.items():
        keep_password(file, SHARED, role, "an earlier one")
        keep_password(file, SHARED, role, password)
    assert {role: password_of(file, SHARED, role) for role in passwords} == passwords


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    keep_password(tmp_path / "var" / "pgpass", SHARED, "sidra_sn", "x")
    assert stat.S_IMODE((tmp_path / "var" / "pgpass").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["pgpass"]


def test_a_file_that_others_read_is_not_used(tmp_path: Path) -> None:
    keep_password(tmp_path / "pgpass", SHARED, "sidra_sn", "x")
    (tmp_path / "pgpass").chmod(0o644)
    with pytest.raises(PassfileRefused, match="read by others"):
        password_of(tmp_path / "pgpass", SHARED, "sidra_sn")


def test_a_line_that_somebody_wrote_by_hand_counts_as_libpq_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "pgpass"
    file.touch(mode=0o600)
    file.write_text("# ours\n*:*:poland:crm:of pl\nlocalhost:5432:*:*:of\\:all\n", encoding="utf-8")
    assert password_of(file, read_address("postgresql://pl.example/poland"), "crm") == "of pl"
    assert password_of(file, read_address("postgresql://127.0.0.1/x"), "anybody") == "of:all"
    assert not password_of(file, Address("other", 5432, "x"), "anybody")


def test_without_the_file_there_is_no_password(tmp_path: Path) -> None:
    assert not password_of(tmp_path / "pgpass", SHARED, "sidra_sn")
