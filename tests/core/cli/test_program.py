"""What all commands have in common: every one of them is called here, as it should be and as it should not."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from tests.core.language_server.conftest import FILES
from tests.metamodel.configurations import write

from sidra.cli import main
from sidra.cli.colours import CLASSED, EXPLAINED, WRITTEN, print_findings, print_styled
from sidra.cli.exits import BY_CODE, MEANINGS, Exit, exit_of
from sidra.cli.program import NO_JSON, TOPICS, leaves
from sidra.cli.rows import print_rows, progress
from sidra.errors import CODES, SidraError
from sidra_metamodel.codes import CODES as CONFIGURATION_CODES
from sidra_ui import assets_build

WORDS = {
    "affiliate": "sn",
    "path": "customer",
    "entity": "customer",
    "role": "agent",
    "locale": "fr",
    "login": "awa",
    "record": "customer/0190a000-0000-7000-8000-000000000000",
    "user": "role:agent",
    "purpose": "head",
    "shell": "bash",
    "corrections": "name=Awa",
}
OPTIONS = {
    "reference": ["--out", "reference"],
    "demo": ["--data-only"],
    "serve": [],
    "schema": ["--out", "schemas"],
    "conformance": ["--spec", "."],
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, FILES)
    (tmp_path / "file.txt").write_text("")
    monkeypatch.chdir(tmp_path)
    for name, value in {"BASELINE": "baseline", "AFFILIATES": "affiliates/*", "HOME": "var", "PLUGINS": ""}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    monkeypatch.setattr(assets_build, "build_assets", lambda _folder: None)
    return tmp_path


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, those of other packages too."""
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        yield from leaves(command, (name,))


EVERY = {" ".join(path): command for path, command in commands()}


def takes_affiliate(path: str, command: click.Command) -> bool:
    named = any(one.name == "affiliate" and isinstance(one, click.Argument) for one in command.params)
    return named and path.split(maxsplit=1)[0] not in NO_JSON


def called(command: click.Command, path: str, **given: str) -> list[str]:
    """The words that call a command as its parameters ask for."""
    words = [*path.split(), *OPTIONS.get(path, [])]
    for parameter in command.params:
        value = given.get(parameter.name or "") or WORDS.get(parameter.name or "") or _sample(parameter)
        if isinstance(parameter, click.Argument) and (parameter.required or parameter.name == "affiliate"):
            words.append(value)
        elif isinstance(parameter, click.Option) and parameter.required and parameter.opts[0] not in words:
            words += [parameter.opts[0], value]
        elif parameter.name == "password":
            words += ["--password", "correct horse battery"]
    return words


def _sample(parameter: click.Parameter) -> str:
    match parameter.type:
        case click.Choice(choices=choices):
            return str(choices[0])
        case click.IntRange() | click.types.IntParamType():
            return "1"
        case click.Path():
            return "file.txt"
        case _:
            return "one"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def assert_told(result: Result, path: str) -> object:
    """That a command ended by a documented code, without a traceback, with one JSON document on standard output."""
    assert result.exception is None or isinstance(result.exception, SystemExit), (path, result.exception)
    assert result.exit_code in {int(code) for code in Exit}, (path, result.exit_code)
    assert "Traceback" not in result.output, path
    return json.loads(result.stdout)


@pytest.mark.parametrize("path", sorted(path for path in EVERY if path.split()[0] not in NO_JSON))
def test_every_command_answers_in_json(home: Path, path: str) -> None:
    result = run(*called(EVERY[path], path), "--json")
    told = assert_told(result, path)
    if result.exit_code > Exit.FOUND:
        assert isinstance(told, dict)
        assert told["error"]["code"]
        assert told["error"]["reason"]
        assert "hint" in told["error"]
        assert "place" in told["error"]


@pytest.mark.parametrize("path", ["check", "db plan", "explain", "gap", "schema", "show", "token list", "why"])
def test_json_may_stand_before_a_command_as_well(home: Path, path: str) -> None:
    words = called(EVERY[path], path)
    before, behind = run("--json", *words), run(*words, "--json")
    assert (before.exit_code, before.stdout, before.stderr) == (behind.exit_code, behind.stdout, behind.stderr)
    assert_told(before, path)


def test_an_error_behind_json_is_json_too(home: Path) -> None:
    for words, code in ((["explain", "zz", "customer"], 2), (["token", "list", "zz"], 2), (["chek"], 2), (["show"], 2)):
        wrong = run("--json", *words)
        assert (wrong.exit_code, bool(json.loads(wrong.stdout)["error"]["reason"])) == (code, True), words
    assert "does not answer in JSON" in json.loads(run("--json", "serve").stdout)["error"]["reason"]


@pytest.mark.parametrize("path", sorted(path for path, one in EVERY.items() if takes_affiliate(path, one)))
def test_every_command_tells_of_an_affiliate_that_is_none(home: Path, path: str) -> None:
    result = run(*called(EVERY[path], path, affiliate="zz"), "--json")
    told = assert_told(result, path)
    if path != "new affiliate":
        assert isinstance(told, dict)
        assert (result.exit_code, "zz" in told["error"]["reason"]) == (2, True), told


