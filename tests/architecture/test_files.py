import re
from pathlib import Path

ROOMS = {".ci", "affiliates", "baseline", "bench", "core", "docs", "metamodel", "plugins", "tests", "ui"}

POSTPONED = re.compile(r"\b(?:TODO|FIXME)\b:?")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org|yarnpkg\.com")
MACHINE_PATHS = re.compile(r"(?<![\w./*~])/(?:work|root|tmp|opt/(?:wheels|pypi))(?:/|\b(?![-\w]))")
OWN_FILE = "tests/architecture/test_files.py:"


def offenders(pattern: re.Pattern[str], lines: list[tuple[str, str]]) -> list[str]:
    """The places where a pattern occurs, with their lines; this file has to name what it forbids."""
    return [
        f"{place}: {line.strip()}" for place, line in lines if pattern.search(line) and not place.startswith(OWN_FILE)
    ]


def test_every_top_level_folder_is_a_known_room(root: Path, tracked: list[Path]) -> None:
    folders = {path.relative_to(root).parts[0] for path in tracked if len(path.relative_to(root).parts) > 1}
    assert folders - ROOMS == set()


def test_nothing_is_put_off_in_a_comment(lines: list[tuple[str, str]]) -> None:
    assert offenders(POSTPONED, lines) == []


def test_no_file_names_a_package_registry(lines: list[tuple[str, str]]) -> None:
    assert offenders(REGISTRIES, lines) == []


def test_no_file_holds_a_path_of_one_machine(lines: list[tuple[str, str]]) -> None:
    assert offenders(MACHINE_PATHS, lines) == []


def test_a_path_of_one_machine_is_told_from_a_part_of_an_address() -> None:
    assert MACHINE_PATHS.search("cd /tmp/sidra")
    assert MACHINE_PATHS.search('"/root"')
    assert not MACHINE_PATHS.search("/sn/tmp/orders, ./tmp/x, /workflow, https://example.org/root")
