import re
from pathlib import Path

import sidra_ui
from sidra_ui.assets_build import icon_names
from sidra_ui.messages import read_catalogue

TEMPLATES = Path(sidra_ui.__file__).with_name("templates")
ICON = re.compile(r"""icon(?:_link)?\(\s*"([a-z0-9-]+)\"""")
MESSAGE = re.compile(r"""\bt(?:\.forms)?\(["']([a-z_]+)["']""")
MACRO = re.compile(r"\{%-? macro (\w+)\(")


def texts() -> dict[str, str]:
    return {str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}


def test_no_template_switches_escaping_off() -> None:
    assert [name for name, text in texts().items() if re.search(r"\|\s*safe|autoescape|Markup", text)] == []


def test_round_trips_are_in_macro_files_only() -> None:
    pages = {name: text for name, text in texts().items() if not name.startswith("macros/")}
    assert [name for name, text in pages.items() if re.search(r"\bhx-[a-z]", text)] == []


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    named = {icon for text in texts().values() for icon in ICON.findall(text)}
    assert named - set(icon_names()) == set()


def test_every_message_that_a_template_asks_for_exists() -> None:
    asked = {key for text in texts().values() for key in MESSAGE.findall(text)} - {"theme_"}
    assert asked - set(read_catalogue("en")) == set()


def test_no_macro_is_there_for_nothing() -> None:
    everything = "\n".join(texts().values())
    names = {name for text in texts().values() for name in MACRO.findall(text)}
    # A macro is called, or handed to what draws with it: a widget's, those of rows, and what is kept.
    used = r'\b{0}\(|\bdraw\(\w+, "{0}"\)|\brows\([^)]*\b{0}\b|\bkept\((?:\w+\.)?{0}\b'
    assert {name for name in names if len(re.findall(used.format(name), everything)) < 2} == set()
