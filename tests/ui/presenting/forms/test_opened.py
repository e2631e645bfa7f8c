import base64

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sidra_ui.presenting.forms.opened import UNKNOWN, digest, unseal

TEXTS = st.lists(st.text(), min_size=1, max_size=2).map(tuple)


def plain(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.strip().replace("\r\n", "\n") for text in texts)


@given(TEXTS, TEXTS)
def test_digests_differ_where_the_texts_do(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    empty = [not any(plain(texts)) for texts in (one, other)]
    assert (digest(one) == digest(other)) is (plain(one) == plain(other) or all(empty))


@given(st.text())
def test_what_is_brought_back_is_never_a_mistake_of_ours(text: str) -> None:
    assert unseal(text).is_known in {True, False}


@given(
    st.recursive(
        st.none() | st.text() | st.integers(0, 9), lambda each: st.lists(each) | st.dictionaries(st.text(), each)
    )
)
def test_any_structure_can_be_asked_for_rows_and_differences(value: object) -> None:
    opened = unseal(base64.urlsafe_b64encode(orjson.dumps(value)).decode())
    assert opened.row("numbers", "1").differs("text", ("x",))


def test_a_form_that_tells_nothing_leaves_nothing_untouched() -> None:
    assert UNKNOWN.differs("fee", ("",))
    assert unseal("A" * 70_000) is UNKNOWN
