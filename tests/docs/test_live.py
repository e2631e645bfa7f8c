"""The four lines of the configurator's tutorial, saved while Senegal is served: at once they are everywhere."""

import dataclasses
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import webtest
from tests.docs.pages import BLOCK, FILE, INSERT, Workshop

from sidra.access.actor import system_actor
from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.settings import load_settings
from sidra.web.app import create_app, installed_topics
from sidra.web.reload import Reloader

PASSWORD = "correct horse battery"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PEOPLE = "/sn/tmf-api/party/v4/individual"


@dataclass
class Served:
    """Senegal, served from a scratch copy that can be edited, and a browser in which an agent is signed in."""

    workshop: Workshop
    # WebTest ships no types.
    browser: Any
    token: str
    store: Path
    affiliates: Affiliates

    def create(self, **values: str) -> Any:  # noqa: ANN401 - an answer of WebTest
        return self.browser.post_json(PEOPLE, values, headers={"Authorization": f"Bearer {self.token}"}).json


@pytest.fixture
def served(root: Path, assets: Path, tmp_path: Path) -> Iterator[Served]:
    workshop = Workshop(root, tmp_path)
    workshop.start_again()
    settings = load_settings({}, root)
    folder = tmp_path / "affiliates" / "sn"
    settings = dataclasses.replace(settings, home=tmp_path / "var", affiliates=(folder,), log_level="error")
    affiliates = Affiliates(settings)
    runtime = affiliates.get("sn")
    assert runtime is not None
    entrance = Entrance.of("sn", runtime.store)
    for role in ("agent", "configurator"):
        entrance.accounts.create(role, "Fatou Ndoye", PASSWORD, [role], locale="en")
    refresh = Reloader(affiliates, (settings.baseline, folder))
    browser = webtest.TestApp(create_app(settings, affiliates, topics=installed_topics(), refresh=refresh))
    sign_in(browser)
    store = next((tmp_path / "var").rglob("sn.db"))
    yield Served(workshop, browser, entrance.tokens.issue("agent"), store, affiliates)
    affiliates.close()


def sign_in(browser: Any, login: str = "agent") -> None:  # noqa: ANN401 - WebTest ships no types
    form = TOKEN.search(browser.get("/sn/sign-in").text)
    assert form is not None
    browser.post("/sn/sign-in", {"username": login, "password": PASSWORD, "csrf_token": form[1]}, status=303)


BACKUP = re.compile(r"<!-- (backup|restore) -->\n```sh\n(.*?)```", re.DOTALL)


def test_the_backup_of_the_operators_guide_is_whole_and_restores(root: Path, served: Served, tmp_path: Path) -> None:
    commands = dict(BACKUP.findall((root / "docs/tutorials/operator.md").read_text(encoding="utf-8")))
    program = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": program, "SIDRA_HOME": str(served.store.parent)}

    def run(name: str) -> None:
        subprocess.run(["bash", "-eu", "-c", commands[name]], cwd=tmp_path, env=environment, check=True)

    kept = served.create(givenName="Awa", familyName="Ndiaye")["id"]
    run("backup")
    lost = served.create(givenName="Moussa", familyName="Diop")["id"]
    served.affiliates.close()
    run("restore")
    restored = Affiliates(served.affiliates.settings)
    runtime = restored.get("sn")
    assert runtime is not None
    everybody = {one.id for one in runtime.records(system_actor("test", affiliate="sn")).list("individual").records}
    restored.close()
    assert kept in everybody
    assert lost not in everybody


def test_the_banner_of_the_tutorial_is_there_while_a_file_is_broken(root: Path, served: Served) -> None:
    agent, configurator = served.browser, webtest.TestApp(served.browser.app)
    sign_in(configurator, "configurator")
    text = (root / "docs/tutorials/configurator.md").read_text(encoding="utf-8")
    path, broken = next(
        (FILE.fullmatch(block["marker"])["path"], block["body"])  # type: ignore[index]  # the marker names a file
        for block in BLOCK.finditer(text)
        if "nmae" in block["body"] and block["language"] == "yaml"
    )
    before = (served.workshop.folder / path).is_file()
    assert not before
    served.workshop.write(path, broken)
    banner = configurator.get("/sn/").html.select_one("#diagnostics").text
    for told in ("E101", f"{path}:3:3", "nmae:", "did you mean `name`?", "E501", "yes"):
        assert told in banner, told
    assert agent.get("/sn/").html.select_one("#diagnostics") is None
    (served.workshop.folder / path).unlink()
    assert configurator.get("/sn/").html.select_one("#diagnostics") is None


def test_the_page_of_the_configuration_tells_where_senegal_differs(served: Served) -> None:
    configurator = webtest.TestApp(served.browser.app)
    sign_in(configurator, "configurator")
    page = configurator.get("/sn/configuration").html
    rows = {row.select_one(".path-name").text: row.text for row in page.select("#entity-individual tr:not(.group)")}
    told = rows["attributes.given_name.max_length"]
    for part in ("60", "50", "affiliates/sn/entities/individual.yaml:6", "The national identity card"):
        assert part in told, part
    assert page.select_one("#entity-individual .group a")["href"] == "/sn/individual"


def four_lines(root: Path) -> tuple[str, str, str]:
    """The file, the line and the text of the first example of the tutorial."""
    text = (root / "docs/tutorials/configurator.md").read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        found = INSERT.fullmatch(block["marker"] or "")
        if found:
            return found["path"], found["line"], block["body"]
    pytest.fail("the tutorial adds nothing")


def columns(store: Path) -> set[str]:
    with sqlite3.connect(store) as connection:
        found = {row[1] for row in connection.execute("pragma table_info(party)")}
    connection.close()
    return found


def test_the_four_lines_are_in_form_list_api_and_database_without_a_restart(root: Path, served: Served) -> None:
    names = {"givenName": "Awa", "familyName": "Ndiaye"}
    assert "Greeting name" not in served.browser.get("/sn/individual/new").text
    assert "x_sn_greeting" not in columns(served.store)
    path, line, text = four_lines(root)
    assert len(text.splitlines()) == 4
    served.workshop.insert(path, line, text)
    assert served.create(**names, xSnGreeting="Mame Awa")["xSnGreeting"] == "Mame Awa"
    assert "x_sn_greeting" in columns(served.store)
    assert "Greeting name" in served.browser.get("/sn/individual/new").text
    people = served.browser.get("/sn/individual").text
    assert "Greeting name" in people
    assert "Mame Awa" in people
