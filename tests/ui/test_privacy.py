"""The requests of people: a package of all that is held, and the erasure, for who answers them and nobody else."""

from __future__ import annotations

import datetime
import io
import json
import zipfile

import pytest
import webtest
from tests.core.jobs.inline import work_through
from tests.ui.served import GROUP, PASSWORD, THIES, Site, visible_text

from sidra.access.actor import system_actor
from sidra.affiliates.migrating import Migrating
from sidra.clock import utc_now
from sidra.configuration import read_configuration
from sidra.errors import Misconfigured
from sidra.privacy.erasing import go_on, last_erasure, stop
from sidra.privacy.holds import Held
from sidra.records.record import Record
from sidra.store.codecs import encode_datetime

WHY = "request 2026-118"


@pytest.fixture
def customer(site: Site) -> Record:
    """A customer who has left: nothing of theirs is open."""
    made = site.customer(fee="5 XOF")
    site.system.transition("customer", made.id, "activate")
    return site.system.transition("customer", made.id, "close", reason="moved")


@pytest.fixture
def page(customer: Record) -> str:
    """The address of a person's requests."""
    return f"/sn/person/{customer['person_id']}/personal-data"


def forms(answer: webtest.TestResponse, end: str) -> webtest.Form:
    """The form that posts to an address with this end."""
    return next(form for form in answer.forms.values() if form.action.endswith(end))


def erase(browser: webtest.TestApp, page: str, reason: str = WHY, **options: object) -> webtest.TestResponse:
    form = forms(browser.get(page), "/erase")
    form["reason"], form["sure"] = reason, True
    return form.submit(**options)


def name_of(site: Site, customer: Record) -> str:
    return str(site.system.get("person", customer["person_id"])["name"])


def test_the_way_to_it_stands_on_the_pages_of_the_person_for_who_may(site: Site, customer: Record, page: str) -> None:
    guardian, agent = site.browser("guardian"), site.browser("agent")
    around = f"/sn/person/{customer['person_id']}", f"/sn/customer/{customer.id}", f"/sn/customer/{customer.id}/360"
    assert [page in guardian.get(address).text for address in around] == [True] * 3
    assert [page in agent.get(address).text for address in around] == [False] * 3


@pytest.mark.parametrize("login", ["agent", "lead", "chief", "clerk"])
def test_whoever_has_not_the_function_is_refused_at_each_address(site: Site, page: str, login: str) -> None:
    browser = site.browser(login)
    for part in ("", "/progress"):
        browser.get(page + part, status=403)
    account = browser.get("/sn/my-account")
    csrf = next(form["csrf_token"].value for form in account.forms.values() if "csrf_token" in form.fields)
    for part in ("/package", "/erase", "/go-on"):
        browser.post(page + part, {"csrf_token": csrf, "reason": WHY, "sure": "true"}, status=403)


def test_a_record_that_is_hidden_or_no_persons_has_no_such_page(site: Site, customer: Record) -> None:
    guardian = site.browser("guardian")
    guardian.get(f"/sn/customer/{customer.id}/personal-data", status=404)
    hidden = site.customer(unit=THIES)
    guardian.get(f"/sn/customer/{hidden.id}/personal-data", status=404)
    guardian.get("/sn/person/00000000-0000-7000-8000-0000000000ff/personal-data", status=404)


