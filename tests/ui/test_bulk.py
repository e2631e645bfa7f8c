"""Many records changed at once from a list, and single values in their place."""

from __future__ import annotations

from pathlib import Path

import webtest
from tests.core.jobs.inline import work_through
from tests.ui.served import Site, visible_text


def chosen(
    site: Site, browser: webtest.TestApp, action: str, *ids: str, query: str = "", **more: str
) -> webtest.TestResponse:
    page = browser.get(f"/sn/customer{query}")
    token = page.forms["bulk"]["csrf_token"].value
    given = [("csrf_token", token), *(("id", one) for one in ids), *more.items()]
    return browser.post(f"/sn/customer/bulk/{action}{query}", given, status="*")


def form_of(page: webtest.TestResponse, action: str) -> webtest.forms.Form:
    return next(one for one in page.forms.values() if f"/bulk/{action}" in one.action and "sure" in one.fields)


def test_whoever_may_sets_an_attribute_in_all_that_match_and_takes_it_back(site: Site, tmp_path: Path) -> None:
    made = [site.customer("Awa", name, since="2020-01-01") for name in ("Ba", "Diop", "Fall")]
    browser = site.browser("agent")
    page = chosen(site, browser, "set.segment", all="1")
    assert "Cela concerne 3 fiches." in visible_text(page)
    form = form_of(page, "set.segment")
    form["v.segment"] = "gold"
    site.system.update("customer", made[0].id, {"segment": "gold"})
    run = form.submit(status=303).location
    assert "0 sur 3" in visible_text(browser.get(run))
    assert work_through(site.runtime, tmp_path) == []
    over = browser.get(run)
    assert "Terminé : 3 sur 3" in visible_text(over)
    assert {site.system.get("customer", one.id)["segment"] for one in made} == {"gold"}
    assert site.browser("lead").get(run, status=404)
    site.system.update("customer", made[1].id, {"since": "2021-01-01"})
    undone = next(one for one in over.forms.values() if one.action.endswith("/undo")).submit(status=303).location
    assert work_through(site.runtime, tmp_path) == []
    assert [site.system.get("customer", one.id)["segment"] for one in made[1:]] == ["gold", made[2]["segment"]]
    told = visible_text(browser.get(undone))
    assert "restées telles quelles" in told


def test_who_may_not_sees_no_boxes_and_begins_nothing(site: Site) -> None:
    one = site.customer()
    page = site.browser("reader").get("/sn/customer")
    assert "bulk" not in page.forms
    assert f'name="id" value="{one.id}"' not in page.text
    reader = site.browser("reader")
    token = reader.get("/sn/customer").forms["columns"]["csrf_token"].value
    reader.post("/sn/customer/bulk/set.segment", {"csrf_token": token, "id": one.id}, status=404)
    for action in ("set.hush", "set.number", "set.status", "step.nothing", "nothing"):
        assert chosen(site, site.browser("agent"), action, one.id).status_int == 404


def cell(browser: webtest.TestApp, id: str, name: str) -> webtest.TestResponse:
    return browser.get(f"/sn/customer/{id}/cell/{name}", status="*")


def test_a_value_is_changed_in_its_place(site: Site) -> None:
    one = site.customer(since="2020-01-01")
    browser = site.browser("agent")
    assert 'data-edit="segment"' in browser.get("/sn/customer").text
    form = cell(browser, one.id, "risk").forms[0]
    form["risk"] = "41"
    row = form.submit(status=200)
    assert f'id="row-{one.id}"' in row.text
    assert site.system.get("customer", one.id)["risk"] == 41


def test_a_value_that_somebody_else_has_changed_is_not_overwritten(site: Site) -> None:
    one = site.customer()
    browser = site.browser("agent")
    form = cell(browser, one.id, "risk").forms[0]
    form["risk"] = "41"
    site.system.update("customer", one.id, {"risk": 7})
    again = form.submit(status=409)
    assert site.system.get("customer", one.id)["risk"] == 7
    assert again.forms[0]["risk"].value == "41"
    again.forms[0].submit(status=200)
    assert site.system.get("customer", one.id)["risk"] == 41


def test_a_cell_obeys_the_form_and_the_rights(site: Site) -> None:
    one = site.customer()
    browser = site.browser("agent")
    for name in ("status", "name", "number", "nothing"):
        assert cell(browser, one.id, name).status_int == 403
    assert cell(site.browser("reader"), one.id, "risk").status_int == 403
    form = cell(browser, one.id, "risk").forms[0]
    form["risk"] = "many"
    assert 'role="alert"' in form.submit(status=422).text
