import io
import threading
import time
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.web.patience import PIECE_BYTES, Patient, TooSlow

# A WSGI application's environment.
Environ = dict[str, Any]


def echo(environ: Environ, start_response: object) -> Iterable[bytes]:
    del start_response
    length = int(environ.get("CONTENT_LENGTH") or -1)
    return [environ["wsgi.input"].read(length)]


class Held:
    """A body of which nothing comes until the client goes away."""

    def __init__(self) -> None:
        self.gone = threading.Event()

    def read(self, size: int) -> bytes:
        self.gone.wait(60)
        return b""[:size]


def ask(app: Patient, body: Any = None, **environ: str) -> bytes:  # noqa: ANN401 - whatever a server gives
    given_environ = {"wsgi.input": io.BytesIO() if body is None else body, **environ}
    return b"".join(app(given_environ, lambda *_: None))


@given(st.binary(max_size=50), st.integers(1, PIECE_BYTES))
def test_a_body_is_read_as_it_was_sent(text: bytes, times: int) -> None:
    body = text * times
    app = Patient(echo)
    assert ask(app, io.BytesIO(body + b"more"), CONTENT_LENGTH=str(len(body))) == body
    assert ask(app, io.BytesIO(body), HTTP_TRANSFER_ENCODING="chunked") == body


def test_a_body_that_does_not_come_is_given_up_once_and_for_all() -> None:
    held, waited = Held(), []

    def twice(environ: Environ, _: object) -> Iterable[bytes]:
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(TooSlow):
                environ["wsgi.input"].read(10)
            waited.append(time.monotonic() - began)
        return [b"told"]

    assert ask(Patient(twice, seconds=0.2), held, CONTENT_LENGTH="10") == b"told"
    held.gone.set()
    assert waited[0] >= 0.2
    assert waited[1] < waited[0]


def test_who_waits_for_a_body_lets_others_work() -> None:
    app, held = Patient(echo, at_work=1, seconds=60), Held()
    waiting = [threading.Thread(target=ask, args=(app, held), kwargs={"CONTENT_LENGTH": "10"}) for _ in range(8)]
    for thread in waiting:
        thread.start()
    began = time.monotonic()
    assert ask(app, io.BytesIO(b"quick"), CONTENT_LENGTH="5") == b"quick"
    assert time.monotonic() - began < 30
    held.gone.set()
    for thread in waiting:
        thread.join()


def test_only_so_many_work_at_a_time() -> None:
    at_work, most, lock = 0, 0, threading.Lock()

    def work(environ: Environ, start_response: object) -> Iterable[bytes]:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.01)
        with lock:
            at_work -= 1
        return echo(environ, start_response)

    app = Patient(work, at_work=2)
    threads = [threading.Thread(target=ask, args=(app,)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
