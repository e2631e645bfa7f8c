from uuid import UUID

import pytest

from sidra.store.identifiers import id_bytes, id_text, new_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    found = UUID(new_id(1_700_000_000_000))
    assert (found.version, found.variant) == (7, "specified in RFC 4122")
    assert found.int >> 80 == 1_700_000_000_000


def test_ids_of_one_moment_keep_the_order_of_their_numbers() -> None:
    made = [new_id(5, number) for number in range(5000)]
    assert made == sorted(made)
    assert len({new_id(5) for _ in range(100)}) == 100


def test_text_and_bytes_lead_to_each_other() -> None:
    made = new_id(5)
    assert id_text(id_bytes(made)) == made == str(UUID(bytes=id_bytes(made)))
    for wrong in ("", "x", made[:-1], made + "00"):
        with pytest.raises(ValueError):  # noqa: PT011 - from hexadecimal digits or from us
            id_bytes(wrong)
