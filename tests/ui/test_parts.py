from sidra.plugins import load_plugins
from sidra_ui.assets_build import icon_names
from sidra_ui.presenting.forms.controls import CHOSEN_WIDGETS
from sidra_ui.widgets import BUILT_IN


def test_the_language_knows_the_icons_of_the_sprite_and_the_controls_of_forms() -> None:
    known = load_plugins(()).vocabularies.by_name
    assert known["icon"].values == set(icon_names())
    assert known["widget"].values == {widget.name for widget in BUILT_IN} >= CHOSEN_WIDGETS
