"""What a proposal says of itself: how far it is, what it may reach, and where who did something comes back to."""

import pytest
from tests.core.jobs.inline import work_through
from tests.ui.served import OVERLAY, Site, visible_text
from tests.ui.test_plans import NARROWER, WIDER, post, propose, released, releasing_of, settings_of, speak

from sidra.access.actor import OPERATOR
from sidra.access.entrance import Entrance

__all__ = ["released"]

LABEL = "entity: customer\nattributes: {risk: {label: {fr: Péril}}}\n"
UNITS = "units: {dakar: {kind: region, label: {fr: Dakar la grande}}}\n"
CEILING = "ceiling: all\nlevel: L4\ndomains: {roles: L3}\n"


@pytest.fixture
def units(site: Site) -> Site:
    """An installation whose affiliate has a unit."""
    (site.overlay / "layer.yaml").write_text(OVERLAY + UNITS, encoding="utf-8")
    return site


@pytest.fixture
def bounded(site: Site) -> Site:
    """An installation whose group lets roles go less far than the rest."""
    folder = site.overlay.parent / "base" / "ceilings"
    folder.mkdir()
    (folder / "all.yaml").write_text(CEILING, encoding="utf-8")
    return site


def states(site: Site, address: str) -> tuple[str, str]:
    """How far a proposal is, as its page and as the list have it."""
    browser = site.browser("second")
    number = address.rpartition("/")[2]
    shown = browser.get(address).html.select_one("h1 + .badge").get_text(strip=True)
    return shown, browser.get("/sn/plans").html.select_one(f"#row-{number} .badge").get_text(strip=True)


def test_the_list_says_of_each_proposal_what_its_page_says(released: Site) -> None:
    _, address = propose(released)
    assert states(released, address) == ("Attend 2 approbations", "Attend 2 approbations")
    speak(released, "second", address, "configure", "refuse")
    assert states(released, address) == ("Refusée", "Refusée")
    speak(released, "second", address, "configure")
    speak(released, "approver", address, "approve_data")
    assert states(released, address) == ("Prête", "Prête")


def test_what_was_applied_is_in_force_until_something_else_is(released: Site) -> None:
    browser, address = propose(released, LABEL)
    speak(released, "second", address, "configure")
    post(browser, f"{address}/apply", {}, 303)
    assert states(released, address) == ("En vigueur", "En vigueur")
    post(browser, "/sn/plans/rollback", {"number": "1", "why": "too early"}, 303)
    assert states(released, address) == ("Mise en vigueur", "Mise en vigueur")


def test_where_what_is_in_force_cannot_be_read_the_lists_still_stand(released: Site) -> None:
    (released.overlay / "customer.yaml").write_text(NARROWER, encoding="utf-8")
    author = Entrance.of("sn", released.runtime.store).accounts.find("configurator")
    live = releasing_of(released).releases.live()
    assert author is not None
    assert live is not None
    made = releasing_of(released).propose("Fees", author.actor("sn"))
    drop = f"DELETE FROM release_content WHERE digest = '{live.own}'"
    released.runtime.store.transact(lambda connection: connection.execute(drop))
    for one in (released.overlay.parent / "releases").rglob("*.yaml"):
        one.unlink()
    page = released.browser("configurator").get("/sn/plans")
    assert "R707" in page
    assert page.html.select_one(f"#row-{made.id} .badge").get_text(strip=True) == "Ouverte"


def test_a_trial_ends_and_all_have_the_same_again(units: Site, released: Site) -> None:
    browser, address = propose(released, LABEL)
    speak(released, "second", address, "configure")
    revision = releasing_of(released).proposals.get(address.rpartition("/")[2]).revision
    releasing_of(released).apply(revision, OPERATOR, "try", ("dakar",))
    page = browser.get("/sn/plans")
    assert "Dakar la grande" in visible_text(page)
    action = page.html.select_one("#releases form[action$=end-trial]")["action"]
    approver = released.browser("approver")
    assert approver.get("/sn/plans").html.select("form[action$=end-trial]") == []
    post(approver, action, {"why": "no"}, 403)
    assert releasing_of(released).releases.trial() is not None
    post(browser, action, {"why": "they cannot read it"}, 303)
    ended, first = releasing_of(released).releases.all()[0], releasing_of(released).releases.all()[-1]
    assert (ended.kind, ended.why, ended.units, ended.revision) == (
        "trial_ended",
        "they cannot read it",
        (),
        first.revision,
    )
    page = browser.get("/sn/plans")
    assert page.html.select("form[action$=end-trial]") == []
    assert "they cannot read it" in visible_text(page)
    post(browser, action, {"why": "again"}, 422)


def test_the_ceiling_is_that_of_each_domain_that_is_changed(bounded: Site, released: Site) -> None:
    browser, address = propose(released)
    assert "plafond L4" in visible_text(browser.get(address))
    browser, address = propose(released, WIDER)
    assert "plafond L3 (Rôles), L4 (Commun)" in visible_text(browser.get(address))


def test_without_a_ceiling_none_is_told(released: Site) -> None:
    browser, address = propose(released)
    assert "plafond" not in visible_text(browser.get(address))


def test_who_does_something_comes_back_to_where_it_was_done(released: Site) -> None:
    released.customer(risk=80)
    browser, address = propose(released)
    second, approver = released.browser("second"), released.browser("approver")
    decision = approver.get(address).html.select_one("#data form")
    given = {one["name"]: one["value"] for one in decision.select("input") if one["name"] != "csrf_token"}
    done = (
        post(browser, f"{address}/comments", {"text": "Why?"}, 303),
        post(second, f"{address}/speak", {"function": "configure", "verdict": "approve"}, 303),
        post(approver, f"{address}/decide", {**given, "choice": "when_saved"}, 303),
        post(browser, f"{address}/tests", {}, 303),
    )
    parts = [answer.headers["Location"].removeprefix(address) for answer in done]
    assert parts == ["#remarks", "#approvals", "#data", "#tests"]
    page = browser.get(address).html
    assert [page.select_one(part)["tabindex"] for part in parts] == ["-1"] * 4


def test_what_is_refused_takes_the_focus(released: Site) -> None:
    browser, address = propose(released)
    found = post(browser, f"{address}/apply", {}, 422).html.select_one("sidra-errors[data-focus]")
    assert (found["role"], found["tabindex"]) == ("alert", "-1")


def test_how_the_tests_ended_is_told_once(released: Site) -> None:
    browser, address = propose(released)
    post(browser, f"{address}/tests", {}, 303)
    assert browser.get(address).html.select_one("#tests-told[role=status]").get_text() == ""
    assert browser.get(f"{address}/tests").status_code == 204
    assert work_through(released.runtime, settings_of(released)) == []
    told = browser.get(f"{address}/tests").html.select_one("#tests-told")
    assert "Il n’y a pas de tests." in told.get_text()


def test_each_form_at_a_gate_says_whose_it_is(released: Site) -> None:
    _, address = propose(released)
    page = released.browser("approver").get(address).html
    assert [form["aria-label"] for form in page.select("#approvals form[action$=speak]")] == ["Données"]
