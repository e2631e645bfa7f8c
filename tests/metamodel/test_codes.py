import re
from pathlib import Path

from sidra_metamodel.codes import CODES, title

CODE = re.compile(r'"(E\d{3})"')


def used_codes(root: Path) -> set[str]:
    sources = [path for path in (root / "metamodel/sidra_metamodel").rglob("*.py") if path.name != "codes.py"]
    return {code for path in sources for code in CODE.findall(path.read_text(encoding="utf-8"))}


def test_every_code_in_use_is_explained_and_every_explained_one_is_in_use(root: Path) -> None:
    assert used_codes(root) ^ set(CODES) == set()


def test_every_explanation_has_a_short_title_and_a_way_out() -> None:
    assert all(0 < len(title(code)) < 60 and len(text) > len(title(code)) + 1 for code, text in CODES.items())
