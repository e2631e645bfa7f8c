"""Comments on the page of a record: written, mentioned in, taken back, without a script too."""

from __future__ import annotations

import re

from tests.ui.served import Site, visible_text

SCRIPT = {"HX-Request": "true"}


def test_a_comment_is_written_read_and_taken_back(site: Site) -> None:
    customer = site.customer()
    browser = site.browser("agent")
    page = browser.get(f"/sn/customer/{customer.id}")
    form = next(form for form in page.forms.values() if form.action.endswith("/comments"))
    form["text"] = "Ask @lead, <b>please</b>"
    page = form.submit(status=303).follow()
    assert '<bdi class="mention">@Fatou Lead</bdi>' in page.text
    assert "&lt;b&gt;please" in page.text
    assert "Ask @Fatou Lead" in visible_text(site.browser("reader").get(f"/sn/customer/{customer.id}"))
    assert "/remove" not in site.browser("reader").get(f"/sn/customer/{customer.id}/comments").text
    remove = next(form for form in page.forms.values() if form.action.endswith("/remove"))
    assert "Ce commentaire a été retiré." in visible_text(remove.submit(status=303).follow())


def test_a_comment_that_says_nothing_is_told_so(site: Site) -> None:
    customer = site.customer()
    browser = site.browser("agent")
    form = next(
        form for form in browser.get(f"/sn/customer/{customer.id}").forms.values() if form.action.endswith("/comments")
    )
    form["text"] = "  "
    assert "Écrivez ce que vous voulez dire." in visible_text(form.submit(status=422))
    fragment = browser.post(form.action, form.submit_fields(), headers=SCRIPT)
    assert "<html" not in fragment.text
    assert 'aria-invalid="true"' in fragment.text


def test_only_colleagues_who_may_read_the_record_are_offered(site: Site) -> None:
    customer = site.customer()
    found = site.browser("agent").get(f"/sn/customer/{customer.id}/mentions?q=fatou", headers=SCRIPT)
    logins = set(re.findall(r'data-login="([^"]+)"', found.text))
    assert {"agent", "lead", "reader"} <= logins
    assert not {"operator", "auditor"} & logins
    site.browser("operator").get(f"/sn/customer/{customer.id}/mentions?q=fatou", status=403)
    site.browser("operator").get(f"/sn/customer/{customer.id}/comments", status=403)
