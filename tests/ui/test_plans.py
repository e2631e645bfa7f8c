"""What is proposed to be put in force: seen by who takes part, approved by another than its author, applied, undone."""

import shutil
from pathlib import Path

import pytest
import webtest
from tests.core.jobs.inline import work_through
from tests.ui.served import PASSWORD, Site, visible_text

from sidra.access.actor import OPERATOR, Actor
from sidra.access.entrance import Entrance
from sidra.releases.releasing import Releasing
from sidra.releases.sources import sources_of
from sidra.settings import Settings
from sidra.store.identifiers import new_id

ROLES = """
role: approver
label: {en: Approver}
may: {customer: {do: [read]}}
functions: [approve_access, approve_data, approve_api]
"""
WIDER = "role: reader\nmay:\n  customer: {do: [read]}\n"
NARROWER = """
entity: customer
attributes:
  risk: {max: {$set: 50, $why: Beyond fifty nobody is served}}
"""
DEEDS = ("speak", "decide", "comments", "apply", "tests", "withdraw", "remind")


@pytest.fixture
def released(site: Site) -> Site:
    """The installation with a release in force, a second configurator and an approver."""
    (roles_of(site) / "approver.yaml").write_text(ROLES, encoding="utf-8")
    site.affiliates.reload()
    accounts = Entrance.of("sn", site.runtime.store).accounts
    accounts.create("second", "Awa Second", PASSWORD, ["configurator"], locale="fr")
    accounts.create("approver", "Omar Approver", PASSWORD, ["approver"], locale="fr")
    releasing = releasing_of(site)
    releasing.apply(releasing.plan().proposed.name, OPERATOR, "the beginning")
    return site


def releasing_of(site: Site) -> Releasing:
    """The releases of the affiliate, as its files are now."""
    return Releasing.of(settings_of(site), "sn", site.runtime)


def settings_of(site: Site) -> Settings:
    """The settings of the installation."""
    home = site.overlay.parent
    return Settings(home=home, affiliates=(site.overlay,), baseline=home / "base", plugins=())


def roles_of(site: Site) -> Path:
    """Where the group's roles are."""
    return site.overlay.parent / "base" / "core" / "roles"


def propose(site: Site, text: str = NARROWER) -> tuple[webtest.TestApp, str]:
    """A proposal of a changed file, by the configurator; the browser and the address of its page."""
    path = roles_of(site) / "reader.yaml" if text == WIDER else site.overlay / "customer.yaml"
    path.write_text(text, encoding="utf-8")
    browser = site.browser("configurator")
    form = browser.get("/sn/plans").forms["propose"]
    form["title"] = "Fees for readers"
    return browser, form.submit(status=303).headers["Location"]


def test_a_proposal_shows_who_gains_what_and_the_screen_before_and_after(released: Site) -> None:
    browser, address = propose(released, WIDER)
    text = visible_text(browser.get(address))
    for wanted in ("Droits élargis", "reader voit davantage de", "reader", "Plus visible", "Frais"):
        assert wanted in text, wanted


def speak(site: Site, login: str, address: str, function: str, verdict: str = "approve", **more: object) -> str:
    """What the page says after somebody spoke at a gate, or tried to."""
    browser = site.browser(login)
    token = browser.get("/sn/").html.select_one("input[name=csrf_token]")["value"]
    given = {"csrf_token": token, "function": function, "verdict": verdict, "comment": "seen"}
    answer = browser.post(f"{address}/speak", given, **{"status": 303, **more})
    return visible_text(browser.get(address) if answer.status_code == 303 else answer)


def post(browser: webtest.TestApp, address: str, values: dict[str, str], status: int) -> webtest.TestResponse:
    """What is answered to a form that carries its token."""
    token = browser.get("/sn/").html.select_one("input[name=csrf_token]")["value"]
    return browser.post(address, {"csrf_token": token, **values}, status=status)


