import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.core.language_server.conftest import FILES
from tests.metamodel.configurations import write

from sidra.cli import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    for name, value in {"BASELINE": "baseline", "AFFILIATES": "affiliates/*", "HOME": "var", "PLUGINS": ""}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    return tmp_path


def completed(line: str) -> list[str]:
    """What bash is offered behind a line; it begins a new word where the line ends with a blank."""
    count = len(line.split()) - (not line.endswith(" "))
    environ = {"_SIDRA_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(count)}
    result = CliRunner().invoke(main, [], prog_name="sidra", env=environ)
    return [one.partition(",")[2] for one in result.stdout.splitlines() if one]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("sidra che", ["check"]),
        ("sidra i1", ["i18n"]),
        ("sidra check ", ["pl", "sn"]),
        ("sidra user list s", ["sn"]),
        ("sidra show sn entity.t", ["entity.ticket"]),
        ("sidra show sn entity.customer.at", ["entity.customer.attributes"]),
        ("sidra explain sn customer.attributes.s", ["customer.attributes.score", "customer.attributes.segment"]),
        ("sidra token issue sn a", ["agent"]),
        ("sidra user add sn awa --role ", ["agent"]),
        ("sidra report group c", ["customer"]),
        ("sidra completion f", ["fish"]),
    ],
)
def test_a_shell_completes_commands_and_names(home: Path, line: str, wanted: list[str]) -> None:
    assert completed(line) == wanted


def test_where_there_is_no_configuration_no_name_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert completed("sidra check ") == []
    (tmp_path / "sidra.yaml").write_text("bassline: x\n")
    assert completed("sidra check ") == []
    (tmp_path / "sidra.yaml").write_bytes(b"\xff\xfe\x00")
    assert completed("sidra check ") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_calls_the_program(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert f"_SIDRA_COMPLETE={shell}_complete" in result.stdout


def test_completing_a_name_loads_neither_the_configuration_nor_the_server(home: Path) -> None:
    code = (
        "import sys\nfrom sidra.cli import main\ntry: main([], prog_name='sidra')\n"
        "except SystemExit: pass\n"
        "print(sorted({'sqlalchemy', 'rich', 'pygls', 'sidra.configuration', 'sidra_metamodel.load'} & {*sys.modules}))"
    )
    environ = {**os.environ, "_SIDRA_COMPLETE": "bash_complete", "COMP_WORDS": "sidra check s", "COMP_CWORD": "2"}
    told = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["plain,sn", "[]"]
