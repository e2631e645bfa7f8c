from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.affiliates.addresses import Address, read_address

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True).filter(lambda name: not name.startswith("pg_"))
HOSTS = st.sampled_from(["", "db", "db.example", "127.0.0.1", "::1", "/run/postgresql", "/run/a b"])
USERS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), max_size=8)


@given(host=HOSTS, port=st.integers(1, 65535), database=NAMES, user=USERS)
def test_an_address_reads_what_it_writes(host: str, port: int, database: str, user: str) -> None:
    address = Address(host, port, database, user, (("sslmode", "require"),))
    assert read_address(str(address)) == address


@given(text=st.one_of(st.text(max_size=40), st.text(st.sampled_from("postgresql://@:?&=[]/%a1,#"), max_size=40)))
def test_any_text_is_an_address_or_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(?!.*hunter2)"):
        read_address(f"postgresql://u:hunter2{text}")


@given(text=st.text(max_size=40))
def test_what_is_no_address_raises_nothing_but_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its text is the hint that a person reads
        read_address(text)


@pytest.mark.parametrize(
    "query",
    ["password=x", "user=x", "options=-csearch_path%3Dpl", "dbname=pl", "service=x", "passfile=x", "hostaddr=::1"],
)
def test_nothing_that_changes_who_comes_or_where_to_is_taken(query: str) -> None:
    with pytest.raises(ValueError, match="leave"):
        read_address(f"postgresql://host/name?{query}")


def test_a_password_is_in_the_url_of_a_login_only() -> None:
    address = read_address("postgresql://host/name")
    assert address.url("me", "a:b@c/d") == "postgresql://me:a%3Ab%40c%2Fd@host/name"
    assert str(address) == "postgresql://host/name"
