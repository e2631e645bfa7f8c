from pathlib import Path

from sidra import errors
from sidra.cli import main
from sidra.reference import reference_pages
from sidra.settings import SETTINGS
from sidra_metamodel.codes import CODES


def test_the_pages_of_the_reference_are_up_to_date(root: Path) -> None:
    written = {name: (root / "docs/reference" / name).read_text(encoding="utf-8") for name in reference_pages(main)}
    assert written == reference_pages(main), "run `sidra reference`"


def test_every_code_is_a_heading_of_the_reference() -> None:
    page = reference_pages(main)["errors.md"]
    assert [code for code in {**CODES, **errors.CODES} if f"\n## {code}: " not in page] == []


def test_every_hook_is_in_the_reference_with_its_signature() -> None:
    page = reference_pages(main)["hooks.md"]
    assert "\n## `register_types() -> list[PluginType]`\n" in page
    assert "\n## `register_functions() -> list[Function]`\n" in page
    assert "\n## `register_kinds() -> list[type[Document]]`\n" in page


def test_what_hooks_return_is_explained_field_by_field() -> None:
    assert "- `check: Callable[[object], bool] | None = None` Whether a value" in reference_pages(main)["hooks.md"]


def test_every_setting_is_in_the_reference_with_its_meaning() -> None:
    page = reference_pages(main)["settings.md"]
    rows = {line.split(" | ")[0].strip("| `"): line for line in page.splitlines() if line.startswith("| `")}
    assert set(rows) == set(SETTINGS)
    assert [name for name, row in rows.items() if row.endswith("|  |")] == []
    assert "| `port` | `SIDRA_PORT` | `6543` |" in rows["port"]


def test_every_command_is_in_the_reference_with_its_options() -> None:
    page = reference_pages(main)["cli.md"]
    assert "\n## `sidra feed run AFFILIATE NAME FILE`\n" in page
    assert "\n## `sidra check [AFFILIATE]`\n" in page
    assert "\n- `--days INTEGER RANGE` How long it is valid. [default: 90; 1<=x<=365]\n" in page