def test_a_change_is_proposed_approved_by_another_applied_and_taken_back(released: Site) -> None:
    browser, address = propose(released)
    assert browser.get(address).html.select_one(".apply button")["disabled"] == ""
    assert "Approuvé" in speak(released, "second", address, "configure")
    assert "Prête" in speak(released, "approver", address, "approve_data")
    assert post(browser, f"{address}/apply", {}, 303).headers["Location"].endswith(address)
    assert "En vigueur" in visible_text(browser.get(address))
    releases = releasing_of(released).releases.all()
    assert [one.kind for one in releases] == ["apply", "apply"]
    post(browser, f"{address}/apply", {}, 303)
    assert len(releasing_of(released).releases.all()) == 2
    post(browser, "/sn/plans/rollback", {"number": "1", "why": "too early"}, 303)
    assert releasing_of(released).releases.all()[0].kind == "rollback"
    assert "too early" in visible_text(browser.get("/sn/plans"))


def test_nothing_is_applied_that_is_not_approved(released: Site) -> None:
    browser, address = propose(released)
    page = post(browser, f"{address}/apply", {}, 422)
    assert "R702" in page
    assert "Rien n’a été changé" in visible_text(page)
    assert len(releasing_of(released).releases.all()) == 1


def test_what_was_put_in_force_since_keeps_a_proposal_from_being_decided(released: Site) -> None:
    browser, address = propose(released)
    (released.overlay / "customer.yaml").unlink()
    (released.overlay / "person.yaml").write_text("entity: person\nattributes: {birth_date: {hidden: true}}\n")
    other = releasing_of(released)
    somebody = Actor(new_id(0), "Somebody", frozenset({"configurator"}))
    changed = other.proposals.propose(other.plan(), sources_of(other.proposed_loaded.effective.stack), "x", somebody)
    for function in changed.plan.gates:
        speak(released, "second" if function == "configure" else "approver", f"/sn/plans/{changed.id}", function)
    post(browser, f"/sn/plans/{changed.id}/apply", {}, 303)
    page = post(browser, f"{address}/apply", {}, 409)
    assert "Autre chose a été mis en vigueur" in visible_text(page)
    assert "R409" in speak(released, "second", address, "configure", status=409)


def test_an_author_does_not_approve_his_own(released: Site) -> None:
    browser, address = propose(released)
    assert browser.get(address).html.select("#approvals form") == []
    speak(released, "configurator", address, "configure", status=403)


@pytest.mark.parametrize(("login", "function"), [("second", "approve_data"), ("approver", "configure")])
def test_who_has_not_the_function_opens_no_gate(released: Site, login: str, function: str) -> None:
    _, address = propose(released)
    speak(released, login, address, function, status=403)


@pytest.mark.parametrize("login", ["agent", "reader", "operator"])
def test_plans_are_for_those_who_take_part(released: Site, login: str) -> None:
    _, address = propose(released)
    browser = released.browser(login)
    browser.get("/sn/plans", status=403)
    browser.get(address, status=403)
    for part in DEEDS:
        post(browser, f"{address}/{part}", {"text": "x"}, 403)
    post(browser, "/sn/plans", {"title": "x"}, 403)
    post(browser, "/sn/plans/rollback", {"number": "1"}, 403)


def test_who_only_approves_proposes_applies_and_goes_back_to_nothing(released: Site) -> None:
    _, address = propose(released)
    browser = released.browser("approver")
    assert browser.get("/sn/plans").html.select("#propose") == []
    post(browser, "/sn/plans", {"title": "x"}, 403)
    post(browser, f"{address}/apply", {}, 403)
    post(browser, "/sn/plans/rollback", {"number": "1"}, 403)


def test_a_form_without_its_token_changes_nothing(released: Site) -> None:
    browser, address = propose(released)
    for part in DEEDS:
        browser.post(f"{address}/{part}", {}, status=403)


def test_what_is_sent_twice_is_there_once(released: Site) -> None:
    browser, address = propose(released)
    assert post(browser, "/sn/plans", {"title": "Again"}, 303).headers["Location"] == address
    for _ in range(2):
        post(browser, f"{address}/comments", {"text": "Why now?"}, 303)
    assert visible_text(browser.get(address)).count("Why now?") == 1


