"""Files over the screens: what a browser may do with one, and who gets none."""

from __future__ import annotations

import pytest
from tests.ui.served import Site

from sidra.files.service import File
from sidra_ui.attaching import handed


@pytest.mark.parametrize(
    ("media_type", "manner"),
    [
        ("image/png", "inline"),
        ("application/pdf", "inline"),
        ("application/zip", "attachment"),
        ("text/html", "attachment"),
    ],
)
def test_a_browser_runs_nothing_of_a_file(media_type: str, manner: str) -> None:
    answer = handed(File("1", 'Été "x".png\r\nX-Evil: 1', media_type, 3), b"abc", is_opened=True)
    assert answer.headers["Content-Disposition"].startswith(f"{manner}; filename*=UTF-8''%C3%89t%C3%A9")
    assert "\n" not in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_where_there_is_no_file_nobody_gets_or_brings_one(site: Site) -> None:
    customer = site.customer()
    browser = site.browser("agent")
    browser.get(f"/sn/customer/{customer.id}/file/fee", status=404)
    browser.get(f"/sn/customer/upload/fee/{customer.id}", status=404)
    token = browser.get("/sn/customer/new").forms["record-form"]["csrf_token"].value
    files = [("file", "Photo.png", b"\x89PNG\r\n\x1a\n")]
    browser.post("/sn/customer/upload/fee", {"csrf_token": token}, upload_files=files, status=404)
    browser.post("/sn/customer/upload/fee", {"csrf_token": token}, status=404)
    site.browser().get(f"/sn/customer/{customer.id}/file/fee", status=303)
