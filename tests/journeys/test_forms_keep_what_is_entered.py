"""A form as an agent uses it: what is entered stays, what is missing is made beside it, files come along."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
PHOTO = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


def test_a_ticket_is_entered_left_taken_up_and_saved_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.goto("/sn/trouble_ticket/new")
    page.locator("#f-name").fill("Plus de signal")
    expect(page.locator("[data-unsaved]")).to_have_text("Brouillon conservé")
    page.keyboard.press("Escape")
    expect(page.locator("#leaving")).to_be_visible()
    page.locator("#leaving [data-leave]").press("Enter")
    page.wait_for_url("**/trouble_ticket")
    page.goto("/sn/trouble_ticket/new")
    expect(page.locator("#f-name")).to_have_value("Plus de signal")
    page.keyboard.press("Control+s")
    expect(page.locator("sidra-errors")).to_be_focused()
    page.locator("sidra-errors a").first.press("Enter")
    expect(page.locator("#f-description")).to_be_focused()
    page.keyboard.type("Voyant rouge")
    page.locator("#f-severity").select_option("major")
    page.locator("#f-ticket_type").select_option("fault")
    page.locator("button[name=add][value=attachments]").press("Enter")
    page.locator("#f-attachments-0-name").fill("Photo")
    page.locator("#f-attachments-0-content").set_input_files(
        {"name": "Box.png", "mimeType": "image/png", "buffer": PHOTO}
    )
    expect(page.locator("sidra-upload a.link")).to_have_text("Box.png")
    page.locator("#f-description").press("Control+Enter")
    page.locator("main h1").filter(has_text="Plus de signal").wait_for()
    answer = page.request.get(page.get_by_role("link", name="Box.png").get_attribute("href") or "")
    assert answer.body() == PHOTO
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    page.goto("/sn/trouble_ticket/new")
    expect(page.locator("#f-name")).to_have_value("")


def test_who_is_not_found_is_made_in_a_dialog_above_the_form(sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.goto("/sn/customer/new")
    page.locator("#f-engaged_party").press_sequentially("Khady Gueye")
    page.locator("[data-create*='/individual/']").first.click()
    dialog = page.locator("dialog.creating")
    expect(dialog.locator("#d1-f-family_name")).to_have_value("Gueye")
    dialog.locator("#d1-f-given_name").fill("Khady Fatou")
    page.keyboard.press("Escape")
    expect(page.locator("#confirm")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_hidden()
    dialog.locator("#d1-f-given_name").press("Control+Enter")
    expect(page.locator("#f-engaged_party")).to_have_value("Khady Fatou Gueye")
    expect(page.locator("#f-engaged_party")).to_be_focused()


def test_a_comment_mentions_a_colleague_from_the_keyboard(sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.goto("/sn/trouble_ticket?view=all")
    page.locator("main tbody a").first.click()
    page.locator("[data-tab=comments]").press("Enter")
    box = page.locator("#new-comment")
    box.press_sequentially("Rappeler @fat")
    page.locator("#new-comment-options [role=option]").wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("Rappeler @agent ")
    box.press("Control+Enter")
    expect(page.locator("#said .mention")).to_have_text("@Fatou Ndoye")
    expect(box).to_have_value("")
    expect(page.locator("[data-tab=comments] .count")).to_have_text("1")