@pytest.mark.parametrize("path", sorted(path for path in EVERY if path.split()[0] not in NO_JSON))
def test_no_command_breaks_in_a_folder_that_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(assets_build, "build_assets", lambda _folder: None)
    assert_told(run(*called(EVERY[path], path), "--json"), path)


@pytest.mark.parametrize("path", sorted(EVERY))
def test_every_command_says_in_one_line_what_it_is_for(path: str) -> None:
    command = EVERY[path]
    assert command.help
    assert command.get_short_help_str(200)
    assert run(*path.split(), "--help").exit_code == 0
    assert run(*path.split(), "--nonsense").exit_code == 2


def test_every_command_stands_below_a_topic() -> None:
    listed = {name for names in TOPICS.values() for name in names}
    assert {path.split()[0] for path in EVERY} <= listed
    told = run("--help").output
    assert "More:" not in told
    assert told.index("Write and check YAML:") < told.index("Run Sidra:") < told.index("This terminal:")


def test_a_word_that_is_misspelt_is_answered_with_the_nearest() -> None:
    assert "Did you mean" in run("chek").output
    assert "'check'" in run("chek").output
    wrong = run("chek", "--json")
    assert (wrong.exit_code, json.loads(wrong.stdout)["error"]["code"]) == (2, "usage")


def test_an_affiliate_that_is_misspelt_is_answered_with_the_nearest(home: Path) -> None:
    assert "did you mean `sn`?" in run("token", "list", "snn").stderr


def test_every_exit_code_has_a_meaning_and_every_code_of_the_table_exists() -> None:
    assert set(MEANINGS) == set(Exit)
    assert set(BY_CODE) <= {*CODES, *CONFIGURATION_CODES}
    assert exit_of(SidraError("x")) == Exit.REFUSED


def test_a_question_that_is_declined_changes_nothing_and_is_a_refusal(home: Path) -> None:
    result = CliRunner().invoke(main, ["db", "apply", "sn"], input="n\n")
    assert (result.exit_code, "Nothing was changed." in result.stderr) == (3, True)
    asked = run("db", "apply", "sn", "--json")
    assert "give --yes" in json.loads(asked.stdout)["error"]["reason"]


def start(*words: str) -> subprocess.Popen[bytes]:
    """The program itself, as a shell starts it."""
    command = [sys.executable, "-c", "from sidra.cli import main; main(prog_name='sidra')", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_reader_that_goes_away_ends_a_command_without_a_word(home: Path) -> None:
    process = start("explain", "sn", "customer.attributes.name")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(30) == Exit.CLOSED
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


def test_ctrl_c_ends_a_command_without_a_traceback(home: Path) -> None:
    # Who starts the tests in the background may have them ignore the signal, and a process inherits that.
    code = (
        "import signal, time; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "import sidra.cli.configuration as c; c.configuration = lambda: print('ready', flush=True) or time.sleep(30); "
        "from sidra.cli import main; main(['check'])"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == Exit.INTERRUPTED
        assert b"Traceback" not in process.stderr.read()


ROWS: list[dict[str, object]] = [
    {"name": "one [red]", "count": 3, "roles": ["a", "b"]},
    {"name": "two", "count": None, "roles": []},
]


def test_rows_are_lines_with_tabs_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, ("name", "count", "roles"))
    assert capsys.readouterr().out == "one [red]\t3\ta,b\ntwo\t\t\n"


@pytest.mark.parametrize("no_color", [False, True])
def test_rows_are_a_table_on_a_terminal_in_colours_where_they_are_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], no_color: bool
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    print_rows(ROWS, ("name", "count"))
    told = capsys.readouterr().out
    assert "name" in told.splitlines()[0]
    assert "one [red]" in told
    assert "\t" not in told


def test_findings_have_colours_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = "error[E101]: no `nam`\n  = help: did you mean `name`?"
    print_findings(finding)
    assert capsys.readouterr().out == f"{finding}\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    print_findings(finding)
    assert "\x1b[1;31m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    print_findings(finding)
    assert "31m" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("styles", "text", "coloured"),
    [
        (
            EXPLAINED,
            'entity.a.label = "x"\n  shadowed   group   "y"   core/a.yaml:3   why: the law',
            "\x1b[1;33m  shadowed",
        ),
        (EXPLAINED, "entity.a = {}\n  merged   group   {}   core/a.yaml:3", "\x1b[36mcore/a.yaml:3"),
        (WRITTEN, "type: string\nlabel:\n  en: Name  # group", "\x1b[36mlabel"),
        (CLASSED, "! ORPHAN             L2  entity.a", "\x1b[1;31mORPHAN"),
    ],
)
def test_what_is_told_of_a_configuration_is_in_colours_on_a_terminal_that_wants_them(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    styles: Mapping[str, str],
    text: str,
    coloured: str,
) -> None:
    print_styled(text, styles)
    assert capsys.readouterr().out == f"{text}\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    print_styled(text, styles)
    assert coloured in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    print_styled(text, styles)
    assert coloured not in capsys.readouterr().out


def test_progress_is_shown_on_a_terminal_only(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Testing", 2) as step:
        step()
    assert capsys.readouterr() == ("", "")


def test_python_runs_it_as_a_module() -> None:
    told = subprocess.run((sys.executable, "-m", "sidra", "--version"), capture_output=True, text=True, check=True)
    assert told.stdout.startswith("sidra, version ")
