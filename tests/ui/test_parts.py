from sidra.plugins import load_plugins
from sidra_ui.assets_build import icon_names
from sidra_ui.parts import WIDGETS
from sidra_ui.presenting.controls import CHOSEN_WIDGETS


def test_the_language_knows_the_icons_of_the_sprite_and_the_controls_of_forms() -> None:
    known = load_plugins(()).vocabularies.by_name
    assert known["icon"].values == set(icon_names())
    assert known["widget"].values == WIDGETS == CHOSEN_WIDGETS | {"meter"}