def test_the_package_has_everything_and_asks_why(site: Site, customer: Record, page: str) -> None:
    guardian = site.browser("guardian")
    form = forms(guardian.get(page), "/package")
    form["reason"] = "x"
    refused = form.submit(status=422)
    assert "5 à 300" in visible_text(refused)
    form = forms(refused, "/package")
    form["reason"] = WHY
    answer = form.submit()
    assert answer.headers["Cache-Control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    data = json.loads(archive.read("data.json"))
    assert {record["entity"] for record in data["records"]} == {"person", "number", "customer"}
    assert "AB123477" in archive.read("index.html").decode()
    with site.runtime.store.reading() as connection:
        told = connection.execute("SELECT actor_name, reason FROM audit_entry WHERE action = 'package'").fetchall()
    assert told == [("Fatou Guardian", WHY)]


def test_what_will_go_is_told_before_without_any_value(site: Site, page: str) -> None:
    told = visible_text(site.browser("guardian").get(page))
    assert "Nom de famille" in told
    assert "Retiré" in told
    assert "AB123477" not in told


def test_an_erasure_asks_for_a_reason_and_a_confirmation(site: Site, customer: Record, page: str) -> None:
    guardian = site.browser("guardian")
    form = forms(guardian.get(page), "/erase")
    form["reason"] = WHY
    unsure = form.submit(status=422)
    assert "Cochez d’abord la case" in visible_text(unsure)
    assert forms(unsure, "/erase")["reason"].value == WHY
    assert "5 à 300" in visible_text(erase(guardian, page, "x", status=422))
    assert last_erasure(site.runtime, customer["person_id"]) is None
    assert work_through(site.runtime, site.overlay.parent) == []
    assert name_of(site, customer) == "Awa Ndiaye"


def test_who_is_there_proves_it_again_after_ten_minutes(site: Site, customer: Record, page: str) -> None:
    guardian = site.browser("guardian")
    begun = guardian.get(page)
    before = encode_datetime(utc_now() - datetime.timedelta(minutes=11))
    with site.runtime.store.writing() as connection:
        connection.execute("UPDATE access_session SET proved_at = :at", {"at": before})
    for end in ("/package", "/erase"):
        form = forms(begun, end)
        form["reason"] = WHY
        if "sure" in form.fields:
            form["sure"] = True
        assert form.submit(status=303).location == f"/sn/my-account/prove?next={page}"
    asked = guardian.get(page, status=303).follow()
    assert last_erasure(site.runtime, customer["person_id"]) is None
    form = forms(asked, "/prove")
    form["password"] = PASSWORD
    assert "Ce que ferait un effacement" in visible_text(form.submit(status=303).follow())


def test_an_erasure_is_done_by_durable_work_and_told_when_it_is(site: Site, customer: Record, page: str) -> None:
    guardian = site.browser("guardian")
    under_way = erase(guardian, page, status=303).follow()
    assert "En cours" in visible_text(under_way)
    assert "Il ne reste rien" not in visible_text(under_way)
    assert "hx-get" in under_way.text
    assert "HX-Refresh" not in guardian.get(f"{page}/progress").headers
    assert work_through(site.runtime, site.overlay.parent) == []
    assert guardian.get(f"{page}/progress").headers["HX-Refresh"] == "true"
    done = guardian.get(page)
    assert "Terminé" in visible_text(done)
    assert WHY in visible_text(done)
    assert [form for form in done.forms.values() if form.action.endswith("/erase")] == []
    assert name_of(site, customer) == "(effacé) (effacé)"
    assert (site.overlay.parent / "erased" / "sn.jsonl").read_text().count(customer["person_id"]) == 1


def test_what_is_open_keeps_it_from_going_and_says_why(site: Site, customer: Record, page: str) -> None:
    guardian = site.browser("guardian")
    before = guardian.get(page)
    site.system.create("customer", {"person": customer["person_id"]})
    told = visible_text(guardian.get(page))
    assert "Client : 1 à l’état « Prospect »" in told
    assert [form for form in guardian.get(page).forms.values() if form.action.endswith("/erase")] == []
    form = forms(before, "/erase")
    form["reason"], form["sure"] = WHY, True
    assert "Prospect" in visible_text(form.submit(status=409))
    assert name_of(site, customer) == "Awa Ndiaye"


def test_one_that_stopped_can_be_let_go_on(site: Site, customer: Record, page: str) -> None:
    guardian = site.browser("guardian")
    erase(guardian, page, status=303)
    standing = last_erasure(site.runtime, customer["person_id"])
    assert standing is not None
    site.runtime.outbox.done(row.id for row in site.runtime.outbox.oldest(10))
    stop(site.runtime, standing.id, "R409", system_actor("test"))
    stopped = guardian.get(page)
    assert "R409" in visible_text(stopped)
    forms(stopped, "/go-on").submit(status=303)
    assert work_through(site.runtime, site.overlay.parent) == []
    assert go_on(site.runtime, standing.id, system_actor("test")).is_done
    assert name_of(site, customer) == "(effacé) (effacé)"


def test_one_that_stopped_for_what_must_stay_says_what_that_is(site: Site, customer: Record, page: str) -> None:
    guardian = site.browser("guardian")
    erase(guardian, page, status=303)
    site.system.create("customer", {"person": customer["person_id"]})
    work_through(site.runtime, site.overlay.parent)
    standing = last_erasure(site.runtime, customer["person_id"])
    assert standing is not None
    assert standing.stopped_by == Held.code
    assert not (site.overlay.parent / "erased").exists()
    stopped = guardian.get(page)
    assert "Client : 1 à l’état « Prospect »" in visible_text(stopped)
    assert name_of(site, customer) == "Awa Ndiaye"


def test_nothing_goes_where_it_cannot_be_kept_who_is_erased_and_the_page_says_that_it_stopped(
    site: Site, customer: Record, page: str
) -> None:
    guardian = site.browser("guardian")
    erase(guardian, page, status=303)
    (site.overlay.parent / "erased").write_text("")
    work_through(site.runtime, site.overlay.parent)
    assert Misconfigured.code in visible_text(guardian.get(page))
    assert name_of(site, customer) == "Awa Ndiaye"


def test_a_value_whose_key_is_lost_says_so_and_the_rest_of_the_page_works(site: Site, customer: Record) -> None:
    address = f"/sn/person/{customer['person_id']}"
    (site.overlay.parent / "base/core/entities/person.yaml").write_text(
        GROUP["core/entities/person.yaml"].replace("search: exact", "encrypt: true\n    search: exact"),
        encoding="utf-8",
    )
    Migrating.of(read_configuration(site.affiliates.settings), "sn").apply()
    site.affiliates.reload()
    site.system.update("person", customer["person_id"], {"document": "CD998877"})
    for key in site.runtime.keys.keys:
        if key.purpose == "attribute":
            site.runtime.keys.retire(key.id)
    agent = site.browser("agent")
    assert "Illisible : la clé manque (R051)" in visible_text(agent.get(address))
    form = agent.get(f"{address}/edit").forms["record-form"]
    assert "document" not in form.fields
    form["given_name"] = "Marième"
    assert "Marième" in visible_text(form.submit(status=303).follow())
    assert "Illisible" in visible_text(agent.get(f"/sn/person/{customer['person_id']}"))
