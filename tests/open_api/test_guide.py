"""The examples of `docs/reference/api.md` are run by a shell, and answer what the page says."""

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from tests.baseline.configurations import loaded, model_of, shipped
from tests.conftest import skip_or_fail
from tests.open_api.client import Served

from sidra.api.shapes import Shapes

BLOCK = re.compile(r"(<!-- [^\n]+ -->\n)?```(\w+)\n(.*?)```", re.DOTALL)
ANYTHING = "…"
MARK = "=== next ==="


class Quiet(WSGIRequestHandler):
    """Says nothing: the test says what went wrong."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def environment(served: Served) -> Iterator[dict[str, str]]:
    if shutil.which("curl") is None or shutil.which("bash") is None:
        skip_or_fail("the examples need curl and bash")
    client = served.clients["pl"]
    server = make_server("127.0.0.1", 0, served.app.app, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        "PATH": "/usr/bin:/bin",
        "API": f"http://127.0.0.1:{server.server_port}/pl/tmf-api",
        "AUTH": f"Authorization: Bearer {client.token}",
        "JSON": "Content-Type: application/json",
        "LC_ALL": "C.UTF-8",
    }
    server.shutdown()
    server.server_close()


def examples(root: Path) -> list[tuple[str, str, str]]:
    """The commands of each example, and the language and text of what they print."""
    blocks = [found for found in BLOCK.findall((root / "docs/reference/api.md").read_text("utf-8")) if not found[0]]
    pairs = zip(blocks[::2], blocks[1::2], strict=True)
    assert all(command[1] == "sh" for command in blocks[::2])
    return [(command[2], printed[1], printed[2]) for command, printed in pairs]


def holds(printed: object, told: object) -> bool:
    """Whether what was printed has all that the page tells of it."""
    match told:
        case str() if told == ANYTHING:
            return bool(printed)
        case dict():
            return isinstance(printed, dict) and all(
                name in printed and holds(printed[name], part) for name, part in told.items()
            )
        case list():
            return (
                isinstance(printed, list)
                and len(printed) == len(told)
                and all(any(holds(entry, part) for entry in printed) for part in told)
            )
    return printed == told


def test_every_example_answers_what_the_page_says(root: Path, environment: dict[str, str]) -> None:
    found = examples(root)
    script = f"\necho '{MARK}'\n".join(commands for commands, _, _ in found)
    run = subprocess.run(
        ["bash", "-eu", "-c", script], capture_output=True, text=True, env=environment, timeout=180, check=False
    )
    assert run.returncode == 0, run.stderr
    printed = run.stdout.split(MARK)
    assert len(printed) == len(found)
    for (commands, language, told), text in zip(found, printed, strict=True):
        if language == "json":
            assert holds(json.loads(text), json.loads(told)), (commands, text)
        else:
            assert [line for line in told.splitlines() if line not in text] == [], (commands, text)


def test_the_settings_of_the_page_are_in_force(root: Path, tmp_path: Path) -> None:
    text = (root / "docs/reference/api.md").read_text("utf-8")
    (settings,) = [
        body for marker, language, body in BLOCK.findall(text) if language == "yaml" and "shown" not in marker
    ]
    folder = tmp_path / "pl"
    shutil.copytree(root / "affiliates/pl", folder)
    (folder / "interfaces/party_management.yaml").write_text(settings, encoding="utf-8")
    manner = Shapes(model_of(loaded(shipped([folder]), "pl"))).of("individual").manner
    assert (manner.is_strict, manner.page_size, manner.max_page_size) == (True, 50, 1000)
