"""What plans say of changes is said in every language of the screens."""

import pytest

from sidra.releases.plan import CHOICES, WORDS
from sidra_ui.messages import read_catalogue


@pytest.mark.parametrize("language", ["en", "fr", "ar", "pl"])
def test_every_word_and_choice_of_a_plan_has_its_text(language: str) -> None:
    wanted = {f"plan_word_{word}" for word in WORDS}
    wanted |= {f"choice_{choice}" for choices in CHOICES.values() for choice in choices}
    assert wanted <= set(read_catalogue(language))
