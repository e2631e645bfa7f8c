"""What people see while the database is away, locked or slow: a page with a way on; nothing is lost, others go on."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import webtest
from tests.core.affiliates.installations import Installation, installation
from tests.servers import PostgresqlServer
from tests.ui.served import DAKAR, GROUP, OVERLAY, PASSWORD, Site, visible_text

from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.records.query import Query
from sidra.web.app import create_app, installed_topics
from sidra_ui import pages as sidra_pages
from sidra_ui.rendering import StaticFiles

LEFT_BYTES, MOST_SAVINGS = 200_000, 90
ELSEWHERE = OVERLAY.replace("layer: sn", "layer: ml").replace("prefix: sn", "prefix: ml") + "store: {sqlite: ml.db}\n"
HERE = OVERLAY + "store: {schema: sn}\n"


@pytest.fixture(scope="module")
def server(postgresql: Path) -> Iterator[PostgresqlServer]:
    """A server of this module's own, since its tests stop it."""
    made = PostgresqlServer(postgresql)
    try:
        made.start()
        yield made
    finally:
        made.remove()


@dataclass
class Outage:
    """`sn` on a server that its test stops, `ml` in a file."""

    made: Installation
    site: Site

    @contextmanager
    def away(self) -> Iterator[None]:
        """Stop the server meanwhile."""
        self.made.server.stop()
        try:
            yield
        finally:
            self.made.server.start()

    @contextmanager
    def locked(self, table: str) -> Iterator[psycopg.Connection]:
        """Lock a table of `sn` against everybody."""
        with psycopg.connect(self.made.server.url(self.made.name)) as connection:
            connection.execute(f"LOCK TABLE sn.{table} IN ACCESS EXCLUSIVE MODE".encode())
            yield connection
            connection.rollback()


@pytest.fixture
def outage(
    tmp_path: Path, server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch, static: StaticFiles
) -> Iterator[Outage]:
    """Both affiliates, served, with people in them."""
    monkeypatch.setattr(sidra_pages, "read_static", lambda: static)
    with installation(tmp_path, server) as made:
        for name, text in GROUP.items():
            made.write(f"baseline/{name}", text)
        made.write("affiliates/sn/layer.yaml", HERE)
        made.write("affiliates/ml/layer.yaml", ELSEWHERE)
        made.provision("sn")
        with closing(Affiliates(made.settings)) as affiliates:
            for name in ("sn", "ml"):
                runtime = affiliates.get(name)
                assert runtime is not None, affiliates.state(name)
                accounts = Entrance.of(name, runtime.store).accounts
                for role in ("agent", "operator"):
                    accounts.create(role, "Fatou Ndoye", PASSWORD, [role], units=[DAKAR], locale="fr")
            app = create_app(made.settings, affiliates, topics=installed_topics())
            yield Outage(made, Site(app, affiliates, tmp_path))


def refused(answer: webtest.TestResponse, code: str = "R503") -> str:
    """The text of a page that tells of something that passes."""
    assert answer.status_code == 503, answer.text[:300]
    assert answer.headers["Retry-After"] == "1"
    text = visible_text(answer)
    assert code in text
    assert "Traceback" not in answer.text
    return text


def screens(customer: str) -> dict[str, str]:
    """One address of each kind of page."""
    return {
        "home": "/sn/",
        "list": "/sn/customer?segment=gold",
        "record": f"/sn/customer/{customer}",
        "whole": f"/sn/customer/{customer}/360",
        "form": f"/sn/customer/{customer}/edit",
        "new": "/sn/ticket/new",
        "search": "/sn/search?q=awa",
        "suggestions": "/sn/search/suggest?q=awa",
        "mine": "/sn/my-account",
    }


def test_every_screen_says_what_to_do_while_the_database_is_away_and_goes_on_afterwards(outage: Outage) -> None:
    customer = outage.site.customer(fee="5")
    browser = outage.site.browser("agent")
    form = browser.get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    browser.get("/ml/sign-in")
    other = outage.site.browser()
    signing = browser.get("/ml/sign-in").forms[0]
    with outage.away():
        for name, address in screens(customer.id).items():
            text = refused(browser.get(address, expect_errors=True))
            assert "Indisponible pour le moment" in text, name
            assert "Réessayer" in text, name
        form["fee"] = "6"
        page = form.submit(expect_errors=True)
        assert "Vos saisies sont gardées" in refused(page)
        assert f'data-href="/sn/customer/{customer.id}/edit"' in page.text
        strange = other.get("/sn/sign-in", status=200).forms[0]
        strange["username"], strange["password"] = "agent", PASSWORD
        refused(strange.submit(expect_errors=True))
        health = other.get("/health", expect_errors=True)
        assert (health.status_code, health.json["affiliates"]) == (503, {"sn": "unreachable", "ml": "served"})
        signing["username"], signing["password"] = "agent", PASSWORD
        signing.submit(status=303).follow(status=200)
    assert browser.get(f"/sn/customer/{customer.id}").status_code == 200
    form.submit(status=303)
    assert outage.site.system.get("customer", customer.id)["fee"].amount == 6


