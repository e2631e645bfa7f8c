"""What is entered outlasts the end of the session and a connection that goes while somebody works."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PASSWORD, Served, SignIn


def sign_in_again(page: Page) -> None:
    """As the person who was signed in before."""
    page.wait_for_url("**/sign-in?next=*")
    page.locator("[name=username]").fill("agent")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.mark.cuts_connection
def test_what_is_entered_is_there_again_after_the_session_ended_and_the_connection_was_lost(
    sign_in: SignIn, served: Served
) -> None:
    page = sign_in("sn")
    page.goto("/sn/trouble_ticket?view=all")
    page.goto((page.locator("main tbody a").first.get_attribute("href") or "") + "/edit")
    form, text = page.url, page.locator("#f-description")
    page.context.clear_cookies()
    text.fill("Entered before the session ended")
    sign_in_again(page)
    expect(text).to_have_value("Entered before the session ended")
    expect(page.locator("[data-unsaved]")).to_be_visible()

    page.route("**/*", lambda route: route.abort())
    text.fill("Entered without a connection")
    text.press("Control+s")
    expect(page.locator(".connection [data-offline]")).to_be_visible()
    assert page.url == form, "the browser's own page of errors would take the place of the form"
    page.unroute("**/*")
    expect(page.locator(".connection [data-offline]")).to_be_hidden()
    expect(page.locator("[data-unsaved]")).to_have_text("Brouillon conservé")
    page.goto("/sn/trouble_ticket")
    page.goto(form)
    expect(text).to_have_value("Entered without a connection")
    text.press("Control+s")
    page.wait_for_url(form.removesuffix("/edit") + "*")

    page.locator("[data-tab=comments]").click()
    comment = page.locator("#new-comment")
    comment.fill("Written before it was sent")
    page.goto("/sn/trouble_ticket")
    page.goto(form.removesuffix("/edit") + "#comments")
    expect(comment).to_have_value("Written before it was sent")
    page.context.clear_cookies()
    comment.press("Control+Enter")
    sign_in_again(page)
    expect(comment).to_have_value("Written before it was sent")
    expect(comment).to_be_visible()
    comment.press("Control+Enter")
    expect(page.locator("#said")).to_contain_text("Written before it was sent")
    page.reload()
    expect(comment).to_have_value("")