def test_a_refusal_needs_words(released: Site) -> None:
    _, address = propose(released)
    browser = released.browser("second")
    post(browser, f"{address}/speak", {"function": "configure", "verdict": "refuse", "comment": ""}, 422)
    post(browser, f"{address}/speak", {"function": "configure", "verdict": "refuse", "comment": "Not yet"}, 303)
    assert "Not yet" in visible_text(browser.get(address))


def test_records_that_violate_a_change_are_counted_and_decided_by_who_may(released: Site) -> None:
    released.customer(risk=80)
    browser, address = propose(released)
    page = browser.get(address)
    assert page.html.select("#data form") == []
    approver = released.browser("approver")
    form = approver.get(address).html.select_one("#data form")
    item, seen = (form.select_one(f"input[name={name}]")["value"] for name in ("item", "seen"))
    assert seen == "1"
    said = {"item": item, "choice": "when_saved"}
    post(browser, f"{address}/decide", {**said, "seen": seen}, 403)
    for other in ("", "0", "2", "9" * 5000):
        post(approver, f"{address}/decide", {**said, "seen": other}, 409)
    post(approver, f"{address}/decide", {**said, "seen": seen}, 303)
    assert "Chacune à son prochain enregistrement · Omar Approver" in visible_text(browser.get(address))


def test_the_tests_of_what_is_proposed_run_once_beside_the_requests(released: Site) -> None:
    browser, address = propose(released)
    for _ in range(2):
        post(browser, f"{address}/tests", {}, 303)
    page = browser.get(address)
    assert "En cours" in visible_text(page)
    assert page.html.select_one("#tests")["data-live"].startswith("job:plan_tests:")
    asked = [row.event for row in released.runtime.outbox.oldest(10)]
    assert asked.count("plan.tests_asked") == 1
    assert work_through(released.runtime, settings_of(released)) == []
    assert "Il n’y a pas de tests." in visible_text(browser.get(f"{address}/tests"))
    assert "data-live" not in browser.get(f"{address}/tests")


def test_tests_that_cannot_be_run_say_why(released: Site) -> None:
    browser, address = propose(released)
    post(browser, f"{address}/tests", {}, 303)
    damage(released, address)
    assert [error.code for error in work_through(released.runtime, settings_of(released)) if hasattr(error, "code")]
    assert "R707" in visible_text(browser.get(address))


def damage(site: Site, address: str) -> None:
    """Lose the files of a proposal, in the store and where they were unpacked."""
    proposal = releasing_of(site).proposals.get(address.rpartition("/")[2])
    drop = f"DELETE FROM release_content WHERE digest = '{proposal.own}'"
    site.runtime.store.transact(lambda connection: connection.execute(drop))
    folder = site.overlay.parent / "releases" / "sn"
    for one in folder.glob(f"*{proposal.revision}*"):
        shutil.rmtree(one)


def test_a_proposal_whose_files_are_damaged_says_so_and_can_be_taken_back(released: Site) -> None:
    browser, address = propose(released)
    damage(released, address)
    for at in (address, f"{address}/screens"):
        page = browser.get(at, expect_errors=True)
        assert page.status_code in {200, 422}
        assert "R707" in page
    post(browser, f"{address}/withdraw", {"why": "lost"}, 303)
    assert "Retirée" in visible_text(browser.get(address))


def test_a_proposal_is_taken_back_by_its_author_and_not_by_who_only_approves(released: Site) -> None:
    browser, address = propose(released)
    approver = released.browser("approver")
    assert approver.get(address).html.select("#withdraw") == []
    post(approver, f"{address}/withdraw", {"why": "no"}, 403)
    post(browser, f"{address}/withdraw", {"why": "Later"}, 303)
    assert browser.get(address).html.select("#withdraw") == []
    post(browser, f"{address}/withdraw", {"why": "Later"}, 409)