def test_a_program_is_told_by_code_and_header(outage: Outage) -> None:
    browser = webtest.TestApp(outage.site.app)
    with outage.away():
        headers = {"Authorization": "Bearer sidra_x_y", "Accept": "application/json"}
        answer = browser.get("/sn/tmf-api/customerManagement/v4/customer", headers=headers, expect_errors=True)
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (503, "R503", "1")


def test_a_file_that_is_brought_meanwhile_is_refused_whole(outage: Outage) -> None:
    browser = outage.site.browser("operator")
    form = browser.get("/sn/feeds/ticket_load").forms["upload-form"]
    form["file"] = webtest.Upload("tickets.csv", b"Id,Subject\n1,No signal\n")
    with outage.away():
        refused(form.submit(expect_errors=True))
    assert not [*outage.made.settings.home.glob("uploads/*/*")]
    form.submit(status=303)


def test_a_list_that_takes_too_long_says_to_narrow_it(outage: Outage) -> None:
    outage.site.customer()
    browser = outage.site.browser("agent")
    browser.get("/sn/customer")
    with outage.locked("customer"):
        hasten(outage, "SET lock_timeout = 0", "SET statement_timeout = '300ms'")
        text = refused(browser.get("/sn/customer?q=awa", expect_errors=True), "R504")
        assert "filtre" in text
        assert "Ouvrir sans filtres" in text
        browser.get("/sn/ticket", status=200)
        browser.get("/ml/sign-in", status=200)
    browser.get("/sn/customer", status=200)


def hasten(outage: Outage, *commands: str) -> None:
    """Make the readers of `sn` wait for less: as its own command does."""
    store = outage.site.runtime.store
    connections = [store.acquire() for _ in range(3)]
    for connection in connections:
        for command in commands:
            connection.execute(command)
    for connection in connections:
        store.release(connection)


def test_a_table_that_others_lock_is_told_as_such(outage: Outage) -> None:
    customer = outage.site.customer()
    browser = outage.site.browser("agent")
    with outage.locked("customer"):
        hasten(outage, "SET lock_timeout = '200ms'")
        refused(browser.get(f"/sn/customer/{customer.id}", expect_errors=True))
    browser.get(f"/sn/customer/{customer.id}", status=200)


def test_a_server_that_takes_no_more_connections_is_busy_and_comes_back(outage: Outage) -> None:
    customer = outage.site.customer()
    browser = outage.site.browser("agent")
    role = outage.made.place("sn").role
    outage.made.server.execute(f"ALTER ROLE {role} CONNECTION LIMIT 0")
    outage.made.server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'")
    refused(browser.get(f"/sn/customer/{customer.id}", expect_errors=True))
    outage.made.server.execute(f"ALTER ROLE {role} CONNECTION LIMIT -1")
    browser.get(f"/sn/customer/{customer.id}", status=200)


def test_a_file_that_another_program_writes_keeps_readers_and_delays_writers(
    outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidra.store.sqlite.BUSY_SECONDS", 0.2)
    browser = outage.site.browser()
    signing = browser.get("/ml/sign-in").forms[0]
    path = next(outage.made.settings.home.rglob("ml.db"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        signing["username"], signing["password"] = "agent", PASSWORD
        refused(signing.submit(expect_errors=True))
        browser.get("/ml/sign-in", status=200)
        other.execute("ROLLBACK")
    signing.submit(status=303)


@pytest.mark.parametrize("language", ["fr", "ar", "pl", "en"])
def test_the_page_is_in_the_language_of_the_browser(outage: Outage, language: str) -> None:
    browser = outage.site.browser("agent")
    with outage.away():
        page = browser.get("/sn/customer", headers={"Accept-Language": language}, expect_errors=True)
    refused(page)
    assert f'lang="{language}' in page.text


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Let no file of this process grow beyond the largest of a folder and a little: a disk with no space left."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(file.stat().st_size for file in folder.rglob("*.db*"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + LEFT_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_without_space_keeps_what_was_saved_and_takes_more_once_there_is_some(site: Site) -> None:
    browser = site.browser("agent")
    saved, home = [], site.overlay.parent
    with full(home):
        for number in range(MOST_SAVINGS):
            # One form makes one record, however often it is sent.
            form = browser.get("/sn/ticket/new").forms["record-form"]
            form["subject"] = f"{number} {'x' * 200}"
            answer = form.submit(expect_errors=True)
            if answer.status_code != 303:
                break
            saved.append(answer.location.rpartition("/")[2])
        refused(answer)
        browser.get("/sn/ticket", status=200)
        browser.get(f"/sn/ticket/{saved[0]}", status=200)
    form.submit(status=303)
    kept = {record.id for record in site.system.list("ticket", Query(limit=100)).records}
    assert set(saved) <= kept
    assert len(kept) == len(saved) + 1
    with closing(sqlite3.connect(next(home.rglob("sn.db")))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
