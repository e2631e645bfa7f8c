import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra_ui.viewmodels.common import AVATAR_TONES, avatar, avatar_tone, initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Awa Marième Ndiaye", "AN"),
        ("łukasz", "Ł"),
        ("3M Polska", "3P"),
        ("Huta (Północ) S.A.", "HS"),
        ("نور الشناوي", "ن ش"),
        ("", "?"),
        ("—", "?"),
    ],
)
def test_initials_are_the_first_letters_of_the_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


@given(st.text())
def test_every_name_has_short_initials_and_a_lasting_hue(name: str) -> None:
    assert 1 <= len(initials(name)) <= 6
    assert avatar_tone(name) in AVATAR_TONES
    assert avatar(name) == avatar(name)
