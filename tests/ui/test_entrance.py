import pytest
from tests.ui.served import PASSWORD, Site, visible_text


def test_stranger_is_sent_to_sign_in_and_back(site: Site) -> None:
    browser = site.browser()
    answer = browser.get("/sn/customer?view=gold", status=303)
    assert answer.location.endswith("/sn/sign-in?next=%2Fsn%2Fcustomer%3Fview%3Dgold")
    form = answer.follow().forms[0]
    form["username"], form["password"] = "agent", PASSWORD
    assert form.submit().location.endswith("/sn/customer?view=gold")


def test_wrong_password_is_told_in_the_language_of_the_page(site: Site) -> None:
    form = site.browser().get("/sn/sign-in", headers={"Accept-Language": "fr"}).forms[0]
    form["username"], form["password"] = "agent", "wrong password here"
    answer = form.submit(status=401)
    assert "erroné" in visible_text(answer)
    assert answer.forms[0]["username"].value == "agent"


def test_sign_in_without_its_token_is_refused(site: Site) -> None:
    site.browser().post("/sn/sign-in", {"username": "agent", "password": PASSWORD}, status=403)


def test_signing_in_never_leads_to_another_site(site: Site) -> None:
    form = site.browser().get("/sn/sign-in?next=https://elsewhere.example/").forms[0]
    form["username"], form["password"] = "agent", PASSWORD
    assert form.submit().location == "/sn/"


def test_the_only_affiliate_is_the_home_of_all(site: Site) -> None:
    assert site.browser().get("/", status=303).location == "/sn/"
    assert site.browser().get("/sn", status=303).location == "/sn/"


@pytest.mark.parametrize(("locale", "word"), [("en", "Customers"), ("fr", "Clients")])
def test_language_is_kept_by_the_browser(site: Site, locale: str, word: str) -> None:
    browser = site.browser("agent")
    answer = browser.get(f"/sn/language/{locale}?next=/sn/customer", status=303)
    assert word in visible_text(answer.follow())


def test_language_that_the_affiliate_does_not_speak_is_not_found(site: Site) -> None:
    site.browser().get("/sn/language/pl", status=404)


def test_signing_out_ends_the_session(site: Site) -> None:
    browser = site.browser("agent")
    page = browser.get("/sn/")
    form = next(form for form in page.forms.values() if form.action == "/sn/sign-out")
    form.submit(status=303)
    browser.get("/sn/customer", status=303)


def test_who_comes_back_after_the_end_of_a_session_is_told_so(site: Site) -> None:
    browser = site.browser()
    assert "Vous avez été déconnecté" not in visible_text(browser.get("/sn/sign-in"))
    browser.set_cookie("sidra_sn", "a session that is over")
    assert "Vous avez été déconnecté" in visible_text(browser.get("/sn/customer").follow())
