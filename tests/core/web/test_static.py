import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
import webob
import webtest
from pyramid.config import Configurator
from tests.core.web.conftest import World, settings_for

from sidra.web.app import TOPICS, create_app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = tmp_path / "static"
    files.mkdir()
    (files / "sidra-0123456789.css").write_text("body {}")
    (files / "favicon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    return files


@pytest.fixture
def app(world: World, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> webtest.TestApp:
    def topic(config: Configurator) -> None:
        config.add_static_folder("/static", folder)

    topics: tuple[str | Callable[[Configurator], None], ...] = (*TOPICS, topic)
    return webtest.TestApp(create_app(settings_for(tmp_path), world.affiliates, topics=topics))


def test_a_file_whose_name_holds_its_hash_is_kept_for_good(app: webtest.TestApp) -> None:
    answer = app.get("/static/sidra-0123456789.css")
    assert (answer.text, answer.headers["Cache-Control"]) == ("body {}", "public, max-age=31536000, immutable")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_another_file_is_asked_for_again(app: webtest.TestApp) -> None:
    assert app.get("/static/favicon.svg").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["../secret.txt", "..%2Fsecret.txt", "%2e%2e/secret.txt", "nothing.js", ""])
def test_nothing_else_is_read(app: webtest.TestApp, path: str) -> None:
    answer = app.get(f"/static/{path}", expect_errors=True)
    assert answer.status_code in {403, 404}
    assert "secret" not in answer.text


def test_a_file_is_sent_compressed_to_who_takes_it_so(app: webtest.TestApp, folder: Path) -> None:
    sheet = b"body {}" * 100
    (folder / "sidra-0123456789.css").write_bytes(sheet)
    (folder / "sidra-0123456789.css.gz").write_bytes(gzip.compress(sheet))
    # WebTest unpacks what it gets.
    asked = webob.Request.blank("/static/sidra-0123456789.css", headers={"Accept-Encoding": "gzip"})
    answer = asked.get_response(app.app)
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("text/css", "public, max-age=31536000, immutable")
    assert gzip.decompress(answer.body) == sheet
    assert webob.Request.blank("/static/sidra-0123456789.css").get_response(app.app).body == sheet
