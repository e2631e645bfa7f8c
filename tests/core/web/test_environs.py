"""A request as the server gives it and as WSGI asks for it, and bodies that come in on the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.web.environs import Body, environ_of
from sidra.web.patience import Patient

SCOPE = {
    "scheme": "http",
    "method": "POST",
    "path": "/sn/customer",
    "query_string": "q=a%20b",
    "http_version": "1.1",
    "server": "127.0.0.1:6543",
    "client": "192.0.2.7:40000",
}


def environ(*headers: tuple[str, str], unread: tuple[str, ...] = (), **changes: str) -> dict[str, Any]:
    names = [name for name, _ in headers]
    held = SimpleNamespace(items=lambda: list(headers), keys=lambda: [*names, *unread])
    return environ_of(SimpleNamespace(**{**SCOPE, **changes}, headers=held))


def test_a_request_is_what_wsgi_asks_for() -> None:
    found = environ(("content-type", "text/plain"), ("content-length", "5"), ("host", "a"), ("x-forwarded-for", "b"))
    assert (found["CONTENT_TYPE"], found["CONTENT_LENGTH"], found["HTTP_HOST"]) == ("text/plain", "5", "a")
    assert (found["REMOTE_ADDR"], found["SERVER_NAME"], found["SERVER_PORT"]) == ("192.0.2.7", "127.0.0.1", "6543")
    assert (found["HTTP_X_FORWARDED_FOR"], found["SERVER_PROTOCOL"]) == ("b", "HTTP/1.1")
    assert environ(server="[::1]:80", client="[2001:db8::1]:9")["REMOTE_ADDR"] == "2001:db8::1"


def test_what_is_sent_several_times_is_one_list() -> None:
    found = environ(("cookie", "a=1"), ("cookie", "b=2"), ("x-a", "1"), ("x-a", "2"))
    assert (found["HTTP_COOKIE"], found["HTTP_X_A"]) == ("a=1;b=2", "1,2")


def test_no_name_passes_for_one_that_a_proxy_sets() -> None:
    sent = (("x-forwarded-for", "192.0.2.1"), ("x_forwarded_for", "10.0.0.1"), ("content_length", "5"))
    found = environ(*sent, unread=("x_forwarded_proto",))
    assert found["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert not {"HTTP_X_FORWARDED_PROTO", "CONTENT_LENGTH", "HTTP_CONTENT_LENGTH"} & set(found)


def test_what_is_sent_and_is_no_text_is_there_and_empty() -> None:
    found = environ(("host", "a"), unread=("host", "if-match", "content-type"))
    assert (found["HTTP_HOST"], found["HTTP_IF_MATCH"], found["CONTENT_TYPE"]) == ("a", "", "")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_an_address_of_any_letters_arrives_as_its_bytes(path: str) -> None:
    found = environ(path=f"/{path}")["PATH_INFO"]
    told = found.encode("latin-1")
    if "�" in path:
        with pytest.raises(UnicodeDecodeError):
            told.decode()
    else:
        assert told.decode() == f"/{path}"


class Pieces:
    """A body as the server gives it."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        async def each() -> AsyncIterator[bytes]:
            for piece in self._pieces:
                yield piece

        return each()


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    thread = threading.Thread(target=made.run_forever)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join()
    made.close()


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_a_body_in_pieces_of_any_size_is_read_whole(loop: asyncio.AbstractEventLoop, size: int) -> None:
    body = Body(Pieces(b"abcdefg", b"h", b"ijklmnop"), loop)
    found = b""
    while piece := body.read(size):
        assert len(piece) <= size
        found += piece
    assert found == b"abcdefghijklmnop"


def test_a_patient_application_reads_what_comes_in_on_the_loop(loop: asyncio.AbstractEventLoop) -> None:
    body = Body(Pieces(b"x" * 100_000, b"y" * 70_000), loop)
    app = Patient(lambda environ, _: [environ["wsgi.input"].read(170_000)])
    found = b"".join(app({"wsgi.input": body, "CONTENT_LENGTH": "170000"}, lambda *_: None))
    assert found == b"x" * 100_000 + b"y" * 70_000
    assert not app.readers._threads