def test_those_who_may_approve_are_told_once_that_a_plan_waits(released: Site) -> None:
    browser, address = propose(released)
    told = visible_text(released.browser("approver").get("/sn/notifications"))
    assert "attend votre approbation" in told
    assert "attend votre approbation" not in visible_text(browser.get("/sn/notifications"))
    assert "R409" in post(browser, f"{address}/remind", {}, 409)
    token = {"until": ""}
    post(released.browser("approver"), "/sn/notifications/read", token, 303)
    post(browser, f"{address}/remind", {}, 303)
    post(released.browser("approver"), f"{address}/remind", {}, 403)


def test_screens_stand_in_full_size_on_a_page_of_their_own(released: Site) -> None:
    browser, address = propose(released, WIDER)
    page = browser.get(f"{address}/screens?role=reader")
    assert len(page.html.select(".pair")) == 2
    assert "Plus visible" in visible_text(page)
    released.browser("agent").get(f"{address}/screens", status=403)


def test_nothing_goes_back_without_a_reason(released: Site) -> None:
    browser, _ = propose(released)
    for deed in ("rollback", "end-trial"):
        page = post(browser, f"/sn/plans/{deed}", {"number": "1", "why": " "}, 422)
        assert "Dites pourquoi" in visible_text(page)
    assert len(releasing_of(released).releases.all()) == 1


def test_a_list_of_many_proposals_has_pages(released: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidra_ui.presenting.plans.listing.PAGE", 1)
    monkeypatch.setattr("sidra_ui.plans.PAGE", 1)
    browser, _ = propose(released)
    propose(released, NARROWER.replace("50", "60"))
    first = browser.get("/sn/plans").html
    assert len(first.select("table tbody tr")) == 1
    older = next(a["href"] for a in first.select("a.btn") if "page=2" in a["href"])
    assert "page=1" in browser.get(older)
    for odd in ("0", "-1", "x", "9" * 30, "99"):
        browser.get(f"/sn/plans?page={odd}&released={odd}")


def test_the_saved_files_are_read_again_only_where_one_was_saved(
    released: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, address = propose(released)
    browser.get(address)
    read: list[object] = []
    monkeypatch.setattr("sidra.web.releasings.read_configuration", read.append)
    monkeypatch.setattr("sidra.releases.releasing.read_configuration", read.append)
    for _ in range(2):
        browser.get(address)
        browser.get("/sn/plans")
        assert post(browser, "/sn/plans", {"title": "Again"}, 303).headers["Location"] == address
    assert read == []


def test_what_is_not_there_is_not_found(released: Site) -> None:
    browser = released.browser("configurator")
    browser.get("/sn/plans/nonsense", status=404)
    browser.get("/sn/plans/00000000-0000-7000-8000-000000000001", status=404)
    assert "R706" in post(browser, "/sn/plans/rollback", {"number": "99", "why": "too early"}, 422)


def test_what_is_in_force_already_is_not_proposed(released: Site) -> None:
    page = post(released.browser("configurator"), "/sn/plans", {"title": "Nothing"}, 422)
    assert "R700" in page


def test_before_the_first_release_the_page_says_how_to_begin(site: Site) -> None:
    text = visible_text(site.browser("configurator").get("/sn/plans"))
    assert "sidra apply sn" in text


def test_an_approval_whose_account_was_shut_counts_no_more_and_the_page_says_why(released: Site) -> None:
    browser, address = propose(released)
    speak(released, "second", address, "configure")
    assert "Prête" in speak(released, "approver", address, "approve_data")
    Entrance.of("sn", released.runtime.store).accounts.disable("approver")
    page = browser.get(address)
    assert "Ne compte plus" in visible_text(page)
    assert "le compte est fermé" in visible_text(page)
    assert page.html.select_one(".apply button")["disabled"] == ""
    post(browser, f"{address}/apply", {}, 422)
    assert len(releasing_of(released).releases.all()) == 1
